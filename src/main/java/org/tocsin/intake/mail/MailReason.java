package org.tocsin.intake.mail;

/** Why a mail ended as it did. Words for a table, a metric and an operator: none holds anything of the mail. */
public enum MailReason {
    ACCEPTED("its content became an alert, or changed one"),
    DUPLICATE("its content is known already"),
    GROUPED("it says what an alert of before says, or its source says too much: the storm governor has it"),
    SILENT("its content calls for no alert"),
    CONFLICT("its content contradicts an alert that has the same identity"),
    NOT_ALLOWED("this mailbox may not speak for the sender that its content names"),
    NOT_READ("its content is no trigger that this hub can read: see the parked list"),
    SEEN_BEFORE("the same mail, by Message-ID and content, was dealt with before"),
    OWN_MAIL("this hub sent it"),
    REPLY_TO_OURS("it answers a message of this hub"),
    BOUNCE_OF_OURS("a mail server gave back a message of ours, and its delivery knows"),
    BOUNCE_DELAYED("a mail server still tries to deliver a message of ours"),
    BOUNCE_UNCLEAR("a report about a message of ours that does not say that it failed"),
    BOUNCE_OF_OTHERS("a mail server's report about nothing that this hub sent"),
    AUTO_REPLY("an automatic reply"),
    MAILING_LIST("from a mailing list"),
    SENDER_UNCLEAR("it has not exactly one sender"),
    SENDER_NOT_LISTED("its sender may not trigger: tocsin.mail-in.senders"),
    SENDER_NOT_AUTHENTICATED("it names a sender that may trigger, and your mail server could not confirm it"),
    ENCRYPTED("it is encrypted"),
    TNEF("its content is packed as winmail.dat (TNEF): let its sender send plain text or HTML"),
    TOO_LARGE("it is larger than tocsin.mail-in.max-bytes"),
    TOO_MANY_PARTS("it has too many parts, or parts within parts too deep"),
    EMPTY("it has neither a subject nor a text"),
    UNREADABLE("it is no mail that can be read");

    private final String sentence;

    MailReason(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }

    /** For metrics and the API: {@code sender-not-listed}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
