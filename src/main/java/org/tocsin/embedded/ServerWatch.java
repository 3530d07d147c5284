package org.tocsin.embedded;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an embedded server again when it ended by itself: its disk was full, or the system took its process. Until it runs
 * nothing is acknowledged to anybody, as with any server that is away.
 */
final class ServerWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration REMIND = Duration.ofMinutes(1);

    private final Thread thread;
    private final String name;
    private final Revived server;

    /** What starts it when it does not run. */
    interface Revived {
        /** @return whether it had to be started */
        boolean revive() throws IOException, InterruptedException;
    }

    /** @param name as people know it */
    ServerWatch(String name, Revived server) {
        this.name = name;
        this.server = server;
        thread = new Thread(this::run, name + "-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long nextReminder = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(EVERY.toMillis());
                if (server.revive()) {
                    log.error("The embedded {} had ended by itself, and was started again", name);
                    nextReminder = System.nanoTime();
                }
            } catch (InterruptedException closing) {
                return;
            } catch (IOException | RuntimeException e) {
                if (System.nanoTime() - nextReminder >= 0) {
                    nextReminder = System.nanoTime() + REMIND.toNanos();
                    log.error("The embedded {} has ended by itself and is tried again: {}", name, e.getMessage());
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
