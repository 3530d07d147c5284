package org.tocsin.publish;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.tocsin.privacy.Secret;

/** Signs as the Standard Webhooks specification says: HMAC-SHA256 over {@code id.timestamp.body}, once with each secret. */
final class StandardSignature {
    private static final String SECRET_PREFIX = "whsec_";

    private final List<byte[]> keys;

    StandardSignature(List<Secret> secrets) {
        keys = secrets.stream().map(StandardSignature::key).toList();
    }

    /** @throws IllegalArgumentException when it is not base64 */
    static byte[] key(Secret secret) {
        String text = secret.reveal().strip();
        return Base64.getDecoder()
                .decode(text.startsWith(SECRET_PREFIX) ? text.substring(SECRET_PREFIX.length()) : text);
    }

    /**
     * The header {@code webhook-signature}.
     *
     * @param timestamp seconds since 1970, as in {@code webhook-timestamp}
     */
    String of(String id, long timestamp, byte[] body) {
        return keys.stream()
                .map(key -> "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + timestamp + ".", body)))
                .collect(Collectors.joining(" "));
    }

    private static byte[] hmac(byte[] key, String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(before.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
