package org.tocsin.feed;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From bytes to characters. Feeds often lie about their charset, in the header and in the XML declaration: what is UTF-8
 * throughout is UTF-8, whatever it says, since no other charset gives such bytes by chance.
 */
final class FeedText {
    private static final Pattern DECLARED =
            Pattern.compile("\\A\\s*<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,39})[\"']");
    private static final Charset ANY_BYTE = Charset.forName("windows-1252");
    private static final int MAX_FIELD = 16_000;

    private FeedText() {}

    /** @param header the charset of the Content-Type, or null */
    static String decoded(byte[] bytes, @Nullable String header) {
        Charset sure = byItsFirstBytes(bytes);
        String text = sure == null ? strictly(bytes, StandardCharsets.UTF_8) : leniently(bytes, sure);
        if (text == null) {
            text = strictly(bytes, declared(bytes));
        }
        if (text == null) {
            text = strictly(bytes, named(header));
        }
        if (text == null) {
            text = leniently(bytes, ANY_BYTE);
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** XML 1.0, appendix F. */
    private static @Nullable Charset byItsFirstBytes(byte[] bytes) {
        int first = bytes.length > 1 ? (bytes[0] & 0xff) << 8 | bytes[1] & 0xff : 0;
        return switch (first) {
            case 0xfeff, '<' -> StandardCharsets.UTF_16BE;
            case 0xfffe, '<' << 8 -> StandardCharsets.UTF_16LE;
            default -> null;
        };
    }

    private static @Nullable Charset declared(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.US_ASCII);
        Matcher declared = DECLARED.matcher(start);
        return declared.find() ? named(declared.group(1)) : null;
    }

    private static @Nullable Charset named(@Nullable String name) {
        try {
            return name == null ? null : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String strictly(byte[] bytes, @Nullable Charset charset) {
        try {
            return charset == null
                    ? null
                    : charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static String leniently(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException(e); // it replaces
        }
    }

    /** Bounded, and without what a database keeps not: NUL and halves of characters. White space at the ends is gone. */
    static @Nullable String field(@Nullable String raw) {
        if (raw == null || raw.isBlank()) {
            return null;
        }
        StringBuilder sound = new StringBuilder();
        raw.strip()
                .codePoints()
                .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_FIELD)
                .forEach(sound::appendCodePoint);
        return sound.isEmpty() ? null : sound.toString();
    }

    /** The text of a piece of HTML: for people to read, never to be shown as HTML again. */
    static @Nullable String ofHtml(@Nullable String html) {
        String bounded = field(html);
        if (bounded == null) {
            return null;
        }
        String text = bounded.replaceAll("(?is)<(script|style)\\b[^<>]{0,1000}>.*?</\\1\\s*>", " ")
                .replaceAll("(?i)<(br|/p|/div|/li|/tr|/h\\d)\\b[^<>]{0,1000}>", "\n")
                .replaceAll("</?[A-Za-z][^<>]{0,1000}>|<!--.{0,1000}?-->", "")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&apos;", "'")
                .replace("&amp;", "&")
                .replaceAll("[ \\t]+", " ")
                .replaceAll(" ?\\R ?", "\n")
                .replaceAll("\n{3,}", "\n\n");
        return field(text);
    }
}
