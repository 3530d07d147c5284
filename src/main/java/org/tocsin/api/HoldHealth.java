package org.tocsin.api;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.LedgerWatch;

/**
 * {@code /actuator/health} is OUT_OF_SERVICE while nothing is sent. Liveness and readiness are not: triggers are taken,
 * and a restart would help nobody.
 */
@Component
final class HoldHealth extends AbstractHealthIndicator {
    private final LedgerWatch watch;

    HoldHealth(LedgerWatch watch) {
        this.watch = watch;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (watch.held()) {
            builder.outOfService();
        } else {
            builder.up();
        }
    }
}
