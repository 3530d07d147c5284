package org.tocsin.reply;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Answer;

/** What a message from a person means. */
public sealed interface Reply {

    /** @param callbackKey of the attempt that is answered; null for a bare text, which answers the newest alert */
    record Answered(Answer answer, @Nullable String callbackKey) implements Reply {}

    /** Somebody else has this number: the address is marked, and nobody has acknowledged anything. */
    record WrongNumber() implements Reply {}

    /** No more messages on this channel. Not an acknowledgement. */
    record Stop() implements Reply {}

    /** Takes a {@link Stop} back. */
    record Start() implements Reply {}

    /**
     * A person wrote something that is in no list, or sent a picture. It acknowledges, since a person answered; the
     * text is for the duty officer, and is personal data.
     */
    record Other(@Nullable String text) implements Reply {
        @Override
        public String toString() {
            return "Other[]";
        }
    }

    /** What it acknowledges with, or empty where it does not acknowledge. */
    default Optional<Answer> acknowledgement() {
        if (this instanceof Answered answered) {
            return Optional.of(answered.answer());
        }
        return this instanceof Other ? Optional.of(Answer.ACKNOWLEDGED) : Optional.empty();
    }
}
