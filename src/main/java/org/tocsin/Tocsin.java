package org.tocsin;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.tocsin.cli.TocsinCommand;

/** The application. Spring finds its beans below this package; {@code org.tocsin.cli} holds the commands. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Tocsin {
    /** A process that has failed must be gone: whatever watches it starts it again only then. */
    private static final long PATIENCE_MILLIS = 8_000;

    public static void main(String[] arguments) {
        int code = TocsinCommand.execute(arguments);
        if (code != 0) {
            haltAfter(PATIENCE_MILLIS, code);
        }
        System.exit(code);
    }

    /** Shutdown hooks of libraries may wait for ever. */
    private static void haltAfter(long millis, int code) {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        Thread.sleep(millis);
                        Runtime.getRuntime().halt(code);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "exit-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }
}
