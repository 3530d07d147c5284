package org.tocsin.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long threads of this JVM were kept from running. A provider in the same JVM that was, sees what came meanwhile all at
 * once: so much more than the rate is the machine's, and not the hub's.
 */
public final class Stalls implements AutoCloseable {
    private static final long STEP = Duration.ofMillis(1).toNanos();

    private final Thread thread = new Thread(this::run, "stalls");
    private volatile boolean stopped;
    private volatile long longest;

    public Stalls() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long before = System.nanoTime();
        while (!stopped) {
            LockSupport.parkNanos(STEP);
            long now = System.nanoTime();
            longest = Math.max(longest, now - before - STEP);
            before = now;
        }
    }

    /** @return messages that a second may hold beyond the rate, if all of the longest stall came in one */
    public int worth(double perSecond) {
        return (int) Math.ceil(longest / 1e9 * perSecond);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
