package org.tocsin.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Finds an encrypted value again without decrypting: HMAC-SHA256 with a key that nothing else uses. Without the key,
 * the hashes of all telephone numbers cannot be tried out. Safe for any number of threads.
 */
public final class LookupHash {
    private static final String ALGORITHM = "HmacSHA256";

    /** Keyed and never fed; each call works on a clone, which is cheaper than keying anew. */
    private final Mac keyed;

    LookupHash(byte[] key) {
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + " does not work on this Java", e);
        }
    }

    /**
     * @param kind what the value is, so that equal values of two kinds differ: {@code sms}, {@code wamid}
     * @return 32 bytes
     */
    public byte[] of(String kind, String value) {
        byte[] kindBytes = kind.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        Mac mac = copy();
        // the length first: ("a", "bc") and ("ab", "c") must not meet
        mac.update(ByteBuffer.allocate(4).putInt(kindBytes.length).array());
        mac.update(kindBytes);
        return mac.doFinal(valueBytes);
    }

    /** The first 8 bytes of {@link #of}, big-endian: for a narrow index where a collision is checked or harmless. */
    public long shortOf(String kind, String value) {
        return ByteBuffer.wrap(of(kind, value)).getLong();
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's " + ALGORITHM + " cannot be cloned", e);
        }
    }
}
