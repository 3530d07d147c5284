package org.tocsin.intake.storms;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Alerts of one cause, from the first until it was quiet for a while. */
final class StormCause {
    final long id;
    final String source;
    final UUID key;
    Instant lastAt;
    Instant windowAt;
    int windowPassed;
    long passed;

    @Nullable
    Integer passedRank;

    long held;

    @Nullable
    Integer heldRank;

    long grouped;
    /** Differs from its row. */
    boolean changed;

    StormCause(long id, String source, UUID key, Instant now) {
        this.id = id;
        this.source = source;
        this.key = key;
        this.lastAt = now;
        this.windowAt = now;
    }

    boolean over(Instant now, Duration quietAfter) {
        return now.isAfter(lastAt.plus(quietAfter));
    }

    /** Whether no more of it may pass now. Once one is held, those after it wait with it until it is quiet. */
    boolean full(int limit, Instant now, Duration window) {
        if (now.isBefore(windowAt) || !now.isBefore(windowAt.plus(window))) {
            windowAt = now;
            windowPassed = 0;
        }
        return limit > 0 && (held > 0 || windowPassed >= limit);
    }

    boolean wouldRise(int rank) {
        return passedRank != null && rank < passedRank;
    }

    void pass(int rank, Instant now) {
        seen(now);
        windowPassed++;
        passed++;
        passedRank = passedRank == null ? rank : Math.min(passedRank, rank);
    }

    void hold(int rank, Instant now) {
        seen(now);
        held++;
        heldRank = heldRank == null ? rank : Math.min(heldRank, rank);
    }

    void group(Instant now) {
        seen(now);
        grouped++;
    }

    private void seen(Instant now) {
        lastAt = now;
        changed = true;
    }
}
