package org.tocsin.delivery;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does the same again and again, and outlives whatever goes wrong: a database that is away makes it
 * wait and try again, never end.
 */
public final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** One round; it waits by itself when there is nothing to do. */
    @FunctionalInterface
    public interface Round {
        void run() throws Exception;
    }

    private final Thread thread;
    private volatile boolean stopped;

    public Worker(String name, Round round) {
        thread = new Thread(() -> loop(round), name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public void stop() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop(Round round) {
        long pause = 100;
        while (!stopped) {
            try {
                round.run();
                pause = 100;
            } catch (InterruptedException e) {
                // stopped is looked at next
            } catch (Exception e) {
                if (!stopped) {
                    report(e);
                    pause = pause(pause);
                }
            }
        }
    }

    /** The class of the failure and of its cause: a database's message may quote the row, and rows are personal. */
    private void report(Exception e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String state = root instanceof java.sql.SQLException sql ? " SQLSTATE " + sql.getSQLState() : "";
        log.warn(
                "{} could not finish a round and tries again: {} / {}{}",
                thread.getName(),
                e.getClass().getSimpleName(),
                root.getClass().getSimpleName(),
                state);
        log.debug("the failure in full", e);
    }

    private long pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            return millis;
        }
        return Math.min(millis * 2, LONGEST_PAUSE.toMillis());
    }
}
