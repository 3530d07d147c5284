package org.tocsin.publish;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox, with the alert that it is about.
 *
 * @param was the alert's state before; null: it is new
 * @param state and after, or {@link #PROGRESS}
 * @param counts JSON; null unless they belong to the event
 * @param source which intake the alert came by
 * @param via the hubs whose events led to it, separated by blanks
 * @param cap the alert, in the words of CAP
 * @param firstCap the first alert of its chain
 */
record Publication(
        long id,
        UUID event,
        long alertId,
        @Nullable String was,
        String state,
        @Nullable String counts,
        Instant at,
        String source,
        @Nullable String via,
        String cap,
        String firstCap) {
    static final String PROGRESS = "PROGRESS";
}
