package org.tocsin.alert;

import java.time.OffsetDateTime;

/** Names an earlier alert: the triple {@code sender,identifier,sent} of CAP 1.2 {@code references}. */
public record Reference(String sender, String identifier, OffsetDateTime sent) {

    /** Whether both name one alert. Unlike {@code equals}, one moment written in two time zones is one moment. */
    public boolean isSameAs(Reference other) {
        return sender.equals(other.sender) && identifier.equals(other.identifier) && sent.isEqual(other.sent);
    }
}
