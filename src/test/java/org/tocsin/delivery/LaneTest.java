package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

class LaneTest {
    @ParameterizedTest
    @CsvSource({
        "Extreme, Immediate, 0",
        "Extreme, Future, 0",
        "Extreme, Unknown, 0",
        "Severe, Immediate, 1",
        "Severe, Expected, 2",
        "Moderate, Immediate, 2",
        "Unknown, Immediate, 2",
        "Moderate, Expected, 3",
        "Unknown, Past, 3",
        "Minor, Immediate, 4",
    })
    void nothingSharesALaneWithWhatIsExtreme(Severity severity, Urgency urgency, int lane) {
        assertThat(Lane.of(severity, urgency)).isEqualTo(lane).isLessThan(Lane.COUNT);
    }

    @ParameterizedTest
    @CsvSource({"Extreme, Past", "Severe, Immediate", "Severe, Future"})
    void whatIsExtremeOrSevereIsUrgent(Severity severity, Urgency urgency) {
        assertThat(Lane.of(severity, urgency)).isLessThanOrEqualTo(Lane.URGENT);
    }
}
