package org.tocsin.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038), one septet in an octet, as SMPP has it. */
final class Gsm7 {
    private static final int ESCAPE = 0x1B;
    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String EXTENDED_CODES = "\n\u0014()/<=>@e";
    private static final String EXTENDED = "\f^{}\\[~]|€";

    private Gsm7() {}

    /** An octet outside the alphabet becomes U+FFFD: it is the sender's mistake and must be seen. */
    static String decode(byte[] octets) {
        StringBuilder text = new StringBuilder(octets.length);
        for (int i = 0; i < octets.length; i++) {
            int code = octets[i] & 0xFF;
            if (code == ESCAPE && i + 1 < octets.length) {
                int at = EXTENDED_CODES.indexOf(octets[++i]);
                text.append(at < 0 ? '\uFFFD' : EXTENDED.charAt(at));
            } else {
                text.append(code < BASIC.length() ? BASIC.charAt(code) : '\uFFFD');
            }
        }
        return text.toString();
    }

    /** Empty when a character is not in the alphabet. */
    static Optional<byte[]> encode(String text) {
        byte[] octets = new byte[text.length() * 2];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int basic = c == ESCAPE ? -1 : BASIC.indexOf(c);
            int extended = EXTENDED.indexOf(c);
            if (basic < 0 && extended < 0) {
                return Optional.empty();
            }
            if (basic < 0) {
                octets[length++] = ESCAPE;
                octets[length++] = (byte) EXTENDED_CODES.charAt(extended);
            } else {
                octets[length++] = (byte) basic;
            }
        }
        return Optional.of(Arrays.copyOf(octets, length));
    }
}
