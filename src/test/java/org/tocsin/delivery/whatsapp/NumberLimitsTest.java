package org.tocsin.delivery.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Meta says of a number beside what is configured. */
class NumberLimitsTest {
    @ParameterizedTest(name = "{0}, {1} beside {2}/s and {3} people: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "STANDARD, TIER_UNLIMITED, 80, 0, -, -",
                "STANDARD, TIER_UNLIMITED, 1000, 0, messages-per-second is 1000: the others are refused, -",
                "STANDARD, TIER_UNLIMITED, 0, 0, messages-per-second is 0 (no limit): the others are refused, -",
                "HIGH, TIER_UNLIMITED, 80, 0, messages-per-second is 80: an alert takes longer than it must, -",
                "HIGH, TIER_2K, 1000, 2000, -, -",
                "HIGH, TIER_2K, 1000, 10000, people-per-day is 10000: the others are refused, -",
                "HIGH, TIER_2K, 1000, 0, people-per-day is 0 (no limit): the others are refused, -",
                "HIGH, TIER_UNLIMITED, 1000, 250, people-per-day is 250: some get an SMS, -",
                "STANDARD, TIER_250, 1000, 2000, messages-per-second is 1000, people-per-day is 2000",
                "NOT_APPLICABLE, TIER_NOT_SET, 1000, 2000, -, -",
                "<script>, 7, 1000, 2000, -, -"
            })
    void saysWhichKeyDiffers(String level, String tier, double perSecond, int people, String first, String second)
            throws Exception {
        List<String> differences = NumberLimits.read(
                        JsonMapper.builder().build().readTree("""
                        {"id": "1", "throughput": {"level": "%s"},
                         "whatsapp_business_manager_messaging_limit": "%s"}""".formatted(level, tier)))
                .against(perSecond, people);
        assertThat(differences).hasSize(first == null ? 0 : second == null ? 1 : 2);
        if (first != null) {
            assertThat(differences.get(0)).contains("tocsin.whatsapp." + first);
        }
        if (second != null) {
            assertThat(differences.get(1)).contains("tocsin.whatsapp." + second);
        }
    }

    @Test
    void anAnswerWithoutThemSaysNothing() throws Exception {
        assertThat(NumberLimits.read(JsonMapper.builder().build().readTree("{\"throughput\": 7}"))
                        .against(80, 250))
                .isEmpty();
    }
}
