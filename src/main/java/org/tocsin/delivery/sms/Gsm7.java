package org.tocsin.delivery.sms;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1), one septet in a byte, as data coding
 * 0 of SMPP carries it. {@code @}, {@code $}, {@code _}, {@code é} and {@code €} have other codes than in Latin-1.
 */
final class Gsm7 {
    static final byte ESCAPE = 0x1B;

    /** Index = septet. U+FFFF stands at the escape. */
    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\uFFFFÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static final Map<Character, Byte> ENCODE = new HashMap<>();
    private static final Map<Character, Byte> ENCODE_EXTENDED = Map.of(
            '\f', (byte) 0x0A,
            '^', (byte) 0x14,
            '{', (byte) 0x28,
            '}', (byte) 0x29,
            '\\', (byte) 0x2F,
            '[', (byte) 0x3C,
            '~', (byte) 0x3D,
            ']', (byte) 0x3E,
            '|', (byte) 0x40,
            '€', (byte) 0x65);
    private static final Map<Byte, Character> DECODE_EXTENDED = new HashMap<>();

    static {
        for (int i = 0; i < BASIC.length(); i++) {
            if (i != ESCAPE) {
                ENCODE.put(BASIC.charAt(i), (byte) i);
            }
        }
        ENCODE_EXTENDED.forEach((character, septet) -> DECODE_EXTENDED.put(septet, character));
    }

    private Gsm7() {}

    /** The septets as characters 0 to 127, or null where a character is not in the alphabet. */
    static @Nullable String encode(String text) {
        StringBuilder septets = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            Byte septet = ENCODE.get(text.charAt(i));
            if (septet == null) {
                septet = ENCODE_EXTENDED.get(text.charAt(i));
                if (septet == null) {
                    return null;
                }
                septets.append((char) ESCAPE);
            }
            septets.append((char) septet.byteValue());
        }
        return septets.toString();
    }

    /** Of septets as characters; what is no septet, or an unknown extension, stays as it is. */
    static String decode(String septets) {
        StringBuilder text = new StringBuilder(septets.length());
        for (int i = 0; i < septets.length(); i++) {
            char c = septets.charAt(i);
            if (c == ESCAPE && i + 1 < septets.length()) {
                Character extended = DECODE_EXTENDED.get((byte) septets.charAt(++i));
                // 23.038: a phone that does not know the extension shows the character of the basic table.
                text.append(extended != null ? extended : basic(septets.charAt(i)));
            } else {
                text.append(c == ESCAPE ? ' ' : basic(c));
            }
        }
        return text.toString();
    }

    private static char basic(char c) {
        return c < BASIC.length() && c != ESCAPE ? BASIC.charAt(c) : c;
    }
}
