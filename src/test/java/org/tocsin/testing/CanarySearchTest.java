package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanarySearchTest {
    private static final String DIGITS = "33639989876";

    @Test
    void theSearchFindsWhatItLooksFor() {
        Map<String, String> number = CanarySearch.encoded(Map.of("number", DIGITS));
        for (String before : List.of("", "+", "to", "abc")) {
            byte[] hidden = (before + DIGITS + "!").getBytes(StandardCharsets.UTF_8);
            assertThat(CanarySearch.violations(List.of(before + DIGITS), number))
                    .isNotEmpty();
            assertThat(CanarySearch.violations(List.of("\\x" + HexFormat.of().formatHex(hidden)), number))
                    .isNotEmpty();
            assertThat(CanarySearch.violations(List.of(Base64.getEncoder().encodeToString(hidden)), number))
                    .isNotEmpty();
        }
        assertThat(CanarySearch.violations(List.of("+33639980001"), number)).isEmpty();
    }
}
