package org.tocsin.delivery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many less urgent alerts a person is sent one by one.
 *
 * @param alerts of severity Moderate, Minor or Unknown, in one window; 0: no budget, everything is sent at once
 * @param window over which they are counted
 * @param digestAfter from the first alert that was withheld to the digest, and at least between two digests
 */
@ConfigurationProperties("tocsin.fatigue")
public record FatigueSettings(
        @DefaultValue("6") int alerts,
        @DefaultValue("1h") Duration window,
        @DefaultValue("15m") Duration digestAfter) {

    /** Up to so many rows are read for a person. */
    private static final int MOST = 1_000;

    public FatigueSettings {
        if (alerts < 0 || alerts > MOST) {
            throw new IllegalArgumentException("tocsin.fatigue.alerts must be 0 to " + MOST);
        }
        if (window.isNegative() || window.isZero() || digestAfter.isNegative() || digestAfter.isZero()) {
            throw new IllegalArgumentException(
                    "tocsin.fatigue.window and tocsin.fatigue.digest-after must be times such as 15m");
        }
    }
}
