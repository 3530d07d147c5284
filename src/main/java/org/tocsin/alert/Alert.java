package org.tocsin.alert;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One CAP 1.2 {@code alert}. Lists are never null and never modifiable; what CAP makes optional is nullable here.
 *
 * @param addresses what CAP writes as one white-space-separated string, already split (quotes removed)
 * @param references the triples {@code sender,identifier,sent}, in their order
 * @param incidents split like {@code addresses}
 */
public record Alert(
        String identifier,
        String sender,
        OffsetDateTime sent,
        Status status,
        MsgType msgType,
        @Nullable String source,
        Scope scope,
        @Nullable String restriction,
        List<String> addresses,
        List<String> codes,
        @Nullable String note,
        List<Reference> references,
        List<String> incidents,
        List<Info> infos) {

    public Alert {
        addresses = List.copyOf(addresses);
        codes = List.copyOf(codes);
        references = List.copyOf(references);
        incidents = List.copyOf(incidents);
        infos = List.copyOf(infos);
    }
}
