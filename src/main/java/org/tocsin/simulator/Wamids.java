package org.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Message ids as WhatsApp makes them: {@code wamid.} and base64 that contains the number, which makes them personal
 * data. Unique over restarts, therefore not seeded.
 */
final class Wamids {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MIDDLE = {0x15, 0x02, 0x00, 0x11, 0x18, 0x12};
    private static final int RUN_DIGITS = 8;
    private static final int COUNT_DIGITS = 10;

    private final long run = new SecureRandom().nextInt() & 0xFFFFFFFFL;
    private final AtomicLong next = new AtomicLong();

    String next(String waId) {
        byte[] number = waId.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[3 + number.length + MIDDLE.length + RUN_DIGITS + COUNT_DIGITS + 1];
        bytes[0] = 0x1C;
        bytes[1] = 0x18;
        bytes[2] = (byte) number.length;
        System.arraycopy(number, 0, bytes, 3, number.length);
        int at = 3 + number.length;
        System.arraycopy(MIDDLE, 0, bytes, at, MIDDLE.length);
        at += MIDDLE.length;
        hex(bytes, at, RUN_DIGITS, run);
        hex(bytes, at + RUN_DIGITS, COUNT_DIGITS, next.incrementAndGet());
        return "wamid.".concat(Base64.getEncoder().encodeToString(bytes));
    }

    private static void hex(byte[] into, int at, int digits, long value) {
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = HEX[(int) value & 0x0F];
            value >>>= 4;
        }
    }
}
