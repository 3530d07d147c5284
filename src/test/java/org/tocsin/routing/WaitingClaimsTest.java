package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.Lane;

class WaitingClaimsTest {
    private static final int EXTREME = Lane.of(Severity.Extreme, Urgency.Expected);
    private static final int SEVERE = Lane.of(Severity.Severe, Urgency.Expected);
    private static final int MODERATE = Lane.of(Severity.Moderate, Urgency.Immediate);
    private static final int MINOR = Lane.of(Severity.Minor, Urgency.Immediate);

    private final WaitingClaims waiting = new WaitingClaims();

    @Test
    void theMostUrgentIsFirstHoweverLateItCameAndTheOthersAreInTheirOrder() {
        claims(MINOR, MODERATE, SEVERE, MODERATE, SEVERE, EXTREME);

        assertThat(waiting.drain()).extracting(Claim::attemptId).containsExactly(5L, 2L, 4L, 1L, 3L, 0L);
        assertThat(waiting.size(false)).isZero();
        assertThat(waiting.size(true)).isZero();
    }

    @Test
    void whatIsKeptForTheUrgentTakesNothingElse() {
        claims(MODERATE, SEVERE, MINOR, EXTREME);

        assertThat(waiting.size(true)).isEqualTo(2);
        assertThat(waiting.poll(true)).extracting(Claim::attemptId).isEqualTo(3L);
        assertThat(waiting.poll(true)).extracting(Claim::attemptId).isEqualTo(1L);
        assertThat(waiting.poll(true)).isNull();
        assertThat(waiting.size(true)).isZero();
        assertThat(waiting.size(false)).isEqualTo(2);
    }

    private void claims(int... lanes) {
        for (int n = 0; n < lanes.length; n++) {
            waiting.add(new Claim(1, n, 1, 1, "en", false, false, "sender", null, 0, lanes[n], true, null));
        }
    }
}
