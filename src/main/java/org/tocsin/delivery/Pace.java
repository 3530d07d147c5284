package org.tocsin.delivery;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns that this hub has of one sender, for whichever of its messages is written next. A turn that is over is not made
 * up for: the next one is taken, and new ones are booked when none is left. One thread adds, another one waits.
 */
public final class Pace {
    private static final Logger log = LoggerFactory.getLogger(Pace.class);
    /** Written together, so that a thousand messages a second are not a thousand wake-ups. */
    private static final long EARLY = Duration.ofMillis(2).toNanos();

    private static final long LONGEST_SLEEP = Duration.ofMillis(100).toNanos();

    private final BooleanSupplier goingOn;
    private final IntFunction<Turns> bookMore;
    private final Queue<Turns> booked = new ConcurrentLinkedQueue<>();
    private volatile boolean paced;
    private volatile long bookedUntil = System.nanoTime();
    private volatile long gap;
    private @Nullable Turns current;
    private int next;

    /** @param bookMore turns for so many messages, whose own are over */
    public Pace(BooleanSupplier goingOn, IntFunction<Turns> bookMore) {
        this.goingOn = goingOn;
        this.bookMore = bookMore;
    }

    /** @param turns as many as there are messages; null: these and those that wait are written at once */
    public void add(@Nullable Turns turns) {
        if (turns != null) {
            booked.add(turns);
            remember(turns);
        }
        paced = turns != null;
    }

    public boolean isPaced() {
        return paced;
    }

    private void remember(Turns turns) {
        gap = turns.gap();
        bookedUntil = turns.end();
    }

    /** How long from now until all turns of this hub are over, nanoseconds; not less than 0. */
    public long ahead() {
        return Math.max(0, bookedUntil - System.nanoTime());
    }

    /** From one turn to the next at the rate that was met last, nanoseconds; 0 before the first. */
    public long gap() {
        return gap;
    }

    /**
     * Returns at the next turn, or at once when nothing goes on.
     *
     * @param writable so many messages could be written now, at least one
     */
    public void awaitTurn(int writable) {
        if (paced && goingOn.getAsBoolean()) {
            waitUntil(turn(writable) - EARLY, goingOn);
        }
    }

    private long turn(int writable) {
        while (true) {
            Turns turns = current;
            if (turns == null || next == turns.count()) {
                turns = booked.poll();
                current = turns == null ? more(writable) : turns;
                next = 0;
            } else {
                long at = turns.at(next++);
                if (System.nanoTime() - at <= Turns.LATE.toNanos()) {
                    return at;
                }
            }
        }
    }

    private Turns more(int number) {
        Turns turns;
        try {
            turns = bookMore.apply(number);
        } catch (RuntimeException e) {
            log.debug("no turns can be booked; at the distance of the last ones", e);
            long usual = gap == 0 ? Duration.ofSeconds(1).toNanos() : gap;
            turns = new Turns(System.nanoTime() + usual, usual, number);
        }
        remember(turns);
        return turns;
    }

    /** @param nanoTime on the clock of {@link System#nanoTime()} */
    public static void waitUntil(long nanoTime, BooleanSupplier goingOn) {
        long wait = nanoTime - System.nanoTime();
        while (wait > 0 && goingOn.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(wait, LONGEST_SLEEP));
            wait = nanoTime - System.nanoTime();
        }
    }
}
