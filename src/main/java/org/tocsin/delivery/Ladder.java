package org.tocsin.delivery;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The redundant ways to one person, in turn. Frozen with each alert as JSON.
 *
 * @param graceAfterUnknown how long a receipt may still settle an unknown outcome before the next rung
 * @param unreachableRetries how often a message that was certainly not sent is tried again on the same channel
 * @param retryDelay the pause before such a retry
 */
public record Ladder(
        String name,
        List<Rung> rungs,
        Duration graceAfterUnknown,
        int unreachableRetries,
        Duration retryDelay,
        int throttledRetries) {

    public Ladder {
        rungs = List.copyOf(rungs);
    }

    /**
     * One rung: a channel, or several at the same time.
     *
     * @param deliveredWithin T1: from the provider's answer to a delivered receipt; null where the channel has none
     *     and nothing follows
     * @param readWithin T2: from delivered to read; then an extra channel, never a loss of the fact "delivered"
     * @param acknowledgedWithin T3: from delivered to an answer
     */
    public record Rung(
            List<String> channels,
            @Nullable Duration deliveredWithin,
            @Nullable Duration readWithin,
            @Nullable Duration acknowledgedWithin) {
        public Rung {
            channels = List.copyOf(channels);
        }
    }
}
