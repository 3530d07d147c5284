package org.tocsin.delivery;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a hub knows its ledger again.
 *
 * @param epochFile where it keeps what it has seen of the database, outside of it and of its backups; empty: beside the
 *     data folder, called as that with {@code .epoch}, when the database is in there; else {@code epoch} in it
 */
@ConfigurationProperties("tocsin.watch")
public record WatchSettings(@DefaultValue("") String epochFile) {

    Path file(Path dataDir) {
        if (!epochFile.isBlank()) {
            return Path.of(epochFile);
        }
        Path folder = dataDir.toAbsolutePath().normalize();
        return Files.isDirectory(folder.resolve("postgres"))
                ? folder.resolveSibling(folder.getFileName() + ".epoch")
                : folder.resolve("epoch");
    }
}
