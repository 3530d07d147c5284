package org.tocsin.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows for one person.
 *
 * @param dueAt when to look again if nothing happens, or null
 * @param sends new messages, to be queued now
 * @param suppressQueued messages that still wait in the queue are not needed any more
 */
public record Decision(
        RecipientState state,
        boolean open,
        int step,
        @Nullable Instant dueAt,
        List<Send> sends,
        boolean suppressQueued) {

    /** Over the fatigue budget: nothing is sent, until the person's digest tells of it. */
    static Decision withheld() {
        return new Decision(RecipientState.WITHHELD, true, 0, null, List.of(), false);
    }

    /** One new attempt on a channel, no earlier than {@code at}. */
    public record Send(int step, String channel, Instant at, boolean spare, boolean repeat) {}
}
