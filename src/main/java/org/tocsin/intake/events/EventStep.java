package org.tocsin.intake.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.AlertState;

/** What one event of another tool makes of its incident. Pure; all clocks are parameters. */
sealed interface EventStep {
    EventIncident after();

    /** Nobody is told anything. */
    record Quiet(EventIncident after, String why) implements EventStep {}

    /** It would have told people, and its time was over when it came: it is recorded, and its incident left as it was. */
    record Expired(EventIncident after) implements EventStep {}

    /** A new episode: an Alert. */
    record Opened(EventIncident after) implements EventStep {}

    /** Graver, or of other substance, than what was alerted: an Update. */
    record Changed(EventIncident after) implements EventStep {}

    /** Over: who was told of it hears of that. */
    record Closed(EventIncident after) implements EventStep {}

    static EventStep of(EventIncident before, EventReport event, Instant now) {
        if (isOlder(event.observedAt(), before.observedAt())) {
            return new Quiet(
                    before, before.open() ? "older than the last event" : "older than the end of its incident");
        }
        if (event.closed()) {
            return closing(before, event);
        }
        return before.open() ? open(before, event, now) : opening(before, event, now);
    }

    private static EventStep closing(EventIncident before, EventReport event) {
        if (!before.open()) {
            return new Quiet(before.closed(event), "the end of what was not open");
        }
        EventIncident after = before.closed(event);
        if (before.alerted() == null
                || before.alertedState() == AlertState.CANCELLED
                || before.alertedState() == AlertState.REJECTED) {
            return new Quiet(after, "its alert was taken back before");
        }
        return new Closed(after);
    }

    private static EventStep opening(EventIncident before, EventReport event, Instant now) {
        Instant began = event.startedAt() != null ? event.startedAt() : event.observedAt();
        if (isOlder(began, before.observedAt())) {
            return new Quiet(before, "older than the end of its incident");
        }
        if (began != null && before.episode() > 0 && began.equals(before.openedAt())) {
            // A redelivery; not of a second incident within one tick of the tool's clock, which would begin later.
            return new Quiet(before, "the incident that began then is over");
        }
        return fresh(event, now) ? new Opened(before.opened(event)) : expired(before);
    }

    private static EventStep open(EventIncident before, EventReport event, Instant now) {
        if (!event.arrived().isBefore(before.lastSeenAt().plus(event.rearm()))) {
            return fresh(event, now) ? new Opened(before.opened(event)) : expired(before);
        }
        boolean rise = before.level() == null || event.meaning().severity().compareTo(before.level()) < 0;
        if (rise || !event.substance().equals(before.substance())) {
            return fresh(event, now) ? new Changed(before.changed(event)) : expired(before);
        }
        return new Quiet(before.seen(event), "already alerted");
    }

    private static boolean fresh(EventReport event, Instant now) {
        return event.expires().isAfter(now);
    }

    private static EventStep expired(EventIncident before) {
        // Opening the incident would make the next, fresh event silent.
        return new Expired(before);
    }

    private static boolean isOlder(@Nullable Instant one, @Nullable Instant other) {
        return one != null && other != null && one.isBefore(other);
    }
}
