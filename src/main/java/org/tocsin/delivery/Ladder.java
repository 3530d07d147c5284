package org.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayList;
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

    /** The same with the rung of this channel as the first: for somebody who is known to be reached by it. */
    Ladder startingWith(@Nullable String channel) {
        for (int i = 1; channel != null && i < rungs.size(); i++) {
            if (rungs.get(i).channels().contains(channel)
                    && rungs.stream().limit(i).noneMatch(r -> r.channels().contains(channel))) {
                List<Rung> moved = new ArrayList<>(rungs);
                moved.add(0, moved.remove(i));
                return with(moved);
            }
        }
        return this;
    }

    /** The same for a message that asks nobody to read it in time or to answer: that it arrives is all. */
    Ladder askingNothing() {
        return with(rungs.stream()
                .map(r -> new Rung(r.channels(), r.deliveredWithin(), null, null))
                .toList());
    }

    private Ladder with(List<Rung> others) {
        return new Ladder(name, others, graceAfterUnknown, unreachableRetries, retryDelay, throttledRetries);
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
