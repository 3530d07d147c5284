package org.tocsin.reply;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text as words that can be compared: without case, accents and punctuation; an apostrophe joins ("I'm" is "im"), an
 * emoji is a word of its own, without its skin tone, and repeated ones are one.
 */
final class ReplyWords {
    /** Longer than any channel's text; what comes after it is not read. */
    private static final int LONGEST = 5_000;

    private ReplyWords() {}

    static List<String> of(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        String plain = Normalizer.normalize(cut, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        plain.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c)) {
                word.appendCodePoint(c);
                if (c == 'ß') {
                    word.setLength(word.length() - 1);
                    word.append("ss");
                }
            } else if (!joins(c)) {
                end(word, words);
                if (symbol(c)) {
                    symbol(new String(Character.toChars(c)), words);
                }
            }
        });
        end(word, words);
        return words;
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static void symbol(String symbol, List<String> words) {
        if (words.isEmpty() || !words.get(words.size() - 1).equals(symbol)) {
            words.add(symbol);
        }
    }

    /** Accents, apostrophes, zero-width characters, variation selectors and skin tones. */
    private static boolean joins(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.FORMAT -> true;
            default -> c == '\'' || c == '’' || c == '‘' || c == '´' || c == '`' || c >= 0x1F3FB && c <= 0x1F3FF;
        };
    }

    private static boolean symbol(int c) {
        return Character.getType(c) == Character.OTHER_SYMBOL || c >= 0x1F000 && c <= 0x1FAFF;
    }
}
