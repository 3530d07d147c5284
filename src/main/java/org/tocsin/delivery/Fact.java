package org.tocsin.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.directory.Address;

/** Something that was learnt about one person and one alert; {@link Ledger#apply} takes them in batches. */
public sealed interface Fact {

    long recipientId();

    /**
     * A provider answered, or failed to.
     *
     * @param address as used; personal
     * @param addressesLeft further addresses of the person on this channel
     * @param fresh the recipient, if the claim found that nothing else is known
     */
    record Outcome(
            long attemptId,
            DeliveryOutcome outcome,
            @Nullable String sender,
            @Nullable String version,
            @Nullable Address address,
            @Nullable Instant handedAt,
            boolean hasSpare,
            int addressesLeft,
            @Nullable FreshRecipient fresh)
            implements Fact {
        @Override
        public long recipientId() {
            return AttemptKey.recipient(attemptId);
        }

        /** Without the address. */
        @Override
        public String toString() {
            return "Outcome[" + attemptId + " " + outcome + "]";
        }

        /** The hub that had claimed the attempt is gone, and nobody knows what it did. */
        static Outcome unknown(long attemptId) {
            return new Outcome(
                    attemptId,
                    new DeliveryOutcome.Unconfirmed("lease-expired"),
                    null,
                    null,
                    null,
                    null,
                    false,
                    0,
                    null);
        }
    }

    /** A provider's receipt. */
    record Received(
            long attemptId,
            Receipt.Kind kind,
            @Nullable DeliveryOutcome failure,
            @Nullable Pricing pricing) implements Fact {
        @Override
        public long recipientId() {
            return AttemptKey.recipient(attemptId);
        }
    }

    /** The person answered; on any channel it ends the ladder. */
    record Answered(long recipientId, Answer answer, String channel) implements Fact {}

    /** Somebody else answered: the message did not reach the person, whatever the receipts say. */
    record WrongNumber(long attemptId) implements Fact {
        @Override
        public long recipientId() {
            return AttemptKey.recipient(attemptId);
        }
    }

    /** Its channel is broken, and it is certainly not sent: another way, where there is one. */
    record Withdrawn(long attemptId) implements Fact {
        @Override
        public long recipientId() {
            return AttemptKey.recipient(attemptId);
        }
    }

    /** The channel takes messages and delivers none: no receipt of it is waited for any longer. */
    record Silent(long recipientId, String channel) implements Fact {}

    /** A deadline passed. */
    record Due(long recipientId) implements Fact {}
}
