package org.tocsin.intake.mail;

import jakarta.mail.internet.MimeUtility;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text that bytes stand for, where the named charset may be missing, unknown or wrong. Bytes that are sound UTF-8 with
 * characters beyond ASCII are hardly ever anything else; ISO-8859-1 means windows-1252, as browsers read it.
 */
final class MailCharset {
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private MailCharset() {}

    static String decode(byte[] bytes, @Nullable String name) {
        Charset charset = named(name);
        boolean narrow = charset == null
                || charset.equals(StandardCharsets.US_ASCII)
                || charset.equals(StandardCharsets.ISO_8859_1)
                || charset.equals(WINDOWS);
        String text = strictly(bytes, narrow ? StandardCharsets.UTF_8 : charset);
        if (text == null) {
            text = new String(bytes, narrow || charset.equals(StandardCharsets.UTF_8) ? WINDOWS : charset);
        }
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static @Nullable Charset named(@Nullable String name) {
        try {
            String java =
                    name == null ? "" : MimeUtility.javaCharset(name.strip()).toUpperCase(Locale.ROOT);
            return java.isEmpty() || java.length() > 40 ? null : Charset.forName(java);
        } catch (IllegalArgumentException e) {
            return null; // unknown, or no name at all
        }
    }

    private static @Nullable String strictly(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
