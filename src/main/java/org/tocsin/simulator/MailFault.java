package org.tocsin.simulator;

/** What can go wrong with a mail. */
public sealed interface MailFault {

    /** The answer to RCPT TO, such as 550 (for ever) or 451 (later). */
    record RecipientRefused(int code) implements MailFault {}

    /** The answer after the final dot. */
    record ContentRefused(int code) implements MailFault {}

    /** No answer any more; until the client gives up. */
    record Silent(Moment moment) implements MailFault {}

    /** A TCP reset instead of the answer. */
    record Reset(Moment moment) implements MailFault {}

    enum Moment {
        AT_RECIPIENT,
        AFTER_DATA,
        /** The mail is on its way, its sender will never know. */
        AFTER_ACCEPTING
    }

    static MailFault noSuchMailbox() {
        return new RecipientRefused(550);
    }

    static MailFault tryLater() {
        return new RecipientRefused(451);
    }
}
