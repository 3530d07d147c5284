package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Timeline clock = new Timeline();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        clock.close();
    }

    @Test
    void tasksAreDoneInTheOrderInWhichTheyAreDue() {
        clock.later(Duration.ofMillis(60), () -> done.add("second"));
        clock.later(Duration.ofMillis(20), () -> done.add("first"));
        clock.later(Duration.ofMillis(60), () -> done.add("third"));

        await().until(() -> done.size() == 3);
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void aSkippedDayBringsWhatWasDueInIt() {
        Instant before = clock.now();
        clock.later(Duration.ofHours(23), () -> done.add("in it"));
        clock.later(Duration.ofHours(25), () -> done.add("after it"));

        clock.advance(Duration.ofHours(24));

        await().until(() -> !done.isEmpty());
        assertThat(done).containsExactly("in it");
        assertThat(Duration.between(before, clock.now())).isBetween(Duration.ofHours(24), Duration.ofHours(25));
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
