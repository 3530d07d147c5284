package org.tocsin.delivery;

import java.time.Duration;

/**
 * The turns of messages: instants at which messages of one sender may be written, evenly spaced, on the clock of {@link System#nanoTime()}.
 *
 * @param first the first instant
 * @param gap nanoseconds from one to the next
 */
public record Turns(long first, long gap, int count) {
    /** Later than this a turn has lapsed, since others write in the time after it: book again. */
    public static final Duration LATE = Duration.ofMillis(15);

    public long at(int index) {
        return first + index * gap;
    }

    /** From when on the last of them is over. */
    public long end() {
        return at(count);
    }
}
