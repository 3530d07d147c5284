package org.tocsin.routing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.client.WebClientOptions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that {@code routes/deliver-*.camel.yaml} name. */
@Configuration(proxyBeanMethods = false)
class ChannelBeans {
    /** Connections to the Cloud API; with 200 ms a call, 500 of them are 2,500 messages a second. */
    private static final int CONNECTIONS = 500;

    private static final int EVENT_LOOPS = 2;

    @Bean(destroyMethod = "")
    Vertx whatsappVertx() {
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    }

    /** No retry, no redirect, no pipelining: a message is written once or not at all. */
    @Bean
    WebClientOptions whatsappClientOptions() {
        WebClientOptions options = new WebClientOptions();
        options.setMaxPoolSize(CONNECTIONS);
        options.setMaxWaitQueueSize(CONNECTIONS * 4);
        options.setKeepAliveTimeout(30);
        options.setPipelining(false);
        options.setUserAgent("tocsin/1.0.0");
        options.setFollowRedirects(false);
        return options;
    }
}
