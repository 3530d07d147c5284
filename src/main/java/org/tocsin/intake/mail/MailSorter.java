package org.tocsin.intake.mail;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides by its header alone whether a mail may trigger. Only who is on the list can; a bounce never does, but it is
 * read, whoever sent it, since mail servers are on no list.
 */
public final class MailSorter {
    /** RFC 3834 and before: programs that answer for a person. */
    private static final Set<String> ANSWERING_HEADERS =
            Set.of("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Mail-Autoreply", "X-POST-MessageClass");

    private static final Set<String> LIST_HEADERS =
            Set.of("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere");

    /** The subjects of programs that set none of the headers; only beside a sign that it answers. */
    private static final Pattern ANSWERING_SUBJECT = Pattern.compile(
            "(?i)^\\s*(auto(matic)?[ -]?(reply|response|antwort)|out of (the )?office|vacation|abwesen|automatische antwort"
                    + "|réponse automatique|absence|respuesta automática|fuera de (la )?oficina|risposta automatica).*");

    private final SenderList senders;
    private final String authservId;
    private final String ours;
    private final Predicate<String> ourMessageId;

    /**
     * @param authservId empty: From is believed
     * @param ours the address that this hub sends from; empty for none
     * @param ourMessageId whether a message of this hub has such a {@code <Message-ID>}
     */
    public MailSorter(SenderList senders, String authservId, String ours, Predicate<String> ourMessageId) {
        this.senders = senders;
        this.authservId = authservId;
        this.ours = ours.toLowerCase(Locale.ROOT);
        this.ourMessageId = ourMessageId;
    }

    /** @return null: it may trigger */
    @Nullable
    MailVerdict sort(MailHeaders headers) {
        String from = headers.from();
        if (isReturned(headers, from)) {
            return new MailVerdict.Returned();
        }
        if (headers.has("X-Tocsin-Key")
                || from != null && from.equals(ours)
                || headers.messageIds("Message-ID").anyMatch(ourMessageId)) {
            return new MailVerdict.Ignored(MailReason.OWN_MAIL);
        }
        if (Stream.concat(headers.messageIds("In-Reply-To"), headers.messageIds("References"))
                .anyMatch(ourMessageId)) {
            return new MailVerdict.Ignored(MailReason.REPLY_TO_OURS);
        }
        if (from == null) {
            return new MailVerdict.Ignored(MailReason.SENDER_UNCLEAR);
        }
        if (!senders.allows(from)) {
            return new MailVerdict.Ignored(MailReason.SENDER_NOT_LISTED);
        }
        if (answersByItself(headers)) {
            return new MailVerdict.Ignored(MailReason.AUTO_REPLY);
        }
        if (headers.word("Precedence").equals("list") || LIST_HEADERS.stream().anyMatch(headers::has)) {
            return new MailVerdict.Ignored(MailReason.MAILING_LIST);
        }
        boolean believed = authservId.isBlank()
                || AuthenticationResults.topmost(headers.all("Authentication-Results"), authservId)
                        .vouchFor(SenderList.domain(from));
        return believed ? null : new MailVerdict.Parked(MailReason.SENDER_NOT_AUTHENTICATED, null);
    }

    private static boolean isReturned(MailHeaders headers, @Nullable String from) {
        boolean daemon = from != null && from.matches("(mailer-daemon|postmaster)@.*");
        return headers.word("Content-Type").equals("multipart/report")
                || headers.returnPathIsNull() && !answersByItself(headers)
                || daemon
                || headers.has("X-Failed-Recipients");
    }

    /**
     * {@code auto-generated} alone is what monitoring tools say of themselves, as does {@code X-Auto-Response-Suppress};
     * beside a sign that the mail answers another one it is Exchange's out-of-office.
     */
    private static boolean answersByItself(MailHeaders headers) {
        String submitted = headers.word("Auto-Submitted");
        String precedence = headers.word("Precedence");
        boolean automatic = !submitted.isEmpty() && !submitted.equals("no")
                || headers.has("X-Auto-Response-Suppress")
                || precedence.equals("bulk")
                || precedence.equals("junk")
                || ANSWERING_SUBJECT.matcher(headers.text("Subject")).matches();
        return submitted.equals("auto-replied")
                || precedence.equals("auto_reply")
                || ANSWERING_HEADERS.stream().anyMatch(headers::has)
                || automatic && headers.answers()
                || automatic && headers.returnPathIsNull();
    }
}
