package org.tocsin.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's answer (or its silence) to one attempt means. Only {@link NextStep} decides what follows.
 *
 * <p>{@code code} is the provider's own code as text ({@code 131026}, {@code 0x00000058}, {@code 550 5.1.1}); no
 * outcome ever carries an address or a text.
 */
public sealed interface DeliveryOutcome {

    /** The provider took the message; a receipt should follow. {@code providerId} is personal data: stored encrypted. */
    record Accepted(@Nullable String providerId) implements DeliveryOutcome {
        @Override
        public String toString() {
            return "Accepted[]";
        }
    }

    /** Taken, but held back by the provider, and perhaps dropped later. The fallback clock runs at once. */
    record Held(@Nullable String providerId) implements DeliveryOutcome {
        @Override
        public String toString() {
            return "Held[]";
        }
    }

    /** Too fast: certainly not sent; try the same channel again, no earlier than {@code retryAfter}. */
    record Throttled(String code, Duration retryAfter, Scope scope) implements DeliveryOutcome {
        /** Whom the refusal is about. */
        public enum Scope {
            /** All that our sender sends: its rate is cut, and each message waits twice as long each turn. */
            SENDER,
            /** Our sender and this person: nobody else waits, and this person four times as long each turn. */
            PERSON,
            /** The server on this person's side: nobody else waits, and this person twice as long each turn. */
            SERVER
        }

        /** Of the sender as a whole. */
        public Throttled(String code, Duration retryAfter) {
            this(code, retryAfter, Scope.SENDER);
        }
    }

    /** Not sent: no more people may be written to here today. The next rung; without one, again when a place may be free. */
    record QuotaUsed(String code) implements DeliveryOutcome {}

    /** Certainly not sent: no connection, or the provider said that it is temporarily unable. */
    record Unreachable(String code) implements DeliveryOutcome {}

    /** It may have been sent: time-out, reset after write, unreadable answer. Never repeated blindly. */
    record Unconfirmed(String code) implements DeliveryOutcome {}

    /** This person cannot be reached here. {@code addressUnusable}: remember it for a while (WhatsApp 131026). */
    record Rejected(String code, boolean addressUnusable) implements DeliveryOutcome {}

    /** The person, or the provider for the person, refuses messages from us on this channel. */
    record OptedOut(String code) implements DeliveryOutcome {}

    /** The template is missing, paused or disabled: use the spare one, else the next rung. */
    record TemplateUnusable(String code) implements DeliveryOutcome {}

    /** Sender, number or account is unusable for everybody: next rung, and the operator is told. */
    record ChannelDown(String code) implements DeliveryOutcome {}

    /** Our request is wrong: next rung, and a defect is reported. */
    record Misconfigured(String code) implements DeliveryOutcome {}
}
