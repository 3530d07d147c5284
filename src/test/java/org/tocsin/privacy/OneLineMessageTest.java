package org.tocsin.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineMessageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "\r\n", "\u0085", "\u2028", "\u2029", "\u001b[2J", "\u0000", "\u202e", "\u0007", "\t"})
    void nothingEndsTheLineOrMovesTheCursor(String evil) {
        String escaped = OneLineMessage.escape("a" + evil + "2026-11-22 INFO forged");
        assertThat(escaped).startsWith("a\\").endsWith("2026-11-22 INFO forged");
        assertThat(escaped.codePoints()).allMatch(c -> c >= ' ' && c < 127);
    }

    @Test
    void wordsOfAnyLanguageStay() {
        assertThat(OneLineMessage.escape("Crue à Besançon – 洪水 🌊")).isEqualTo("Crue à Besançon – 洪水 🌊");
    }
}
