package org.tocsin.api;

import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.tocsin.delivery.LedgerClock;

/** Puts the gate before the REST interface and the webhooks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ApiKeys.class, HookSettings.class})
class ApiConfiguration {
    /** Camel's own mapping of platform-http has order -1. */
    private static final int BEFORE_CAMEL = -2;

    @Bean
    FilterRegistrationBean<ApiGate> apiGate(
            Keyring keyring,
            HookProofs proofs,
            ApplicationAvailability availability,
            ObjectProvider<LedgerClock> clock) {
        // Filters are made before the database is there; requests are let in after.
        InstantSource now = () -> clock.getObject().running().instant();
        FilterRegistrationBean<ApiGate> gate =
                new FilterRegistrationBean<>(new ApiGate(keyring, proofs, availability, now));
        gate.addUrlPatterns("/api/*", "/hooks/*");
        gate.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return gate;
    }

    /**
     * A controller with an exact path ({@code /hooks/whatsapp}) is asked before the route {@code /hooks/{source}}, which
     * would take it, and answer its GET with 405.
     */
    @Bean
    static BeanPostProcessor controllersBeforeRoutes() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (name.equals("requestMappingHandlerMapping")
                        && bean instanceof RequestMappingHandlerMapping mapping) {
                    mapping.setOrder(BEFORE_CAMEL);
                }
                return bean;
            }
        };
    }
}
