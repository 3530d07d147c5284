package org.tocsin.alert;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What characters text may hold, and how CAP puts several words into one string. */
final class CapText {
    private static final char REPLACEMENT = '\uFFFD';

    private CapText() {}

    /** Removes white space of XML (space, tab, CR, LF) at both ends: in XML it is mostly layout. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    /** NUL cannot be stored as text in PostgreSQL, and half a surrogate pair is no character at all. */
    static @Nullable String unsoundness(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "text without NUL (U+0000), which is character %d".formatted(i + 1);
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return "text without half a surrogate pair (U+%04X), which is character %d".formatted((int) c, i + 1);
            }
        }
        return null;
    }

    /** For writing: NUL and halves of surrogate pairs become U+FFFD. */
    static String sound(String text) {
        if (unsoundness(text) == null) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    /** Splits at white space; a word in double quotes may contain white space (CAP 1.2, {@code addresses}). */
    static List<String> words(String text) throws Expected {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (isSpace(text.charAt(at))) {
                at++;
                continue;
            }
            int end = text.charAt(at) == '"' ? quoteEnd(text, at) : wordEnd(text, at);
            String word = text.substring(at, end);
            words.add(word(word.startsWith("\"") ? word.substring(1, word.length() - 1) : word));
            if (words.size() > CapLimits.MAX_ELEMENTS) {
                throw new Expected("at most %,d words".formatted(CapLimits.MAX_ELEMENTS));
            }
            at = end;
        }
        return words;
    }

    private static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && !isSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int quoteEnd(String text, int from) throws Expected {
        int close = text.indexOf('"', from + 1);
        if (close < 0 || close + 1 < text.length() && !isSpace(text.charAt(close + 1))) {
            throw new Expected("words separated by white space, each quoted word closed and followed by white space");
        }
        return close + 1;
    }

    /** One word of such a list, without its quotes. */
    static String word(String raw) throws Expected {
        String word = strip(raw);
        if (word.isEmpty() || word.indexOf('"') >= 0 || word.length() > CapLimits.MAX_NAME) {
            throw new Expected(
                    "words of 1 to %d characters, none with a double quote in it".formatted(CapLimits.MAX_NAME));
        }
        return word;
    }

    /** The inverse of {@link #words}. */
    static String joined(List<String> words) {
        StringBuilder out = new StringBuilder();
        for (String raw : words) {
            String word = strip(raw);
            boolean quoted = word.isEmpty() || word.chars().anyMatch(c -> isSpace((char) c));
            out.append(out.isEmpty() ? "" : " ").append(quoted ? '"' + word + '"' : word);
        }
        return out.toString();
    }
}
