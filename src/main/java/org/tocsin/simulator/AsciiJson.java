package org.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as Meta writes it: ASCII, with escapes that a re-serialised text loses. Bytes at once, without a tree, because
 * each message is told of three times.
 */
final class AsciiJson {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ESCAPE = 6;

    private byte[] bytes;
    private int length;

    AsciiJson(int capacity) {
        bytes = new byte[capacity];
    }

    /** JSON that is written as it is: ASCII that the caller chose, never somebody's text. */
    AsciiJson raw(String json) {
        reserve(json.length());
        json.getBytes(0, json.length(), bytes, length);
        length += json.length();
        return this;
    }

    AsciiJson number(long value) {
        return raw(Long.toString(value));
    }

    /** With its quotation marks. */
    AsciiJson string(String text) {
        reserve(2 + text.length());
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i), text.length() - i);
        }
        bytes[length++] = '"';
        return this;
    }

    /** JSON of others, in which these characters can only stand inside strings. */
    AsciiJson escaped(String json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            reserve(LONGEST_ESCAPE);
            if (c >= ' ' && c != '/' && c != '<' && c != '%' && c != '@' && c < 0x7F) {
                bytes[length++] = (byte) c;
            } else {
                escape(c);
            }
        }
        return this;
    }

    private void character(char c, int stillToCome) {
        if (c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '/' && c != '<' && c != '%' && c != '@') {
            bytes[length++] = (byte) c;
        } else {
            reserve(LONGEST_ESCAPE + stillToCome + 1);
            escape(c);
        }
    }

    private void escape(char c) {
        switch (c) {
            case '/', '"', '\\' -> two(c);
            case '\n' -> two('n');
            case '\r' -> two('r');
            case '\t' -> two('t');
            // Meta's own texts have these in upper case, all others in lower case
            case '<' -> four("003C");
            case '%', '@' -> four(c == '%' ? "0025" : "0040");
            default -> {
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    bytes[length++] = HEX[c >> shift & 0x0F];
                }
            }
        }
    }

    private void two(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    private void four(String digits) {
        two('u');
        digits.getBytes(0, 4, bytes, length);
        length += 4;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
