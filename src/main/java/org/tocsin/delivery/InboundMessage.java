package org.tocsin.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person sent us.
 *
 * @param from E.164 with {@code +}, or an e-mail address; null where the provider hides it
 * @param messageId the provider's id, for de-duplication
 * @param contextId the provider's id of the message that is answered, or null
 * @param payload of a tapped button, else null: {@code ANSWER:callbackKey}
 */
public record InboundMessage(
        String channel,
        @Nullable String from,
        String messageId,
        @Nullable String contextId,
        @Nullable String payload,
        @Nullable String text,
        Instant at) {

    /** Without address, ids or text. */
    @Override
    public String toString() {
        return "InboundMessage[" + channel + "]";
    }
}
