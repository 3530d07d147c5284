package org.tocsin.message;

import java.text.Normalizer;
import java.util.Map;

/** The default alphabet of 3GPP TS 23.038 (GSM 03.38) with its extension table; no national shift tables. */
final class Gsm7 {
    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String EXTENSION = "\f^{}\\[~]|€";

    /** Septets per UTF-16 unit below 0x2100 (all of the alphabet lies there); 0: not in the alphabet. */
    private static final byte[] SEPTETS = new byte[0x2100];

    static {
        BASIC.chars().forEach(c -> SEPTETS[c] = 1);
        EXTENSION.chars().forEach(c -> SEPTETS[c] = 2);
    }

    /** Replacements that change the look and not the meaning. Letters with accents are found by decomposition. */
    private static final Map<Character, String> HARMLESS = Map.ofEntries(
            Map.entry('‘', "'"),
            Map.entry('’', "'"),
            Map.entry('‚', "'"),
            Map.entry('‹', "'"),
            Map.entry('›', "'"),
            Map.entry('′', "'"),
            Map.entry('`', "'"),
            Map.entry('´', "'"),
            Map.entry('“', "\""),
            Map.entry('”', "\""),
            Map.entry('„', "\""),
            Map.entry('«', "\""),
            Map.entry('»', "\""),
            Map.entry('\u2010', "-"),
            Map.entry('\u2011', "-"),
            Map.entry('–', "-"),
            Map.entry('—', "-"),
            Map.entry('\u2212', "-"),
            Map.entry('•', "-"),
            Map.entry('…', "..."),
            Map.entry('œ', "oe"),
            Map.entry('Œ', "OE"),
            Map.entry('ł', "l"),
            Map.entry('Ł', "L"),
            Map.entry('ı', "i"),
            Map.entry('\u00a0', " "),
            Map.entry('\u2007', " "),
            Map.entry('\u2009', " "),
            Map.entry('\u202f', " "),
            Map.entry('\u00ad', ""),
            Map.entry('\u200b', ""));

    private Gsm7() {}

    /** 1, 2 (escape and character), or 0 where the alphabet does not have it. */
    static int septets(char c) {
        return c < SEPTETS.length ? SEPTETS[c] : 0;
    }

    static boolean covers(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (septets(text.charAt(i)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The text with its harmless replacements; what has none stays, so that the result may still need UCS-2. */
    static String transliterate(String text) {
        if (covers(text)) {
            return text;
        }
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        var out = new StringBuilder(composed.length() + 8);
        for (int i = 0; i < composed.length(); i++) {
            char c = composed.charAt(i);
            if (septets(c) > 0) {
                out.append(c);
            } else {
                out.append(replacement(c));
            }
        }
        return out.toString();
    }

    private static String replacement(char c) {
        String known = HARMLESS.get(c);
        if (known != null) {
            return known;
        }
        // Only Latin-1 and Latin Extended-A: beyond, an accent is rarely an ornament (Vietnamese, Greek).
        if (c >= 'À' && c <= 'ž') {
            char base =
                    Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD).charAt(0);
            if (base < 0x80 && septets(base) > 0) {
                return String.valueOf(base);
            }
        }
        return String.valueOf(c);
    }
}
