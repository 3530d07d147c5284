package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallWindowTest {
    @Test
    void itOpensWhileNoCallEndsAndNeverBeyondTheMost() {
        CallWindow window = new CallWindow(150);
        AtomicInteger begun = new AtomicInteger();
        Thread claimer = new Thread(() -> {
            for (int i = 0; i < 151; i++) {
                window.begin();
                begun.incrementAndGet();
            }
        });
        claimer.start();

        await().untilAsserted(() -> {
            assertThat(begun).hasValue(150);
            assertThat(claimer.getState()).isEqualTo(Thread.State.WAITING);
        });
        window.end();
        await().untilAsserted(() -> assertThat(begun).hasValue(151));
    }
}
