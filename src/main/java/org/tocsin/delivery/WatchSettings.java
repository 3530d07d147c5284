package org.tocsin.delivery;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a hub knows its ledger again.
 *
 * @param epochFile where it keeps what it has seen of the database, outside of it and of its backups; empty: beside the
 *     data folder, called as that with {@code .epoch}
 */
@ConfigurationProperties("tocsin.watch")
public record WatchSettings(@DefaultValue("") String epochFile) {

    Path file(Path dataDir) {
        Path folder = dataDir.toAbsolutePath().normalize();
        return epochFile.isBlank() ? folder.resolveSibling(folder.getFileName() + ".epoch") : Path.of(epochFile);
    }
}
