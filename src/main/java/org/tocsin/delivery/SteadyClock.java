package org.tocsin.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds the database's clock against this process' monotonic one, and never against the clock of this machine, which may
 * jump. Where it stands between two readings is known to a few milliseconds; what differs by more than {@link #SLACK} is
 * a jump. It follows slow corrections.
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

    /**
     * Where it stands from now on. A reading that took too long says nothing, and one that took long moves it no further
     * than it must, so that what happens one after the other on a busy machine is not dated the other way round.
     */
    synchronized void follow(Instant reading, long askedAt, long answeredAt) {
        if (!known) {
            ahead = nanos(reading) - (askedAt + (answeredAt - askedAt) / 2);
            known = true;
        } else if (answeredAt - askedAt < SLACK.toNanos()) {
            ahead = Math.min(Math.max(ahead, nanos(reading) - answeredAt), nanos(reading) - askedAt);
        }
    }

    /** Another database, or another state of it. */
    synchronized void forget() {
        known = false;
    }

    /** What the database's clock shows now, if it did not jump; before the first reading, that of this machine. */
    synchronized Instant at(long now) {
        return known ? instant(now + ahead) : Instant.now();
    }

    /** The latest that it can show now. */
    Instant latest(long now) {
        return at(now).plus(SLACK);
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
