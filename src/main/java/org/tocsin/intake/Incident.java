package org.tocsin.intake;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;
import org.tocsin.intake.payload.Frame;

/**
 * One condition at one device, as its row says.
 *
 * @param episode which flood it is: part of the identity of the alerts that it raises
 * @param level the severity last alerted in this episode
 * @param lastSeenAt the newest reading of this episode
 * @param clearedAt when the episode before this one, or this one, was over
 * @param frame the newest radio frame of it, where there are such
 * @param alerted the newest alert of this episode
 */
record Incident(
        String key,
        int episode,
        boolean open,
        @Nullable Severity level,
        Instant openedAt,
        Instant lastSeenAt,
        @Nullable Instant observedAt,
        @Nullable Instant clearedAt,
        @Nullable Frame frame,
        @Nullable Reference alerted) {
    /** Network servers wait for the copies of a frame for a second or so; brokers redeliver later. */
    private static final Duration COPIES = Duration.ofMinutes(10);

    /** What is known of a device that never raised an alert. */
    static Incident unknown(String key) {
        return new Incident(key, 0, false, null, Instant.EPOCH, Instant.EPOCH, null, null, null, null);
    }

    Incident opened(Reading reading, Severity severity) {
        return new Incident(
                key,
                episode + 1,
                true,
                severity,
                reading.at(),
                reading.at(),
                reading.observedAt(),
                clearedAt,
                newest(reading),
                null);
    }

    Incident raised(Reading reading, Severity severity) {
        return seen(reading).withLevel(severity);
    }

    Incident seen(Reading reading) {
        if (!reading.at().isAfter(lastSeenAt)) {
            return this;
        }
        return new Incident(
                key,
                episode,
                open,
                level,
                openedAt,
                reading.at(),
                reading.observedAt(),
                clearedAt,
                newest(reading),
                alerted);
    }

    Incident cleared(Reading reading) {
        return new Incident(
                key,
                episode,
                false,
                level,
                openedAt,
                reading.at(),
                reading.observedAt(),
                reading.at(),
                newest(reading),
                alerted);
    }

    Incident withAlerted(Reference reference) {
        return new Incident(key, episode, open, level, openedAt, lastSeenAt, observedAt, clearedAt, frame, reference);
    }

    private Incident withLevel(Severity severity) {
        return new Incident(key, episode, open, severity, openedAt, lastSeenAt, observedAt, clearedAt, frame, alerted);
    }

    /**
     * Whether that frame, or a later one of its session, was taken already and not long ago: a gateway was late. After
     * a while a low counter is no copy but a device that began to count anew.
     */
    boolean hasFrameOf(Reading reading) {
        Frame other = reading.origin().frame();
        return frame != null
                && other != null
                && frame.session().equals(other.session())
                && other.counter() <= frame.counter()
                && reading.at().isBefore(lastSeenAt.plus(COPIES));
    }

    private @Nullable Frame newest(Reading reading) {
        return reading.origin().frame() == null ? frame : reading.origin().frame();
    }
}
