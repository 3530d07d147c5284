package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class AnswerTimesTest {
    private final AnswerTimes times = new AnswerTimes();

    @Test
    void aShareOfTheAnswersTookAtMostThatLong() {
        for (int millis = 1; millis <= 1000; millis++) {
            times.add(millis * 1_000_000L);
        }

        assertThat(times.count()).isEqualTo(1000);
        assertThat(times.millis(0.50)).isBetween(500.0, 525.0);
        assertThat(times.millis(0.99)).isBetween(990.0, 1000.0);
        assertThat(times.millis(1)).isEqualTo(1000);
    }

    @Test
    void theShortestAndTheLongestHaveTheirPlaceToo() {
        times.add(1);
        times.add(3_600_000_000_000L);

        assertThat(times.millis(0.50)).isCloseTo(0.01, within(0.001));
        assertThat(times.millis(1)).isCloseTo(3_600_000, Percentage.withPercentage(0.1));
    }

    @Test
    void whereNothingWasAnsweredThereIsNoTime() {
        times.add(5_000_000);
        times.clear();

        assertThat(times.count()).isZero();
        assertThat(times.millis(0.99)).isZero();
    }
}
