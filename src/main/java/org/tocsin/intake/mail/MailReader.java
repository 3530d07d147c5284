package org.tocsin.intake.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MailDateFormat;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Reads one mail: whether it may trigger ({@link MailSorter}), and what it says. A mail that carries CAP is that CAP. Any
 * other is the JSON document
 *
 * <pre>{"from": "noc@example.org", "subject": "…", "text": "…", "date": "2026-11-26T04:00:00Z",
 *  "message-id": "&lt;…&gt;", "fields": {"severity": "Extreme"}}</pre>
 *
 * with {@code fields} the lines {@code Severity: Extreme} of its text. Pure; nothing that a mail names is fetched.
 */
public final class MailReader {
    private static final Session SESSION = Session.getInstance(new Properties());
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_ID = 500;

    private final MailSorter sorter;

    public MailReader(MailSorter sorter) {
        this.sorter = sorter;
    }

    /** What a mail comes to, and by what it is known again. */
    public record Read(MailVerdict verdict, String identity) {}

    /** @param raw the whole mail; RFC 5322 */
    public Read read(byte[] raw) {
        MailHeaders headers = new MailHeaders(mail(raw));
        MailVerdict verdict;
        try {
            verdict = sorter.sort(headers);
            if (verdict == null) {
                verdict = content(mail(raw), headers);
            } else if (verdict instanceof MailVerdict.Parked parked) {
                // Whoever looks at it should be able to read it, and to replay it.
                MailVerdict content = content(mail(raw), headers);
                verdict = content instanceof MailVerdict.Parked
                        ? content
                        : new MailVerdict.Parked(parked.reason(), content);
            }
        } catch (UnreadableMail e) {
            verdict = new MailVerdict.Parked(e.reason(), null);
        } catch (RuntimeException | StackOverflowError e) {
            // A defect of ours, or of a library, must not keep the mails behind this one waiting.
            verdict = new MailVerdict.Parked(MailReason.UNREADABLE, null);
        }
        return new Read(verdict, identity(headers, verdict, raw));
    }

    /** For one that is too large to be read. */
    public Read readHeader(Message mail) {
        MailHeaders headers = new MailHeaders(mail);
        MailVerdict sorted = sorter.sort(headers);
        MailVerdict verdict = sorted != null ? sorted : new MailVerdict.Parked(MailReason.TOO_LARGE, null);
        return new Read(verdict, identity(headers, verdict, new byte[0]));
    }

    static MimeMessage mail(byte[] raw) {
        try {
            return new MimeMessage(SESSION, new ByteArrayInputStream(raw));
        } catch (MessagingException e) {
            return new MimeMessage(SESSION); // without a sender it triggers nothing
        }
    }

    private static MailVerdict content(MimeMessage mail, MailHeaders headers) {
        MailParts parts = MailParts.of(mail);
        if (!parts.cap().isEmpty()) {
            return new MailVerdict.Cap(parts.cap());
        }
        if (parts.obstacle() != null) {
            return new MailVerdict.Parked(parts.obstacle(), null);
        }
        String subject = headers.text("Subject");
        String text = parts.text();
        if (subject.isEmpty() && text.isBlank()) {
            return new MailVerdict.Parked(MailReason.EMPTY, null);
        }
        return new MailVerdict.Document(document(headers, subject, text));
    }

    private static byte[] document(MailHeaders headers, String subject, String text) {
        ObjectNode document = JSON.createObjectNode();
        document.put("from", headers.from());
        document.put("subject", subject);
        document.put("text", text);
        Instant date = date(headers);
        if (date != null) {
            document.put("date", DateTimeFormatter.ISO_INSTANT.format(date));
        }
        document.put("message-id", MailText.bounded(headers.text("Message-ID"), LONGEST_ID));
        ObjectNode fields = document.putObject("fields");
        MailText.fields(text).forEach(fields::put);
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a mail cannot be written as JSON");
        }
    }

    /** Null when there is none that can be read. */
    private static @Nullable Instant date(MailHeaders headers) {
        try {
            Date date = new MailDateFormat().parse(headers.text("Date"));
            Instant instant = date == null ? null : date.toInstant();
            int year = instant == null ? 0 : instant.atOffset(ZoneOffset.UTC).getYear();
            return year >= 1970 && year <= 9999 ? instant : null;
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    /**
     * Message-ID and what it says: a server that delivers a mail twice writes other trace fields into it, and a program
     * that uses one id for several mails means each of them.
     */
    private static String identity(MailHeaders headers, MailVerdict verdict, byte[] raw) {
        StringBuilder all = new StringBuilder(headers.text("Message-ID")).append('\n');
        if (verdict instanceof MailVerdict.Cap cap) {
            cap.documents().forEach(document -> all.append(new String(document, StandardCharsets.ISO_8859_1)));
        } else if (verdict instanceof MailVerdict.Document document) {
            all.append(new String(document.json(), StandardCharsets.UTF_8));
        } else {
            all.append(headers.all("From")).append(headers.text("Subject")).append(headers.text("Date"));
            all.append('\n').append(raw.length == 0 ? "" : MailParts.bodyOf(raw));
        }
        return all.toString();
    }
}
