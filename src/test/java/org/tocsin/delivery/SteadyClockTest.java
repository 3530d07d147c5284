package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Milliseconds of a monotonic clock on the one side, of the database's on the other. */
class SteadyClockTest {
    private static final Instant BEGUN = Instant.parse("2026-11-26T08:00:00Z");

    private final SteadyClock clock = new SteadyClock();

    @Test
    void runsOnBetweenTwoReadings() {
        follow(0, 0, 2);
        assertThat(at(1)).isEqualTo(BEGUN);
        assertThat(at(3_601)).isEqualTo(BEGUN.plusMillis(3_600));
    }

    @ParameterizedTest(name = "read as {0} between {1} and {2}, it shows {3} at 10001")
    @CsvSource({
        // the same, whenever it was read within that time
        "10000, 10001, 10001, 10000",
        "10000, 9000, 10002, 10000",
        "10000, 10000, 12900, 10000",
        // no further than the reading demands
        "10005, 10001, 10003, 10003",
        "9995, 9990, 10001, 10000",
        "9995, 10000, 10001, 9996",
        // too slow an answer to say anything
        "20000, 10001, 19000, 10000"
    })
    void aReadingMovesItNoFurtherThanItMust(long reading, long asked, long answered, long shown) {
        follow(0, 0, 2);
        follow(reading, asked, answered);
        assertThat(at(10_001)).isEqualTo(BEGUN.plusMillis(shown));
    }

    @Test
    void aBusyMachineDoesNotMakeItRunBackwards() {
        follow(0, 0, 2);
        Instant before = at(2);
        for (int second = 1; second <= 60; second++) {
            int delay = second * 37 % 900;
            boolean late = second % 2 == 0;
            int read = second * 1_000;
            follow(read, read + 1 - (late ? delay : 0), read + 1 + (late ? 0 : delay));
            Instant now = at(read + 1_000);
            assertThat(Duration.between(before, now)).isBetween(Duration.ofMillis(998), Duration.ofMillis(2_000));
            before = now;
        }
    }

    @Test
    void theLatestIsSomeSecondsAhead() {
        follow(0, 0, 2);
        assertThat(clock.latest(nanos(1))).isEqualTo(BEGUN.plus(SteadyClock.SLACK));
    }

    private void follow(long reading, long asked, long answered) {
        clock.follow(BEGUN.plusMillis(reading), nanos(asked), nanos(answered));
    }

    private Instant at(long millis) {
        return clock.at(nanos(millis));
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
