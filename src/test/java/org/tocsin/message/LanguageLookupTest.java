package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageLookupTest {

    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource({
        "fr, en;fr, fr",
        "FR, en;fr, fr",
        "fr-CA, en;fr, fr",
        "fr-CA, en;fr;fr-CA, fr-CA",
        "fr_CA, en;fr, fr",
        "zh-Hant-CN-x-private1, zh;zh-Hant, zh-Hant",
        "zh-Hant-x-a, zh-Hant-x;zh-Hant, zh-Hant",
        "pt, en;pt-BR, pt-BR",
        "pt-PT, en;pt-BR, pt-BR",
        "de, en;fr,",
        "f, en;fr,",
        "fra, en;fr,",
        "-, en;fr,",
        "' ', en;fr,",
        ", en;fr,",
        "'é\u202e{{x}}', en;fr,",
    })
    void theClosestLanguageIsFound(String wanted, String available, String expected) {
        assertThat(LanguageLookup.find(wanted, List.of(available.split(";")))).isEqualTo(expected);
    }
}
