package org.tocsin.intake.storms;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One source's row of the brake, while its transaction holds it. */
final class StormSource {
    final String source;

    @Nullable
    Instant windowAt;

    int passed;

    @Nullable
    Instant stormAt;

    @Nullable
    Instant stormLastAt;

    long stormHeld;

    @Nullable
    Integer stormRank;

    /** Whether the duty group's memory is of a storm that is over. */
    boolean newStorm;

    StormSource(String source) {
        this.source = source;
    }

    int passed(Instant now, Duration window) {
        // A window that begins after now was dated by a clock that was wrong.
        if (windowAt == null || now.isBefore(windowAt) || !now.isBefore(windowAt.plus(window))) {
            windowAt = now;
            passed = 0;
        }
        return passed;
    }

    void held(int rank, Instant now, Duration quietAfter) {
        if (stormAt == null || stormLastAt == null || now.isAfter(stormLastAt.plus(quietAfter))) {
            stormAt = now;
            stormHeld = 0;
            stormRank = null;
            newStorm = true;
        }
        stormLastAt = now;
        stormHeld++;
        stormRank = stormRank == null ? rank : Math.min(stormRank, rank);
    }
}
