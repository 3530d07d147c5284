package org.tocsin.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The clock of the machine that a process runs on, as {@code libfaketime} (Debian package of that name, 0.9.10) lets it see it: it
 * may jump while the process runs; the monotonic clock does not.
 */
public final class MachineClock {
    private final Path file;

    /** @param folder for a file that says how far it is off */
    public MachineClock(Path folder) throws IOException {
        this.file = folder.resolve("clock");
        jumpTo(Duration.ZERO);
    }

    /** @param off from the right time; it is there within a second */
    public void jumpTo(Duration off) throws IOException {
        Path fresh = file.resolveSibling("clock.new");
        Files.writeString(fresh, "%+d%n".formatted(off.toSeconds()));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What makes a process see it, and those that it starts. Skips the test where the library is missing. */
    public Map<String, String> environment() throws IOException {
        Path library = library();
        Assumptions.assumeTrue(library != null, "the Debian package libfaketime is not installed");
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toAbsolutePath().toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // Else the timed waits of a JVM (17, glibc 2.36) return at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                // Dates of files stay what the disk says.
                "NO_FAKE_STAT", "1");
    }

    private static Path library() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
        }
    }
}
