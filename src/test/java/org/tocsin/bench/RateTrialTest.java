package org.tocsin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTrialTest {

    @Test
    void theFullestSecondIsFoundWhereverItBegins() {
        assertThat(RateTrial.mostInASecond(new long[] {0, 900, 999, 1_000, 1_899, 5_000}))
                .isEqualTo(4);
        assertThat(RateTrial.mostInASecond(new long[] {0, 1_000, 2_000})).isEqualTo(1);
        assertThat(RateTrial.mostInASecond(new long[] {7, 7, 7})).isEqualTo(3);
        assertThat(RateTrial.mostInAClockSecond(new long[] {0, 900, 999, 1_000, 1_899, 5_000}))
                .isEqualTo(3);
    }
}
