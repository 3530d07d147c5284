package org.tocsin.intake.mail;

/** This mail will never be read, however often it is tried; {@link #reason()} says why. */
public final class UnreadableMail extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MailReason reason;

    UnreadableMail(MailReason reason) {
        super(reason.sentence());
        this.reason = reason;
    }

    public MailReason reason() {
        return reason;
    }
}
