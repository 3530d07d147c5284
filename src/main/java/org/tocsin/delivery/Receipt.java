package org.tocsin.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A provider's later word about an attempt. Any order, any number of times; the ledger keeps the highest fact.
 *
 * @param callbackKey ours, echoed; preferred for the match
 * @param providerId the provider's; used when there is no callback key
 * @param failure what a {@code FAILED} means, else null
 * @param pricing how it is billed, where the provider says so
 */
public record Receipt(
        String channel,
        @Nullable String callbackKey,
        @Nullable String providerId,
        Kind kind,
        Instant at,
        @Nullable DeliveryOutcome failure,
        @Nullable Pricing pricing) {

    /** Of a provider that says nothing of money. */
    public Receipt(
            String channel,
            @Nullable String callbackKey,
            @Nullable String providerId,
            Kind kind,
            Instant at,
            @Nullable DeliveryOutcome failure) {
        this(channel, callbackKey, providerId, kind, at, failure, null);
    }

    /** Without the ids: a wamid contains the number. */
    @Override
    public String toString() {
        return "Receipt[" + channel + " " + kind + "]";
    }

    /** The five facts are never mixed: accepted is an outcome, acknowledged is a reply, these are the receipts. */
    public enum Kind {
        SENT,
        DELIVERED,
        READ,
        FAILED
    }
}
