package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

class LaneTest {
    @ParameterizedTest
    @CsvSource({
        "Extreme, Immediate, 0",
        "Extreme, Unknown, 0",
        "Severe, Immediate, 1",
        "Severe, Expected, 2",
        "Severe, Past, 2",
        "Moderate, Immediate, 3",
        "Unknown, Immediate, 3",
        "Moderate, Expected, 4",
        "Unknown, Past, 4",
        "Minor, Immediate, 5",
    })
    void whatIsMoreUrgentHasALowerNumber(Severity severity, Urgency urgency, int lane) {
        assertThat(Lane.of(severity, urgency)).isEqualTo(lane).isLessThan(Lane.COUNT);
    }

    @Test
    void extremeAndSeverePassEverythingElseWhateverTheirUrgency() {
        int lowestOfTheRest = lanes(Severity.Moderate, Severity.Minor, Severity.Unknown).stream()
                .min(Integer::compare)
                .orElseThrow();
        assertThat(lanes(Severity.Severe)).allMatch(lane -> lane < lowestOfTheRest);
        int firstOfSevere =
                lanes(Severity.Severe).stream().min(Integer::compare).orElseThrow();
        assertThat(lanes(Severity.Extreme)).allMatch(lane -> lane < firstOfSevere);
    }

    /** What is kept for them nothing else can use up. */
    @Test
    void whatIsUrgentIsExtremeOrSevere() {
        assertThat(lanes(Severity.Extreme, Severity.Severe)).allMatch(lane -> lane <= Lane.URGENT);
        assertThat(lanes(Severity.Moderate, Severity.Minor, Severity.Unknown)).allMatch(lane -> lane > Lane.URGENT);
    }

    private static List<Integer> lanes(Severity... severities) {
        return Stream.of(severities)
                .flatMap(severity -> Arrays.stream(Urgency.values()).map(urgency -> Lane.of(severity, urgency)))
                .toList();
    }
}
