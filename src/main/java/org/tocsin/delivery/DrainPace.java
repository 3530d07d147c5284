package org.tocsin.delivery;

import java.time.Duration;

/** How fast what waited may leave after a channel works again: a few a second at first, so that it does not break anew. */
final class DrainPace {
    private static final Duration DOUBLES_EVERY = Duration.ofSeconds(5);
    private static final Duration RAMP = Duration.ofMinutes(1);

    private final double first;
    /** While it still grows: when it began. 0: full pace. */
    private volatile long began;

    /** @param first messages a second */
    DrainPace(double first) {
        this.first = first;
    }

    /** @param nanoTime of {@link System#nanoTime()}, when it worked again; 0: it never was broken */
    void begin(long nanoTime) {
        began = nanoTime;
    }

    /** @param perSecond without it; 0 for no limit */
    double of(double perSecond) {
        long from = began;
        if (from == 0) {
            return perSecond;
        }
        long age = System.nanoTime() - from;
        if (age > RAMP.toNanos()) {
            began = 0;
            return perSecond;
        }
        double ramp = first * Math.pow(2, (double) age / DOUBLES_EVERY.toNanos());
        return perSecond <= 0 ? ramp : Math.min(perSecond, ramp);
    }
}
