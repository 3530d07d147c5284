package org.tocsin.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** {@code tocsin_people_exhausted_total}: people whom no rung reached. Those of the hub's own notices are not counted. */
@Component
class ExhaustedPeople {
    private final Counter counter;

    ExhaustedPeople(MeterRegistry metrics) {
        this.counter = Counter.builder("tocsin.people.exhausted")
                .description("People whom no rung of their ladder reached")
                .register(metrics);
    }

    void count(int people) {
        if (people > 0) {
            AfterCommit.run(() -> counter.increment(people));
        }
    }
}
