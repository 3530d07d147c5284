package org.tocsin.intake.alerts;

import java.time.Instant;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Reference;

/** What makes two alerts the same one, beside the site: {@code sent} as an instant, whatever its offset. */
public record Identity(String sender, String identifier, Instant sent) implements Comparable<Identity> {
    public static Identity of(Alert alert) {
        return of(alert.reference());
    }

    public static Identity of(Reference reference) {
        return new Identity(
                reference.sender(), reference.identifier(), reference.sent().toInstant());
    }

    @Override
    public int compareTo(Identity other) {
        int bySender = sender.compareTo(other.sender);
        int byIdentifier = identifier.compareTo(other.identifier);
        return bySender != 0 ? bySender : byIdentifier != 0 ? byIdentifier : sent.compareTo(other.sent);
    }
}
