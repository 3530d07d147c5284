package org.tocsin.intake.storms;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Keys {@code tocsin.intake.brake.*}: how many new alerts a source may raise before the rest waits for a person. An
 * Extreme one never waits, and is not counted.
 *
 * @param alerts of one source within the window; 0: any number
 * @param oneCause of one source, sender, event and audience within the window; 0: any number
 * @param identicalFor how long what says the same as an alert, and nothing graver, is told by that alert; 0: never
 * @param quietAfter without another alert of its kind, a storm is over
 * @param kept so many of one cause are held one by one; more of them that are Moderate or less are counted only
 * @param alertsOf by source ({@code jms-incidents}), instead of {@code alerts}
 * @param oneCauseOf by source, instead of {@code oneCause}
 */
@ConfigurationProperties("tocsin.intake.brake")
public record BrakeSettings(
        @DefaultValue("50") int alerts,
        @DefaultValue("10") int oneCause,
        @DefaultValue("1m") Duration window,
        @DefaultValue("1h") Duration identicalFor,
        @DefaultValue("10m") Duration quietAfter,
        @DefaultValue("10000") int kept,
        @Nullable Map<String, Integer> alertsOf,
        @Nullable Map<String, Integer> oneCauseOf) {

    public BrakeSettings {
        alertsOf = alertsOf == null ? Map.of() : Map.copyOf(alertsOf);
        oneCauseOf = oneCauseOf == null ? Map.of() : Map.copyOf(oneCauseOf);
        if (alerts < 0 || oneCause < 0 || kept < 1 || window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "tocsin.intake.brake: numbers must not be negative, kept at least 1, and the window some time");
        }
    }

    /** Nothing is held and nothing compared. */
    public static BrakeSettings off() {
        return new BrakeSettings(
                0, 0, Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(10), 10_000, null, null);
    }

    int alertsOf(String source) {
        return alertsOf.getOrDefault(source, alerts);
    }

    int oneCauseOf(String source) {
        return oneCauseOf.getOrDefault(source, oneCause);
    }

    /** Whether it has anything to do with that source. */
    boolean governs(String source) {
        return alertsOf(source) > 0 || oneCauseOf(source) > 0 || !identicalFor.isZero();
    }
}
