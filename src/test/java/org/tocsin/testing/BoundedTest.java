package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedTest {
    private static final Bounded little = new Bounded(Duration.ofMillis(50), 1 << 20);

    private final AtomicInteger calls = new AtomicInteger();
    private volatile Object kept;
    private volatile long counted;

    @Test
    void whatCostsTooMuchTimeOrMemoryIsFound() {
        assertThatThrownBy(() -> little.run(this::spin))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("processor time");
        assertThatThrownBy(() -> little.run(() -> kept = new byte[2 << 20])).isInstanceOf(AssertionError.class);
    }

    @Test
    void whatIsCheapOrCostsOnceIsNot() {
        little.run(() -> kept = new byte[1024]);
        little.run(() -> {
            if (calls.getAndIncrement() == 0) {
                kept = new byte[2 << 20];
            }
        });

        assertThat(calls.get()).isEqualTo(2);
    }

    private void spin() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + Duration.ofMillis(200).toNanos();
        while (threads.getCurrentThreadCpuTime() < end) {
            counted++;
        }
    }
}
