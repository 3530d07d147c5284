package org.tocsin.delivery.whatsapp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.tocsin.privacy.Secret;

/**
 * Meta's webhook (WhatsApp Cloud API, webhooks, 2026-09). The signature is over the raw bytes and is checked before
 * anything is parsed: a body that was read and written again has another one, since Meta escapes {@code /},
 * {@code <}, {@code %}, {@code @} and all that is not ASCII.
 */
public final class WhatsAppWebhook {
    private static final String PREFIX = "sha256=";
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_.-]{1,256}");

    private final Secret appSecret;
    private final Secret verifyToken;

    /** @throws IllegalArgumentException when one of the two is blank: then anybody could acknowledge for anybody */
    public WhatsAppWebhook(Secret appSecret, Secret verifyToken) {
        if (appSecret.isBlank()) {
            throw new IllegalArgumentException("tocsin.whatsapp.app-secret is empty; give the secret of Meta's app");
        }
        if (verifyToken.isBlank()) {
            throw new IllegalArgumentException(
                    "tocsin.whatsapp.verify-token is empty; choose one and enter it at Meta's app too");
        }
        this.appSecret = appSecret;
        this.verifyToken = verifyToken;
    }

    /** @param header {@code X-Hub-Signature-256} */
    public boolean verify(byte[] raw, @Nullable String header) {
        return verify(raw, header, appSecret);
    }

    /**
     * Compares in constant time.
     *
     * @throws IllegalArgumentException when the secret is blank
     */
    public static boolean verify(byte[] raw, @Nullable String header, Secret appSecret) {
        if (appSecret.isBlank()) {
            throw new IllegalArgumentException("tocsin.whatsapp.app-secret is empty");
        }
        if (header == null || !header.startsWith(PREFIX) || header.length() != PREFIX.length() + 64) {
            return false;
        }
        byte[] claimed;
        try {
            claimed = HexFormat.of().parseHex(header, PREFIX.length(), header.length());
        } catch (IllegalArgumentException notHex) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return MessageDigest.isEqual(mac.doFinal(raw), claimed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no HmacSHA256", e);
        }
    }

    /**
     * The handshake of a new subscription, which carries no signature.
     *
     * @return what to answer with 200, or empty for 403
     */
    public Optional<String> handshake(@Nullable String mode, @Nullable String challenge, @Nullable String token) {
        if (!"subscribe".equals(mode) || token == null || challenge == null) {
            return Optional.empty();
        }
        boolean ours = MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), verifyToken.reveal().getBytes(StandardCharsets.UTF_8));
        // It is written back: nothing that a browser could run.
        return ours && CHALLENGE.matcher(challenge).matches() ? Optional.of(challenge) : Optional.empty();
    }

    /** Never throws. Only for bodies whose signature was checked. */
    public static WhatsAppEvents parse(byte[] raw) {
        return parse(raw, Instant.now());
    }

    /** @param receivedAt stands in for times that are missing, unreadable or in the future */
    public static WhatsAppEvents parse(byte[] raw, Instant receivedAt) {
        return new WebhookReader(receivedAt).read(raw);
    }
}
