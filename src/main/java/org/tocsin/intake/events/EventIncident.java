package org.tocsin.intake.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;
import org.tocsin.intake.AlertState;

/**
 * One incident of another tool, as its row says.
 *
 * @param episode how often it was opened: part of the identity of the alerts that it raises
 * @param step how many alerts this episode raised before the newest one: part of it too
 * @param level the severity last alerted in this episode
 * @param substance what was last alerted, as a hash
 * @param openedAt the tool's own time of its beginning, or else that of its arrival
 * @param lastSeenAt when the newest event of it arrived
 * @param observedAt the newest time of its own that the tool gave
 * @param alerted the newest alert of this episode
 * @param alertedState that alert's state when this was read
 */
record EventIncident(
        String key,
        int episode,
        int step,
        boolean open,
        @Nullable Severity level,
        @Nullable String substance,
        Instant openedAt,
        Instant lastSeenAt,
        @Nullable Instant observedAt,
        @Nullable Instant clearedAt,
        @Nullable Reference alerted,
        @Nullable AlertState alertedState) {

    static EventIncident unknown(String key) {
        return new EventIncident(key, 0, 0, false, null, null, Instant.EPOCH, Instant.EPOCH, null, null, null, null);
    }

    EventIncident opened(EventReport event) {
        Instant began = event.startedAt() != null ? event.startedAt() : event.at();
        return new EventIncident(
                key,
                episode + 1,
                0,
                true,
                event.meaning().severity(),
                event.substance(),
                began,
                event.arrived(),
                later(event.observedAt(), event.startedAt()),
                clearedAt,
                null,
                null);
    }

    EventIncident changed(EventReport event) {
        EventIncident seen = seen(event);
        return new EventIncident(
                key,
                episode,
                step + 1,
                open,
                event.meaning().severity(),
                event.substance(),
                openedAt,
                seen.lastSeenAt,
                seen.observedAt,
                clearedAt,
                alerted,
                alertedState);
    }

    /** Heard of again. */
    EventIncident seen(EventReport event) {
        return with(step, open, later(lastSeenAt, event.arrived()), later(observedAt, event.observedAt()), clearedAt);
    }

    /** Over; also one that was never known to be open, so that a late beginning of it is recognised as such. */
    EventIncident closed(EventReport event) {
        EventIncident seen = seen(event);
        return with(open ? step + 1 : step, false, seen.lastSeenAt, seen.observedAt, event.at());
    }

    EventIncident withAlerted(Reference reference) {
        return new EventIncident(
                key,
                episode,
                step,
                open,
                level,
                substance,
                openedAt,
                lastSeenAt,
                observedAt,
                clearedAt,
                reference,
                AlertState.PLANNING);
    }

    private EventIncident with(
            int newStep,
            boolean newOpen,
            @Nullable Instant newLastSeenAt,
            @Nullable Instant newObservedAt,
            @Nullable Instant newClearedAt) {
        return new EventIncident(
                key,
                episode,
                newStep,
                newOpen,
                level,
                substance,
                openedAt,
                newLastSeenAt == null ? lastSeenAt : newLastSeenAt,
                newObservedAt,
                newClearedAt,
                alerted,
                alertedState);
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? one : other;
    }
}
