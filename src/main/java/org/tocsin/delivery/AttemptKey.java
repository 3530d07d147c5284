package org.tocsin.delivery;

import java.util.OptionalLong;
import org.tocsin.privacy.LookupHash;

/** Keys of attempts: the ledger's own ({@code recipient * 32 + number}), and the opaque one that providers echo. */
public final class AttemptKey {
    private static final int SIGNATURE_DIGITS = 13;

    private AttemptKey() {}

    public static long of(long recipientId, int attemptNo) {
        return recipientId * NextStep.MOST_ATTEMPTS + attemptNo;
    }

    public static long recipient(long attemptId) {
        return attemptId / NextStep.MOST_ATTEMPTS;
    }

    public static int number(long attemptId) {
        return (int) (attemptId % NextStep.MOST_ATTEMPTS);
    }

    /** Opaque to others, and not to be made up: it opens the acknowledgement page of one person. */
    public static String callbackKey(long attemptId, LookupHash hash) {
        return Long.toString(attemptId, Character.MAX_RADIX) + "." + signature(attemptId, hash);
    }

    /** The attempt, if the key is one of ours. */
    public static OptionalLong read(String callbackKey, LookupHash hash) {
        int dot = callbackKey.indexOf('.');
        if (dot < 1 || dot > SIGNATURE_DIGITS || callbackKey.length() > 64) {
            return OptionalLong.empty();
        }
        try {
            long id = Long.parseLong(callbackKey.substring(0, dot), Character.MAX_RADIX);
            String expected = callbackKey(id, hash);
            boolean ours = java.security.MessageDigest.isEqual(
                    expected.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    callbackKey.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return ours ? OptionalLong.of(id) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String signature(long attemptId, LookupHash hash) {
        return Long.toUnsignedString(hash.shortOf("callback", Long.toString(attemptId)), Character.MAX_RADIX);
    }
}
