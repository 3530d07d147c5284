package org.tocsin.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Message ids as WhatsApp makes them: {@code wamid.} and base64 that contains the number, which makes them personal
 * data. Unique over restarts, therefore not seeded.
 */
final class Wamids {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final long run = new SecureRandom().nextInt() & 0xFFFFFFFFL;
    private final AtomicLong next = new AtomicLong();

    String next(String waId) {
        byte[] number = waId.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(number.length + 32);
        bytes.write(0x1C);
        bytes.write(0x18);
        bytes.write(number.length);
        bytes.writeBytes(number);
        bytes.writeBytes(new byte[] {0x15, 0x02, 0x00, 0x11, 0x18, 0x12});
        String unique = HEX.toHexDigits(run, 8) + HEX.toHexDigits(next.incrementAndGet(), 10);
        bytes.writeBytes(unique.getBytes(StandardCharsets.US_ASCII));
        bytes.write(0x00);
        return "wamid." + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
