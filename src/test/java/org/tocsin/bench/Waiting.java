package org.tocsin.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Every wait has an end, and looks so seldom that it does not disturb what it waits for. */
final class Waiting {
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private Waiting() {}

    /** @return the instant on {@link System#nanoTime()} at which the condition was seen to hold */
    static long until(String what, Duration atMost, Duration every, Condition condition) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + atMost.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(every.toNanos());
        }
        return System.nanoTime();
    }

    static double seconds(long fromNanos, long toNanos) {
        return (toNanos - fromNanos) / 1e9;
    }
}
