package org.tocsin.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Simulated time: the machine's, and what was skipped by {@link #advance}. Its tasks run on one thread, in the order of
 * their due times and then of their submission, up to {@value #TICK_MILLIS} ms late, so that many share one wake-up.
 */
final class Timeline implements AutoCloseable {
    private static final int TICK_MILLIS = 2;

    private final long startedNanos = System.nanoTime();
    private final long startedMillis = System.currentTimeMillis();
    private final TreeMap<Long, List<Runnable>> due = new TreeMap<>();
    private volatile long skippedMillis;
    private boolean closed;

    Timeline() {
        Thread thread = new Thread(this::run, "simulator-clock");
        thread.setDaemon(true);
        thread.start();
    }

    /** Milliseconds since 1970. */
    long millis() {
        return startedMillis + skippedMillis + (System.nanoTime() - startedNanos) / 1_000_000;
    }

    Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /** Once closed nothing is run any more. */
    void later(Duration after, Runnable task) {
        long tick = (millis() + Math.max(0, after.toMillis()) + TICK_MILLIS - 1) / TICK_MILLIS;
        synchronized (due) {
            List<Runnable> together = due.get(tick);
            if (together == null) {
                together = new ArrayList<>();
                due.put(tick, together);
                if (due.firstKey() == tick) {
                    due.notifyAll();
                }
            }
            together.add(task);
        }
    }

    /** Everything that falls due in between is done at once, in its order. */
    void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back");
        }
        synchronized (due) {
            skippedMillis += by.toMillis();
            due.notifyAll();
        }
    }

    private void run() {
        try {
            while (true) {
                next().forEach(Timeline::perform);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next tick that has tasks. */
    private List<Runnable> next() throws InterruptedException {
        synchronized (due) {
            while (true) {
                if (closed) {
                    throw new InterruptedException();
                }
                Map.Entry<Long, List<Runnable>> first = due.firstEntry();
                if (first == null) {
                    due.wait();
                    continue;
                }
                long wait = first.getKey() * TICK_MILLIS - millis();
                if (wait <= 0) {
                    return due.pollFirstEntry().getValue();
                }
                due.wait(wait);
            }
        }
    }

    /** One bad task must not end the time of all others. */
    private static void perform(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    @Override
    public void close() {
        synchronized (due) {
            closed = true;
            due.clear();
            due.notifyAll();
        }
    }
}
