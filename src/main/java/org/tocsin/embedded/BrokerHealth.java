package org.tocsin.embedded;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.stereotype.Component;

/** Artemis stops itself when its disk fails; this process goes on and must say so. */
@Component
final class BrokerHealth extends AbstractHealthIndicator {
    private final ObjectProvider<BrokerServer> broker;

    BrokerHealth(ObjectProvider<BrokerServer> broker) {
        this.broker = broker;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        BrokerServer own = broker.getIfAvailable();
        if (own == null) {
            builder.up().withDetail("embedded", false);
        } else {
            (own.running() ? builder.up() : builder.down()).withDetail("embedded", true);
        }
    }
}
