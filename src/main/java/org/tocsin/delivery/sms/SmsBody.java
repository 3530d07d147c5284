package org.tocsin.delivery.sms;

import org.jspecify.annotations.Nullable;

/**
 * A text in the form that camel-smpp 4.17 writes to the wire unchanged.
 *
 * <p>camel-smpp encodes the body with the charset of the header {@code CamelSmppEncoding} (without it ISO-8859-1, which
 * is wrong for data coding 0) and splits by the number of characters of the body, 160/153 for alphabet 0 and 70/67 for
 * alphabet 8. So GSM text is given as its septets, one character each, with ISO-8859-1, which copies them; UCS-2 as
 * the text itself with UTF-16BE. It does not look where it cuts: a space is put in front of an escape sequence or a
 * surrogate pair that would be torn apart.
 *
 * @param alphabet SMPP data coding: 0 the SMSC's default (GSM 7-bit), 8 UCS-2
 */
record SmsBody(String body, byte alphabet, String charset, int segments) {
    static final byte GSM = 0;
    static final byte UCS2 = 8;

    /** Concatenated short messages count their parts in one byte (3GPP TS 23.040, 9.2.3.24.1). */
    static final int MOST_SEGMENTS = 255;

    static SmsBody of(String text, boolean preferGsm) {
        String septets = preferGsm ? Gsm7.encode(text) : null;
        return septets != null ? cut(septets, GSM, "ISO-8859-1", 160, 153) : cut(text, UCS2, "UTF-16BE", 70, 67);
    }

    private static SmsBody cut(String body, byte alphabet, String charset, int single, int part) {
        if (body.length() <= single) {
            return new SmsBody(body, alphabet, charset, 1);
        }
        StringBuilder whole = new StringBuilder(body.length() + 8);
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            boolean first = alphabet == GSM ? c == Gsm7.ESCAPE : Character.isHighSurrogate(c);
            if (first && whole.length() % part == part - 1) {
                whole.append(' ');
            }
            whole.append(c);
        }
        return new SmsBody(whole.toString(), alphabet, charset, (whole.length() + part - 1) / part);
    }

    /**
     * The text of a message from a person as camel-smpp decoded it: ISO-8859-1 for data coding 0, UTF-16 for 8, the
     * part's header still in front of a long one.
     */
    static String received(String body, @Nullable Number dataCoding) {
        String text = withoutConcatenation(body);
        boolean septets = dataCoding != null
                && dataCoding.intValue() == GSM
                // Some SMSCs send Latin-1 as their default alphabet; a septet is never above 127.
                && text.chars().allMatch(c -> c < 0x80);
        return septets ? Gsm7.decode(text) : text;
    }

    private static String withoutConcatenation(String body) {
        if (starts(body, 0x05, 0x00, 0x03)) {
            return body.substring(Math.min(6, body.length()));
        }
        if (starts(body, 0x06, 0x08, 0x04)) {
            return body.substring(Math.min(7, body.length()));
        }
        if (body.length() >= 3 && body.charAt(0) == 0x0500 && body.charAt(1) >> 8 == 0x03) {
            return body.substring(3);
        }
        return body;
    }

    private static boolean starts(String body, int... codes) {
        if (body.length() < codes.length) {
            return false;
        }
        for (int i = 0; i < codes.length; i++) {
            if (body.charAt(i) != codes[i]) {
                return false;
            }
        }
        return true;
    }
}
