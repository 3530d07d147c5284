package org.tocsin.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One locked {@code recipient} row with its attempts, while facts are applied to it. */
final class RecipientRecord {
    final long id;
    final long alertId;
    final long personId;
    final int lane;
    final List<String> channels;
    /** The channel whose rung comes first for this person, or null for the order of the ladder. */
    final @Nullable String firstChannel;

    final RecipientState stateBefore;
    final boolean openBefore;
    final @Nullable Instant dueBefore;
    final int stepBefore;
    final List<AttemptRecord> attempts = new ArrayList<>();
    final Map<String, Integer> addressesLeft = new HashMap<>();
    /** Channels whose receipts are not waited for any longer. */
    Set<String> silent = Set.of();

    /** Not locked: as its claim had read it. */
    boolean isFresh;

    RecipientState state;
    boolean open;
    int step;

    @Nullable
    Instant dueAt;

    @Nullable
    Instant acceptedAt;

    @Nullable
    Instant deliveredAt;

    @Nullable
    Instant readAt;

    @Nullable
    Instant acknowledgedAt;

    @Nullable
    String answer;

    @Nullable
    String answeredOn;

    boolean changed;

    RecipientRecord(
            long id,
            long alertId,
            long personId,
            int lane,
            List<String> channels,
            @Nullable String firstChannel,
            RecipientState state,
            boolean open,
            int step,
            @Nullable Instant dueAt) {
        this.id = id;
        this.alertId = alertId;
        this.personId = personId;
        this.lane = lane;
        this.channels = channels;
        this.firstChannel = firstChannel;
        this.stateBefore = state;
        this.state = state;
        this.openBefore = open;
        this.open = open;
        this.stepBefore = step;
        this.step = step;
        this.dueBefore = dueAt;
        this.dueAt = dueAt;
    }

    @Nullable
    AttemptRecord attempt(long attemptId) {
        for (AttemptRecord attempt : attempts) {
            if (attempt.id == attemptId) {
                return attempt;
            }
        }
        return null;
    }

    Progress progress() {
        return new Progress(
                state,
                open,
                step,
                channels,
                deliveredAt,
                readAt,
                acknowledgedAt,
                attempts.stream().map(AttemptRecord::view).toList(),
                addressesLeft,
                silent);
    }

    /** One {@code attempt_order} row with its {@code attempt_result}. */
    static final class AttemptRecord {
        final long id;
        final int step;
        final String channel;
        final boolean spare;
        final boolean repeat;
        final Instant queuedAt;
        /** Whether it has a result already: another fact changes that row, the first one makes it. */
        final boolean hasResult;

        AttemptState state;

        @Nullable
        Instant outcomeAt;

        @Nullable
        Instant handedAt;

        @Nullable
        Instant sentAt;

        @Nullable
        Instant deliveredAt;

        @Nullable
        Instant readAt;

        @Nullable
        Instant failedAt;

        @Nullable
        String code;

        @Nullable
        String sender;

        @Nullable
        String version;

        byte @Nullable [] addressEnc;
        byte @Nullable [] addressHash;
        byte @Nullable [] providerIdEnc;

        @Nullable
        Long providerRef;

        /** As a receipt has said it just now; the row keeps what an earlier one said. */
        @Nullable
        Pricing pricing;

        boolean hasSpare;
        long retryAfterSeconds;
        int retryGrowth = 2;
        boolean changed;

        AttemptRecord(
                long id,
                int step,
                String channel,
                AttemptState state,
                boolean spare,
                boolean repeat,
                Instant queued,
                boolean hasResult) {
            this.id = id;
            this.step = step;
            this.channel = channel;
            this.state = state;
            this.spare = spare;
            this.repeat = repeat;
            this.queuedAt = queued;
            this.hasResult = hasResult;
        }

        Progress.Attempt view() {
            return new Progress.Attempt(
                    AttemptKey.number(id),
                    step,
                    channel,
                    state,
                    spare,
                    repeat,
                    hasSpare,
                    queuedAt,
                    outcomeAt,
                    retryAfterSeconds,
                    retryGrowth);
        }
    }
}
