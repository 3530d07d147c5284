package org.tocsin.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** As an operator sees them. */
public final class ParkedTriggers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ParkedTriggers() {}

    /** The newest first. */
    public static List<JsonNode> of(Hub hub) {
        try {
            return JSON.readTree(hub.get("/api/parked", Hub.OPERATOR_KEY).body())
                    .path("parked")
                    .valueStream()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of the last one; 0 when there is none. */
    public static long newest(Hub hub) {
        return of(hub).stream().mapToLong(row -> row.path("id").asLong()).max().orElse(0);
    }

    public static JsonNode await(Hub hub, Predicate<JsonNode> wanted) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> of(hub).stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }
}
