package org.tocsin.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.RecipientRecord.AttemptRecord;

/**
 * A recipient as a claim has read it, of whom nothing is known but that one message was ordered. The outcome of that message
 * is written without reading all this again, on the condition that it is still so ({@link Ledger#applyFirst}).
 *
 * @param channels usable when planned
 * @param queuedAt when the message was ordered
 */
record FreshRecipient(
        long alertId,
        long personId,
        int lane,
        List<String> channels,
        @Nullable String firstChannel,
        RecipientState state,
        int step,
        @Nullable Instant dueAt,
        int orderedStep,
        String orderedChannel,
        Instant queuedAt) {

    /** What {@link LedgerRows#lock} would read. */
    RecipientRecord record(long attemptId) {
        RecipientRecord record = new RecipientRecord(
                AttemptKey.recipient(attemptId),
                alertId,
                personId,
                lane,
                channels,
                firstChannel,
                state,
                true,
                step,
                dueAt);
        record.isFresh = true;
        record.attempts.add(new AttemptRecord(
                attemptId, orderedStep, orderedChannel, AttemptState.QUEUED, false, false, queuedAt, false));
        return record;
    }

    /** Without the person. */
    @Override
    public String toString() {
        return "FreshRecipient[alert " + alertId + "]";
    }
}
