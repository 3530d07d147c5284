package org.tocsin.intake.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The header of a mail, read with distrust: what is there twice, cannot be decoded or is too long is what it is, and
 * never a failure.
 */
public final class MailHeaders {
    private static final int LONGEST = 2_000;
    private static final Pattern MESSAGE_ID = Pattern.compile("<[!-~&&[^<>]]{1,500}>");
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    private final Message mail;

    MailHeaders(Message mail) {
        this.mail = mail;
    }

    /** Raw, unfolded, in the order of the mail; bounded in number and length. */
    List<String> all(String name) {
        try {
            String[] values = mail.getHeader(name);
            return values == null
                    ? List.of()
                    : java.util.Arrays.stream(values)
                            .limit(50)
                            .map(value -> MimeUtility.unfold(value.substring(0, Math.min(value.length(), 4 * LONGEST))))
                            .toList();
        } catch (MessagingException e) {
            throw new UnreadableMail(MailReason.UNREADABLE);
        }
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }

    /** The first one, without comment or parameters, in lower case; empty when there is none. */
    String word(String name) {
        List<String> values = all(name);
        String first = values.isEmpty() ? "" : values.get(0);
        return first.split("[;(]", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** For people: encoded words read, on one line. */
    String text(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? "" : oneLine(decoded(values.get(0)));
    }

    /** The one address in the one From field, in lower case; null when there is not exactly one. */
    @Nullable
    String from() {
        List<String> fields = all("From");
        if (fields.size() != 1) {
            return null;
        }
        try {
            // Not decoded before: an encoded word could hold an address of its own.
            InternetAddress[] addresses = InternetAddress.parseHeader(fields.get(0), true);
            if (addresses.length != 1 || addresses[0].isGroup()) {
                return null;
            }
            String address = addresses[0].getAddress();
            boolean plain =
                    address != null && address.matches("[!-~&&[^\\s\"<>(),:;\\[\\]\\\\@]]{1,64}@[A-Za-z0-9.-]{1,255}");
            return plain ? address.toLowerCase(Locale.ROOT) : null;
        } catch (AddressException e) {
            return null;
        }
    }

    /** The null reverse-path of RFC 5321, as the last server noted it. */
    boolean returnPathIsNull() {
        List<String> fields = all("Return-Path");
        return !fields.isEmpty() && fields.get(0).replaceAll("\\s", "").equals("<>");
    }

    Stream<String> messageIds(String name) {
        return all(name).stream()
                .flatMap(value -> MESSAGE_ID.matcher(value).results())
                .limit(100)
                .map(MatchResult::group);
    }

    /** Whether it says that it answers another mail. */
    boolean answers() {
        return has("In-Reply-To") || has("References");
    }

    private static String decoded(String raw) {
        String text = raw;
        if (raw.chars().anyMatch(c -> c > 0x7f) && raw.chars().allMatch(c -> c <= 0xff)) {
            // Bytes that nobody encoded: jakarta.mail gives each as a character.
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1)))
                        .toString();
            } catch (CharacterCodingException e) {
                text = raw;
            }
        }
        try {
            return MimeUtility.decodeText(text);
        } catch (UnsupportedEncodingException e) {
            return text; // an unknown charset: as it stands there
        }
    }

    private static String oneLine(String text) {
        String line = CONTROLS.matcher(text).replaceAll(" ").strip();
        return line.length() <= LONGEST ? line : MailText.cut(line, LONGEST);
    }
}
