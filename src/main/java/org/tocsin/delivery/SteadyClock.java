package org.tocsin.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds the database's clock against this process' monotonic one. Where it stands between two readings is known to a
 * few milliseconds; what differs by more than {@link #SLACK} is a jump. It follows slow corrections.
 */
final class SteadyClock {
    /** More than a busy machine delays an answer by, and less than matters to a wait. */
    static final Duration SLACK = Duration.ofSeconds(3);

    private boolean known;
    /** The database's nanoseconds since 1970, less our own. */
    private long ahead;

    /**
     * How far a reading is from where it could have been.
     *
     * @param askedAt {@link System#nanoTime} before, and {@code answeredAt} after it was taken
     * @return 0 within {@link #SLACK}, or when nothing is known yet
     */
    synchronized Duration jump(Instant reading, long askedAt, long answeredAt) {
        if (!known) {
            return Duration.ZERO;
        }
        long early = nanos(reading) - (askedAt + ahead);
        long late = nanos(reading) - (answeredAt + ahead);
        if (early < -SLACK.toNanos()) {
            return Duration.ofNanos(early);
        }
        return late > SLACK.toNanos() ? Duration.ofNanos(late) : Duration.ZERO;
    }

    /** Where it stands from now on. A reading that took too long says nothing. */
    synchronized void follow(Instant reading, long askedAt, long answeredAt) {
        if (!known || answeredAt - askedAt < SLACK.toNanos()) {
            ahead = nanos(reading) - (askedAt + (answeredAt - askedAt) / 2);
            known = true;
        }
    }

    /** Another database, or another state of it. */
    synchronized void forget() {
        known = false;
    }

    /** The latest that the database's clock can show now, if it did not jump. */
    synchronized Instant latest(long now) {
        return known ? instant(now + ahead + SLACK.toNanos()) : Instant.now().plus(SLACK);
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
