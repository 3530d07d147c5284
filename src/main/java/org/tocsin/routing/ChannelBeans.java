package org.tocsin.routing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.ext.web.client.WebClientOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that {@code routes/deliver-*.camel.yaml} name. */
@Configuration(proxyBeanMethods = false)
class ChannelBeans {
    private static final int EVENT_LOOPS = 2;

    @Bean(destroyMethod = "")
    Vertx whatsappVertx(AddressResolverOptions whatsappNames, WrittenCalls written) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setAddressResolverOptions(whatsappNames)
                .setMetricsOptions(new MetricsOptions().setEnabled(true));
        return Vertx.builder().with(options).withMetrics(written).build();
    }

    /**
     * Names are asked for without a thread, of the name servers that the machine has when the hub starts. An answer is kept for
     * its time to live, a failure is not: when DNS works again, the next call does. A silent one must be given up, with all
     * that is asked then, before the call itself is: nothing was sent, and the ladder would have to take it for unknown.
     */
    @Bean
    AddressResolverOptions whatsappNames(@Value("${tocsin.whatsapp.connect-timeout-ms:3000}") int connectTimeout) {
        return new AddressResolverOptions().setQueryTimeout(Math.max(1, connectTimeout / 2));
    }

    /**
     * No retry, no redirect, no pipelining: a message is written once or not at all. TLS is said here, since camel-vertx-http
     * (4.17) forgets the {@code https} of an address with a port in it, and would send token and message in plain text.
     */
    @Bean
    WebClientOptions whatsappClientOptions(
            @Value("${tocsin.whatsapp.max-calls:500}") int connections,
            @Value("${tocsin.whatsapp.base-url:https://graph.facebook.com}") String baseUrl) {
        WebClientOptions options = new WebClientOptions();
        options.setSsl(baseUrl.regionMatches(true, 0, "https:", 0, 6));
        options.setMaxPoolSize(connections);
        options.setMaxWaitQueueSize(connections);
        options.setKeepAliveTimeout(30);
        options.setPipelining(false);
        options.setUserAgent("tocsin/1.0.0");
        options.setFollowRedirects(false);
        return options;
    }
}
