package org.tocsin.intake;

import java.time.Instant;
import org.tocsin.intake.SensorMapping.Level;

/** What one reading makes of its incident. Pure; all clocks are parameters. */
sealed interface IncidentStep {
    Incident after();

    /** Nobody is told anything. */
    record Quiet(Incident after, String why) implements IncidentStep {}

    /** A new episode: an Alert. */
    record Opened(Incident after, Level level) implements IncidentStep {}

    /** Graver than what was alerted: an Update. */
    record Raised(Incident after, Level level) implements IncidentStep {}

    /** Over: the next reading beyond the threshold is a new episode. */
    record Cleared(Incident after) implements IncidentStep {}

    static IncidentStep of(Incident before, Reading reading, Instant now) {
        SensorMapping mapping = reading.mapping();
        Level level = mapping.reached(reading.measure());
        if (before.clearedAt() != null && reading.at().isBefore(before.clearedAt())) {
            // Also each redelivery of an episode that is over.
            return new Quiet(before, "older than the end of its incident");
        }
        if (before.hasFrameOf(reading)) {
            return new Quiet(before, "a frame that is known already, by another gateway");
        }
        if (level != null && !reading.arrived().plus(mapping.expiresAfter()).isAfter(now)) {
            // Opening the incident would make the next, fresh reading silent.
            return new Quiet(before, "it waited longer than its alert may live");
        }
        if (!before.open()) {
            return level == null
                    ? new Quiet(before, "below the threshold")
                    : new Opened(before.opened(reading, level.severity()), level);
        }
        return level == null ? calmer(before, reading) : stillRaised(before, reading, level);
    }

    private static IncidentStep calmer(Incident before, Reading reading) {
        if (!reading.mapping().clears(reading.measure())) {
            return new Quiet(before.seen(reading), "between the thresholds");
        }
        // A late "all is well" from before the last alarm says nothing about now.
        return reading.at().isBefore(before.lastSeenAt())
                ? new Quiet(before, "older than the last reading")
                : new Cleared(before.cleared(reading));
    }

    private static IncidentStep stillRaised(Incident before, Reading reading, Level level) {
        Instant rearmed = before.lastSeenAt().plus(reading.mapping().rearm());
        // What a broker replays from its memory is no news of today.
        if (!reading.at().isBefore(rearmed) && !reading.origin().retained()) {
            return new Opened(before.opened(reading, level.severity()), level);
        }
        if (before.level() == null || level.severity().compareTo(before.level()) < 0) {
            return new Raised(before.raised(reading, level.severity()), level);
        }
        return new Quiet(reading.origin().retained() ? before : before.seen(reading), "already alerted");
    }
}
