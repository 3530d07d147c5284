package org.tocsin.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** {@code tocsin_publications_total} by subscription and outcome; the names are those of the routes. */
final class PublicationCounters {
    static final String SENT = "sent";
    static final String RETRIED = "retried";
    static final String ASIDE = "aside";

    private final MeterRegistry metrics;

    PublicationCounters(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** From zero: of a series that begins at 10,000 nobody can see the increase. */
    void begin(String subscription) {
        List.of(SENT, RETRIED, ASIDE).forEach(outcome -> counter(subscription, outcome));
    }

    void count(String subscription, String outcome, int events) {
        counter(subscription, outcome).increment(events);
    }

    private Counter counter(String subscription, String outcome) {
        return Counter.builder("tocsin.publications")
                .description("Events handed to tools; retried ones count at each try")
                .tag("subscription", subscription)
                .tag("outcome", outcome)
                .register(metrics);
    }
}
