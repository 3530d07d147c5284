package org.tocsin.delivery.email;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.message.Rendered.EmailMessage;

/**
 * E-mail by camel-mail 4.17, which makes {@code multipart/alternative} of the body (HTML) and the header
 * {@code CamelMailAlternativeBody} (text), and keeps a {@code Message-ID} that it is given: ours holds the callback key,
 * so that an answer or a bounce names it in {@code In-Reply-To} or {@code References}.
 */
public final class EmailChannel implements DeliveryChannel {
    public static final String NAME = "email";

    /**
     * Stricter than RFC 5321 on purpose: camel-mail splits {@code To} at commas and semicolons, and one person more
     * would read the mail.
     */
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63}){1,10}");

    private static final Pattern FROM =
            Pattern.compile("(?:[^<>\\r\\n,;\"@]{0,200}<)?([^<>\\s,;\"]+@[A-Za-z0-9.-]+)>?");
    private static final Pattern CALLBACK_KEY = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern MESSAGE_ID = Pattern.compile("<[!-~]{1,500}>");
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");
    private static final int LONGEST_SUBJECT = 400;
    /** Dates in mails have years of four digits. */
    private static final Instant LAST_DATE = Instant.parse("9999-12-31T00:00:00Z");

    private final String from;
    private final String domain;

    /** @param from {@code alerts@example.org} or {@code Example town <alerts@example.org>} */
    public EmailChannel(String from) {
        this.from = from.strip();
        String address = address(from);
        this.domain = address.substring(address.lastIndexOf('@') + 1);
    }

    /** The address in a From, without the name. */
    public static String address(String from) {
        var matcher = FROM.matcher(from.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("tocsin.email.from is no e-mail address such as alerts@example.org");
        }
        return matcher.group(1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ProviderRequest toRequest(Delivery delivery) {
        if (!(delivery.message() instanceof EmailMessage mail)) {
            throw new DeliveryRefused(new Misconfigured("not-an-email-message"));
        }
        if (!ADDRESS.matcher(delivery.to()).matches() || delivery.to().length() > 254) {
            throw new DeliveryRefused(new Rejected("address-malformed", true));
        }
        if (!CALLBACK_KEY.matcher(delivery.callbackKey()).matches()) {
            throw new DeliveryRefused(new Misconfigured("callback-key-malformed"));
        }
        Map<String, Object> headers = new HashMap<>();
        headers.put("To", delivery.to());
        headers.put("From", from);
        headers.put("Subject", subject(mail.subject()));
        headers.put("Content-Type", "text/html; charset=UTF-8");
        headers.put("CamelMailAlternativeBody", AcknowledgeLink.inText(mail.text(), delivery.acknowledgeLink()));
        headers.put("Message-ID", "<" + delivery.callbackKey() + "@" + domain + ">");
        headers.put("X-Tocsin-Key", delivery.callbackKey());
        if (delivery.expires().isBefore(LAST_DATE)) {
            // RFC 4021: a reader may show that it is over.
            headers.put(
                    "Expires",
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            delivery.expires().atOffset(ZoneOffset.UTC)));
        }
        // RFC 3834: no out-of-office answers, please.
        headers.put("Auto-Submitted", "auto-generated");
        headers.put("X-Auto-Response-Suppress", "All");
        return new ProviderRequest(AcknowledgeLink.inHtml(mail.html(), delivery.acknowledgeLink()), headers);
    }

    /** One line, whatever a template or a trigger put into it: a line break would begin another header. */
    static String subject(String subject) {
        String line = CONTROLS.matcher(subject).replaceAll(" ").strip();
        if (line.length() <= LONGEST_SUBJECT) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST_SUBJECT - 1)) ? LONGEST_SUBJECT - 1 : LONGEST_SUBJECT;
        return line.substring(0, end);
    }

    /** camel-mail sets the id only after the server took the message. */
    @Override
    public DeliveryOutcome toOutcome(ProviderResponse response) {
        String id = response.headers().get("CamelMailMessageId") instanceof String text ? text : "";
        return MESSAGE_ID.matcher(id).matches() ? new Accepted(id) : new Unconfirmed("answer-without-id");
    }

    @Override
    public DeliveryOutcome toOutcome(Throwable failure) {
        return SmtpFailure.outcome(failure);
    }

    /** The callback key in a {@code Message-ID}, {@code In-Reply-To} or {@code References}, or null. */
    public static @Nullable String callbackKey(String messageId) {
        int at = messageId.indexOf('@');
        boolean bracketed = messageId.startsWith("<") && at > 1;
        String key = bracketed ? messageId.substring(1, at) : "";
        return CALLBACK_KEY.matcher(key).matches() ? key : null;
    }
}
