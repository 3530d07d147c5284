package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SmsSegmentsTest {
    private static final String EMOJI = "\uD83C\uDF0A";

    static Stream<Arguments> boundaries() {
        return Stream.of(
                Arguments.of("", true, 0, 1),
                Arguments.of("a".repeat(160), true, 160, 1),
                Arguments.of("a".repeat(161), true, 161, 2),
                Arguments.of("a".repeat(306), true, 306, 2),
                Arguments.of("a".repeat(307), true, 307, 3),
                Arguments.of("é\n@Ç".repeat(40), true, 160, 1),
                Arguments.of("€".repeat(80), true, 160, 1),
                Arguments.of("€".repeat(81), true, 162, 2),
                // 152 + escape pair: the pair moves to the second segment, one septet of the first stays empty
                Arguments.of("a".repeat(152) + "€" + "a".repeat(151), true, 305, 2),
                Arguments.of("a".repeat(152) + "€" + "a".repeat(152), true, 306, 3),
                Arguments.of("ê".repeat(70), false, 70, 1),
                Arguments.of("ê".repeat(71), false, 71, 2),
                Arguments.of("ê".repeat(134), false, 134, 2),
                Arguments.of("ê".repeat(135), false, 135, 3),
                Arguments.of("a".repeat(70) + "ç", false, 71, 2),
                Arguments.of(EMOJI.repeat(35), false, 70, 1),
                Arguments.of(EMOJI.repeat(36), false, 72, 2),
                // 66 + surrogate pair: it would straddle the end of the first segment
                Arguments.of("ê".repeat(66) + EMOJI + "ê".repeat(65), false, 133, 2),
                Arguments.of("ê".repeat(66) + EMOJI + "ê".repeat(66), false, 134, 3));
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    void everyBoundaryIsCountedAsThePhoneNetworkDoes(String text, boolean gsm7, int units, int segments) {
        SmsSegments counted = SmsSegments.of(text);
        assertThat(counted.gsm7()).isEqualTo(gsm7);
        assertThat(counted.units()).isEqualTo(units);
        assertThat(counted.segments()).isEqualTo(segments);
        assertThat(String.join("", counted.parts())).isEqualTo(text);
    }

    @Test
    void noPartIsLongerThanItsSegmentAndNoneEndsInHalfACharacter() {
        for (String part : SmsSegments.of(("ê" + EMOJI).repeat(200)).parts()) {
            assertThat(part.length()).isLessThanOrEqualTo(67);
            assertThat(Character.isHighSurrogate(part.charAt(part.length() - 1)))
                    .isFalse();
        }
    }

    @Test
    void theAlphabetHas128CharactersWithEscapeAndTenMoreInTheExtension() {
        long basic = 0;
        long extension = 0;
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            basic += Gsm7.septets(c) == 1 ? 1 : 0;
            extension += Gsm7.septets(c) == 2 ? 1 : 0;
        }
        assertThat(basic).isEqualTo(127);
        assertThat(extension).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "Évacuez l’hôtel, Évacuez l'hotel",
        "«Forêt» — ça brûle…, '\"Foret\" - ca brule...'",
        "Cœur Œuvre, Coeur OEuvre",
        "Łódź žluťoučký, Lodz zlutoucky",
        "10 000 €, 10 000 €",
        "à é è ù Ç ñ ü, à é è ù Ç ñ ü",
        "forêt e\u0302, foret e",
        "Việt, Việt",
        "مرحبا, مرحبا",
    })
    void onlyHarmlessReplacementsAreMade(String text, String expected) {
        assertThat(Gsm7.transliterate(text)).isEqualTo(expected);
    }
}
