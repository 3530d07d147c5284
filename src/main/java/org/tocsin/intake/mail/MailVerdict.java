package org.tocsin.intake.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be done with one mail. */
public sealed interface MailVerdict {

    /** CAP documents that it carries, each of which is a trigger of its own, byte for byte. */
    record Cap(List<byte[]> documents) implements MailVerdict {}

    /** No CAP: the mail as a small JSON document, for the mapping of its source. */
    record Document(byte[] json) implements MailVerdict {}

    /** It never triggers, and needs nobody. */
    record Ignored(MailReason reason) implements MailVerdict {}

    /**
     * It may be a trigger, and cannot be read or trusted: a person looks at it.
     *
     * @param content what it says, where that can be read; null else
     */
    record Parked(MailReason reason, @Nullable MailVerdict content) implements MailVerdict {}

    /** A mail server gives a mail back: {@code org.tocsin.delivery.email.Bounce} reads it. It never triggers. */
    record Returned() implements MailVerdict {}
}
