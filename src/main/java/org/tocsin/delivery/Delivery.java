package org.tocsin.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.message.Rendered;

/**
 * One message to one person over one channel, claimed and about to be handed to a provider.
 *
 * @param attemptId the ledger's key; {@code recipientId * 32 + attemptNo}
 * @param sender of ours that writes: a phone number id, a source address
 * @param to the address in the channel's own form: E.164 with {@code +}, or an e-mail address
 * @param callbackKey opaque, at most 64 characters {@code [A-Za-z0-9._-]}; providers that echo it allow a match
 *     without their own id
 * @param acknowledgeLink the person's own link, or null where no public address is configured
 * @param expires nothing may be delivered after it; by {@link LedgerClock#running()}, with some seconds to spare
 */
public record Delivery(
        long attemptId,
        long recipientId,
        long alertId,
        String channel,
        String sender,
        String to,
        String callbackKey,
        int attemptNo,
        boolean spareTemplate,
        @Nullable String acknowledgeLink,
        Instant expires,
        Rendered message) {

    /** Without address, keys or text. */
    @Override
    public String toString() {
        return "Delivery[" + attemptId + " " + channel + "]";
    }
}
