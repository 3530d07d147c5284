package org.tocsin.delivery.email;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mail server's report about a message (RFC 3464), or what an old one writes in its place. Whether it is about one of ours
 * only a callback key tells, which nobody can make up: whom it names otherwise is not looked at.
 *
 * @param keys what may be a callback key of ours, in the order of the mail
 * @param status the enhanced status code ({@code 5.1.1}, RFC 3463), or null
 */
public record Bounce(Set<String> keys, Kind kind, @Nullable String status) {

    public enum Kind {
        /** Given up. */
        FAILED,
        /** Still being tried. */
        DELAYED,
        /** Neither: a receipt that it was read, a complaint, a report that cannot be understood. */
        UNCLEAR
    }

    private static final Session SESSION = Session.getInstance(new Properties());
    private static final int MOST_PARTS = 50;
    private static final int DEEPEST = 5;
    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_KEYS = 50;

    private static final Pattern KEY =
            Pattern.compile("(?:<|X-Tocsin-Key:\\s{0,20})([0-9a-z]{1,13}\\.[0-9a-z]{1,13})(?=@|\\s|$)");
    private static final Pattern STATUS = Pattern.compile("(?<![0-9.])([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?![0-9.])");

    /** RFC 3463: the person's address or mailbox does not exist. Of 5.1.7 and 5.1.8 the sender is to blame. */
    private static final Pattern NO_SUCH_ADDRESS = Pattern.compile("5\\.1\\.(?![78]$)[0-9]+|5\\.2\\.1");

    /** Whether the address is of no use tomorrow either; not so of a full mailbox, a policy, or a server that is away. */
    public boolean addressUnusable() {
        return kind == Kind.FAILED
                && status != null
                && NO_SUCH_ADDRESS.matcher(status).matches();
    }

    /** @param raw the whole mail; one that cannot be read is UNCLEAR and without keys */
    public static Bounce read(byte[] raw) {
        Walk walk = new Walk();
        try {
            MimeMessage mail = new MimeMessage(SESSION, new ByteArrayInputStream(raw));
            walk.look(String.join("\n", List.of(header(mail, "In-Reply-To"), header(mail, "References"))));
            walk.part(mail, 0);
            return walk.bounce(parameter(mail, "report-type"));
        } catch (MessagingException | IOException | RuntimeException e) {
            return new Bounce(Set.of(), Kind.UNCLEAR, null);
        }
    }

    private static String header(MimeMessage mail, String name) throws MessagingException {
        String value = mail.getHeader(name, " ");
        return value == null ? "" : value;
    }

    private static @Nullable String parameter(Part part, String name) {
        try {
            return new ContentType(part.getContentType()).getParameter(name);
        } catch (MessagingException e) {
            return null;
        }
    }

    /** Without status and keys: they lead to a person. */
    @Override
    public String toString() {
        return "Bounce[" + kind + "]";
    }

    /** Collects what the parts say. */
    private static final class Walk {
        private final Set<String> keys = new LinkedHashSet<>();
        private final StringBuilder text = new StringBuilder();
        private boolean structured;
        private @Nullable Kind reported;
        private @Nullable String status;
        private int parts;

        void part(Part part, int depth) throws MessagingException, IOException {
            if (++parts > MOST_PARTS || depth > DEEPEST) {
                return;
            }
            if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart children) {
                for (int i = 0; i < children.getCount(); i++) {
                    BodyPart child = children.getBodyPart(i);
                    part(child, depth + 1);
                }
                return;
            }
            byte[] bytes;
            try (InputStream in = part.getInputStream()) {
                bytes = in.readNBytes(MOST_BYTES);
            }
            String content = new String(bytes, StandardCharsets.ISO_8859_1);
            if (part.isMimeType("message/delivery-status") || part.isMimeType("message/global-delivery-status")) {
                structured = true;
                report(content);
            } else if (part.isMimeType("text/*") || part.isMimeType("message/*")) {
                text.append(part.isMimeType("text/plain") ? content : "");
            }
            look(content);
        }

        void look(String content) {
            KEY.matcher(content).results().limit(MOST_KEYS).forEach(found -> keys.add(found.group(1)));
        }

        /** Groups of fields, separated by empty lines: one about the message, then one for each recipient. */
        private void report(String content) throws MessagingException {
            for (String group : content.replace("\r\n", "\n").strip().split("\n\\s*\n")) {
                InternetHeaders fields = new InternetHeaders(
                        new ByteArrayInputStream((group + "\n\n").getBytes(StandardCharsets.ISO_8859_1)));
                String action = fields.getHeader("Action", null);
                String word = action == null ? "" : action.strip().toLowerCase(Locale.ROOT);
                Matcher code = STATUS.matcher(String.valueOf(fields.getHeader("Status", null)));
                if (word.startsWith("failed")) {
                    reported = Kind.FAILED;
                    status = code.find() ? code.group(1) : status;
                } else if (word.startsWith("delayed") && reported == null) {
                    reported = Kind.DELAYED;
                }
            }
        }

        Bounce bounce(@Nullable String reportType) {
            boolean otherReport = reportType != null && !reportType.equalsIgnoreCase("delivery-status");
            if (structured || otherReport) {
                return new Bounce(keys, reported == null ? Kind.UNCLEAR : reported, status);
            }
            // An old server's own words: only a final code counts, and never against the address.
            boolean failed = STATUS.matcher(text).results().limit(20).anyMatch(code -> code.group(1)
                    .startsWith("5"));
            return new Bounce(keys, failed ? Kind.FAILED : Kind.UNCLEAR, null);
        }
    }
}
