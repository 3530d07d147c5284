package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderRateTest {
    @Test
    void oneRateIsForAllAndSeveralAreInTheOrderOfTheSenders() {
        assertThat(SenderRate.list("11", "80")).containsExactly(new SenderRate("11", 80));
        assertThat(SenderRate.list("11, 22", "80")).containsExactly(new SenderRate("11", 80), new SenderRate("22", 80));
        assertThat(SenderRate.list("11,22", "80, 1000"))
                .containsExactly(new SenderRate("11", 80), new SenderRate("22", 1000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "11,22,33|80,80|one for each of the 3",
                "11,11|80|each sender once",
                "11,|80|each sender once",
                "11|many|is a number",
                "11|-1|is a number",
                "11|NaN|is a number"
            })
    void whatDoesNotFitTogetherIsRefused(String senders, String rates, String says) {
        assertThatThrownBy(() -> SenderRate.list(senders, rates))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }
}
