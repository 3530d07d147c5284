package org.tocsin.intake.mail;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimePart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the parts of a mail, and collects its text and its CAP documents. Mails within mails are not looked into:
 * what somebody forwards as an attachment is not what they say.
 */
final class MailParts {
    private static final int MOST_PARTS = 100;
    private static final int DEEPEST = 10;
    private static final int MOST_BYTES = 2 << 20;
    private static final int MOST_TEXT = 512 << 10;
    private static final int MOST_CAP = 20;
    private static final int LOOKED_AT = 4096;
    private static final String CAP_NAMESPACE = "urn:oasis:names:tc:emergency:cap:";

    private final List<byte[]> cap = new ArrayList<>();
    private final StringBuilder plain = new StringBuilder();
    private final StringBuilder html = new StringBuilder();
    private @Nullable MailReason obstacle;
    private int parts;

    private MailParts() {}

    static MailParts of(MimeMessage mail) {
        MailParts all = new MailParts();
        try {
            all.walk(mail, 0);
        } catch (MessagingException | IOException e) {
            throw new UnreadableMail(MailReason.UNREADABLE);
        }
        return all;
    }

    List<byte[]> cap() {
        return List.copyOf(cap);
    }

    /** Why its text may not be all that it says. */
    @Nullable
    MailReason obstacle() {
        return obstacle;
    }

    String text() {
        String text = plain.toString();
        return MailText.own(text.isBlank() ? MailHtml.text(html.toString()) : text);
    }

    /** All after the header, for what is only to be known again. */
    static String bodyOf(byte[] raw) {
        String all = new String(raw, 0, Math.min(raw.length, MOST_TEXT), StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        return end < 0 ? "" : all.substring(end);
    }

    private void walk(Part part, int depth) throws MessagingException, IOException {
        if (++parts > MOST_PARTS || depth > DEEPEST) {
            throw new UnreadableMail(MailReason.TOO_MANY_PARTS);
        }
        String type = type(part);
        if (type.equals("multipart/encrypted") || type.matches("application/(x-)?pkcs7-mime")) {
            obstacle = MailReason.ENCRYPTED;
        } else if (type.matches("application/(vnd\\.)?ms-tnef")) {
            obstacle = obstacle == null ? MailReason.TNEF : obstacle;
        } else if (type.startsWith("multipart/")) {
            multipart(part, type, depth);
        } else if (!type.equals("message/rfc822")) {
            leaf(part, type);
        }
    }

    private void multipart(Part part, String type, int depth) throws MessagingException, IOException {
        if (!(part.getContent() instanceof Multipart children)) {
            throw new UnreadableMail(MailReason.UNREADABLE);
        }
        // The signature that follows is not looked at: it says nothing of the alert.
        int count = type.equals("multipart/signed") ? Math.min(1, children.getCount()) : children.getCount();
        for (int i = 0; i < count; i++) {
            BodyPart child = children.getBodyPart(i);
            walk(child, depth + 1);
        }
    }

    private void leaf(Part part, String type) throws MessagingException, IOException {
        boolean attached = Part.ATTACHMENT.equalsIgnoreCase(disposition(part));
        boolean text = type.equals("text/plain") || type.equals("text/html");
        boolean mayBeCap = text || type.endsWith("xml") || type.equals("application/octet-stream");
        if (!mayBeCap) {
            return;
        }
        byte[] bytes = bytes(part);
        if (isCap(bytes)) {
            if (bytes.length > MOST_BYTES || cap.size() == MOST_CAP) {
                throw new UnreadableMail(MailReason.TOO_LARGE);
            }
            cap.add(bytes);
        } else if (text && !attached) {
            text(part, type, bytes);
        }
    }

    private void text(Part part, String type, byte[] bytes) {
        ContentType contentType = contentType(part);
        String charset = contentType == null ? null : contentType.getParameter("charset");
        String text = MailText.bounded(MailCharset.decode(bytes, charset), MOST_TEXT);
        if (text.contains("-----BEGIN PGP MESSAGE-----")) {
            obstacle = MailReason.ENCRYPTED;
            return;
        }
        if (contentType != null && "flowed".equalsIgnoreCase(contentType.getParameter("format"))) {
            text = MailText.unflowed(text, "yes".equalsIgnoreCase(contentType.getParameter("delsp")));
        }
        StringBuilder all = type.equals("text/html") ? html : plain;
        if (all.length() + text.length() <= MOST_TEXT) {
            all.append(all.isEmpty() ? "" : "\n").append(text);
        }
    }

    /** A root element {@code alert} and the namespace of CAP, early in the document, in any encoding of ASCII's kind. */
    private static boolean isCap(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, LOOKED_AT), StandardCharsets.ISO_8859_1)
                .replace("\0", ""); // UTF-16
        String head = start.replaceFirst("^[\u00ef\u00bb\u00bf\u00fe\u00ff\\s]+", "");
        return head.startsWith("<") && head.contains(CAP_NAMESPACE) && head.contains("alert");
    }

    /** One byte more than is allowed, so that who asks can see it. */
    private static byte[] bytes(Part part) throws MessagingException, IOException {
        try (InputStream in = part.getInputStream()) {
            return in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            // A transfer encoding that is none, or broken in itself: the bytes as they came.
            if (part instanceof MimePart mime) {
                try (InputStream raw = raw(mime)) {
                    return raw.readNBytes(MOST_BYTES + 1);
                }
            }
            throw e;
        }
    }

    private static InputStream raw(MimePart part) throws MessagingException {
        return part instanceof MimeMessage mail
                ? mail.getRawInputStream()
                : ((jakarta.mail.internet.MimeBodyPart) part).getRawInputStream();
    }

    private static String type(Part part) {
        ContentType type = contentType(part);
        return type == null ? "text/plain" : type.getBaseType().toLowerCase(Locale.ROOT);
    }

    /** Null when it is missing or no type at all: then it is text/plain (RFC 2045, section 5.2). */
    private static @Nullable ContentType contentType(Part part) {
        try {
            return part.getContentType() == null ? null : new ContentType(part.getContentType());
        } catch (MessagingException e) {
            return null;
        }
    }

    private static @Nullable String disposition(Part part) {
        try {
            return part.getDisposition();
        } catch (MessagingException e) {
            return null;
        }
    }
}
