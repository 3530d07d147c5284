package org.tocsin.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about one person and one alert when a decision is due.
 *
 * @param channels usable for the person when planned
 * @param addressesLeft per channel: usable addresses that no attempt failed on yet; missing means none left
 * @param attempts in the order of their numbers
 * @param silent channels that take messages and deliver none: no receipt of them is waited for
 */
public record Progress(
        RecipientState state,
        boolean open,
        int step,
        List<String> channels,
        @Nullable Instant deliveredAt,
        @Nullable Instant readAt,
        @Nullable Instant acknowledgedAt,
        List<Attempt> attempts,
        Map<String, Integer> addressesLeft,
        Set<String> silent) {

    /** Every receipt is waited for. */
    Progress(
            RecipientState state,
            boolean open,
            int step,
            List<String> channels,
            @Nullable Instant deliveredAt,
            @Nullable Instant readAt,
            @Nullable Instant acknowledgedAt,
            List<Attempt> attempts,
            Map<String, Integer> addressesLeft) {
        this(state, open, step, channels, deliveredAt, readAt, acknowledgedAt, attempts, addressesLeft, Set.of());
    }

    /**
     * @param queuedAt when the decision for it was taken
     * @param outcomeAt when the provider answered, or was found not to have
     * @param retryAfterSeconds what a throttling provider asked for
     * @param retryGrowth how many times as long to wait after each further refusal
     */
    public record Attempt(
            int no,
            int step,
            String channel,
            AttemptState state,
            boolean spare,
            boolean repeat,
            boolean hasSpare,
            Instant queuedAt,
            @Nullable Instant outcomeAt,
            long retryAfterSeconds,
            int retryGrowth) {}
}
