package org.tocsin.embedded;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded PostgreSQL again when it ended by itself: its disk was full, or the system took its process. Until it
 * runs nothing is acknowledged to anybody, as with any database that is away.
 */
final class PostgresWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration REMIND = Duration.ofMinutes(1);

    private final Thread thread = new Thread(this::run, "postgres-watch");
    private final Revived server;

    /** What starts it when it does not run. */
    interface Revived {
        /** @return whether it had to be started */
        boolean revive() throws IOException;
    }

    PostgresWatch(Revived server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long nextReminder = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(EVERY.toMillis());
                if (server.revive()) {
                    log.error("The embedded PostgreSQL had ended by itself, and was started again");
                    nextReminder = System.nanoTime();
                }
            } catch (InterruptedException closing) {
                return;
            } catch (IOException | RuntimeException e) {
                if (System.nanoTime() - nextReminder >= 0) {
                    nextReminder = System.nanoTime() + REMIND.toNanos();
                    log.error("The embedded PostgreSQL has ended by itself and is tried again: {}", e.getMessage());
                }
            }
        }
    }

    /** Does not wait for a start that is under way. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
