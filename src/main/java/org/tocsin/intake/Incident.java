package org.tocsin.intake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;

/**
 * One condition at one device, as its row says.
 *
 * @param episode which flood it is: part of the identity of the alerts that it raises
 * @param level the severity last alerted in this episode
 * @param lastSeenAt the newest reading of this episode
 * @param clearedAt when the episode before this one, or this one, was over
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
        @Nullable Reference alerted) {

    /** What is known of a device that never raised an alert. */
    static Incident unknown(String key) {
        return new Incident(key, 0, false, null, Instant.EPOCH, Instant.EPOCH, null, null, null);
    }

    Incident opened(Reading reading, Severity severity) {
        return new Incident(
                key, episode + 1, true, severity, reading.at(), reading.at(), reading.observedAt(), clearedAt, null);
    }

    Incident raised(Reading reading, Severity severity) {
        return seen(reading).withLevel(severity);
    }

    Incident seen(Reading reading) {
        if (!reading.at().isAfter(lastSeenAt)) {
            return this;
        }
        return new Incident(
                key, episode, open, level, openedAt, reading.at(), reading.observedAt(), clearedAt, alerted);
    }

    Incident cleared(Reading reading) {
        return new Incident(
                key, episode, false, level, openedAt, reading.at(), reading.observedAt(), reading.at(), alerted);
    }

    Incident withAlerted(Reference reference) {
        return new Incident(key, episode, open, level, openedAt, lastSeenAt, observedAt, clearedAt, reference);
    }

    private Incident withLevel(Severity severity) {
        return new Incident(key, episode, open, severity, openedAt, lastSeenAt, observedAt, clearedAt, alerted);
    }
}
