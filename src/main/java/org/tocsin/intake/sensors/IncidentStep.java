package org.tocsin.intake.sensors;

import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.sensors.SensorMapping.Level;
import org.tocsin.intake.sensors.SensorTerms.Quorum;

/** What one reading makes of its incident. Pure; all clocks are parameters. */
sealed interface IncidentStep {
    Incident after();

    /** Nobody is told anything. */
    record Quiet(Incident after, String why) implements IncidentStep {}

    /** A new episode: an Alert. */
    record Opened(Incident after, Level level) implements IncidentStep {}

    /** Graver than what was alerted: an Update. */
    record Raised(Incident after, Level level) implements IncidentStep {}

    /**
     * The same episode as before: what closed it was said before it began, and came again. Devices send all again that was
     * not confirmed, "all is well" and the alarm after it.
     */
    record Resumed(Incident after) implements IncidentStep {}

    /** Over: the next reading beyond the threshold is a new episode. */
    record Cleared(Incident after) implements IncidentStep {}

    static IncidentStep of(Incident before, Reading reading, Instant now) {
        SensorMapping mapping = reading.mapping();
        Level reached = mapping.reached(reading.measure());
        if (before.clearedAt() != null && reading.at().isBefore(before.clearedAt())) {
            // Also each redelivery of an episode that is over.
            return new Quiet(before, "older than the end of its incident");
        }
        if (before.hasFrameOf(reading)) {
            return new Quiet(before, "a frame that is known already, by another gateway");
        }
        if (before.hasMessageOf(reading)) {
            return reached != null && before.closedByACopy()
                    ? new Resumed(before.resumed())
                    : new Quiet(before, "a message that is known already, sent again");
        }
        if (before.hasRetained(reading)) {
            return new Quiet(before, "what the broker keeps of an incident that is over");
        }
        if (reached != null && !reading.arrived().plus(mapping.expiresAfter()).isAfter(now)) {
            // Opening the incident would make the next, fresh reading silent.
            boolean givesUp = reading.origin().heldOver();
            return new Quiet(
                    givesUp ? before.withHolding(Holding.NONE) : before, "it waited longer than its alert may live");
        }
        if (reading.origin().heldOver() && before.memory().holding().isEmpty()) {
            return new Quiet(before, "something else was heard before its hold time was over");
        }
        Incident held = before.withHolding(before.memory().holding().with(reading));
        boolean holds = !mapping.terms().hold().isZero();
        Level level = holds ? held.memory().holding().fulfilled(reading) : reached;
        if (reached != null && level == null) {
            boolean goesOn = before.open() && !rearmed(before, reading);
            return new Quiet(goesOn ? held.seen(reading) : held, "beyond the threshold, but not yet for its hold time");
        }
        if (!before.open()) {
            return level == null
                    ? new Quiet(held, "below the threshold")
                    : new Opened(held.opened(reading, level.severity()), level);
        }
        return level == null ? calmer(held, reading) : stillRaised(held, reading, level);
    }

    /**
     * What a reading of one device makes of the incident of its group. It is over when no device is beyond its
     * threshold any more: a second one that comes and goes meanwhile is no new episode.
     *
     * @param members of the group that are open, this reading's device as it is after it
     * @param resumed whether that device's incident was not over after all
     */
    static IncidentStep ofGroup(Incident before, Reading reading, Collection<Incident> members, boolean resumed) {
        if (before.clearedAt() != null && reading.at().isBefore(before.clearedAt())) {
            return new Quiet(before, "older than the end of its incident");
        }
        Level level = agreed(reading, members);
        if (level == null) {
            return before.open() && members.isEmpty()
                    ? new Cleared(before.cleared(reading))
                    : new Quiet(before, members.size() + " devices are beyond their threshold, which are too few");
        }
        if (resumed && before.closedByACopy()) {
            return new Resumed(before.resumed());
        }
        return before.open()
                ? stillRaised(before, reading, level)
                : new Opened(before.opened(reading, level.severity()), level);
    }

    /** The gravest level that enough devices have reached, each heard within the window before this reading. */
    private static @Nullable Level agreed(Reading reading, Collection<Incident> members) {
        Quorum quorum =
                java.util.Objects.requireNonNull(reading.mapping().terms().quorum());
        Instant from = reading.at().minus(quorum.within());
        Level agreed = null;
        for (Level level : reading.mapping().levels()) {
            long devices = members.stream()
                    .filter(member -> member.level() != null && member.level().compareTo(level.severity()) <= 0)
                    .filter(member -> !member.lastSeenAt().isBefore(from))
                    .count();
            if (devices >= quorum.count()) {
                agreed = level;
            }
        }
        return agreed;
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
        if (rearmed(before, reading)) {
            return new Opened(before.opened(reading, level.severity()), level);
        }
        if (before.level() == null || level.severity().compareTo(before.level()) < 0) {
            return new Raised(before.raised(reading, level.severity()), level);
        }
        return new Quiet(
                reading.origin().retained() ? before.remembering(reading) : before.seen(reading), "already alerted");
    }

    /** What a broker replays from its memory is no news of today. */
    private static boolean rearmed(Incident before, Reading reading) {
        return !reading.at().isBefore(before.lastSeenAt().plus(reading.mapping().rearm()))
                && !reading.origin().retained();
    }
}
