package org.tocsin.embedded;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The hub itself.
 *
 * @param dataDir the folder of this hub alone: who it is, and its embedded servers; back it up as a whole
 * @param keysFile the keys of the database; the same for all hubs on it. Empty: {@code keys.json} in {@code dataDir}
 * @param demo everything outside is simulated, and says so
 * @param routesDir the folder of {@code *.camel.yaml}
 */
@ConfigurationProperties("tocsin")
public record HubSettings(
        @DefaultValue("./data") String dataDir,
        @DefaultValue("") String keysFile,
        @DefaultValue("false") boolean demo,
        @DefaultValue("routes") String routesDir,
        @DefaultValue Database database) {

    public Path keys() {
        return keysFile.isBlank() ? Path.of(dataDir).resolve("keys.json") : Path.of(keysFile);
    }

    /** @param port of the embedded PostgreSQL on 127.0.0.1; 0 for any free one */
    public record Database(@DefaultValue("0") int port) {
        public Database {
            if (port < 0 || port > 65_535) {
                throw new StartRefused(PostgresServer.PORT_KEY + ": " + port
                        + " is not a port: use 1 to 65535, or 0 for any free one");
            }
        }
    }
}
