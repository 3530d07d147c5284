package org.tocsin.routing;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How routes reach the broker: {@code connectionFactory: "#brokerConnection"}. */
@Configuration(proxyBeanMethods = false)
class BrokerAccess {

    /**
     * Each consumer keeps one connection for all its sessions, so no pool is needed; where it breaks, the consumer makes
     * a new one. The keys are set by the embedded broker, or by the deployment.
     */
    @Bean("brokerConnection")
    ConnectionFactory brokerConnection(
            @Value("${tocsin.broker.url}") String url,
            @Value("${tocsin.broker.username:}") String username,
            @Value("${tocsin.broker.password:}") String password) {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url, username, password);
        // No message of ours is a Java object; one of a stranger is never read.
        factory.setDeserializationDenyList("*");
        factory.setReconnectAttempts(0);
        return factory;
    }
}
