package org.tocsin.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.tocsin.alert.Alert;

/**
 * Six characters that are the same for one alert on every channel, so that people and the duty officer can tell that
 * two messages speak of one alert. Anybody who knows the alert can compute it: it proves nothing about its sender.
 */
final class VerificationCode {
    static final int LENGTH = 6;

    /** Crockford's base 32: no I, L, O or U, so that it survives being read out on the phone. */
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private VerificationCode() {}

    static String of(Alert alert) {
        var identity =
                alert.sender() + "," + alert.identifier() + "," + alert.sent().toInstant();
        byte[] hash = sha256(identity.getBytes(StandardCharsets.UTF_8));
        long bits = 0;
        for (int i = 0; i < 4; i++) {
            bits = bits << 8 | hash[i] & 0xff;
        }
        var code = new StringBuilder(LENGTH);
        for (int shift = 27; code.length() < LENGTH; shift -= 5) {
            code.append(ALPHABET.charAt((int) (bits >>> shift & 31)));
        }
        return code.toString();
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
