package org.tocsin.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Who this hub is in the ledger's leases. The first half stays with the data folder, which only one process can hold:
 * at a start, whatever its predecessor had claimed is known to be abandoned. The second half is this process.
 */
@Component
public class HubIdentity {
    private final String hub;
    private final String process;

    HubIdentity(@Value("${tocsin.data-dir:./data}") Path dataDir) {
        this.hub = read(dataDir.resolve("hub-id"));
        this.process = hub + "/" + UUID.randomUUID();
    }

    public String hub() {
        return hub;
    }

    public String process() {
        return process;
    }

    private static String read(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the identity of this hub cannot be read or written", e);
        }
    }
}
