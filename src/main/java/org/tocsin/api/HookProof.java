package org.tocsin.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.tocsin.api.HookSettings.Encoding;
import org.tocsin.api.HookSettings.Hook;
import org.tocsin.api.HookSettings.Proof;
import org.tocsin.privacy.Secret;

/** Whether a request comes from whom its source is. What a sender gets wrong is never said: it is wrong. */
final class HookProof {
    /** Signatures of one request that are looked at: two secrets in rotation, and a few versions of the scheme. */
    private static final int MAX_SIGNATURES = 10;

    private static final int MAX_HEADER = 4096;
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,190}");
    private static final Pattern TIMESTAMP = Pattern.compile("\\d{9,14}");
    private static final Pattern PART = Pattern.compile("\\{(body|timestamp|id)}");
    private static final double SECONDS_UNTIL = 1e11;

    private final Hook hook;
    private final List<byte[]> keys;

    HookProof(Hook hook) {
        this.hook = hook;
        this.keys = hook.secrets().stream().map(secret -> key(hook, secret)).toList();
    }

    private static byte[] key(Hook hook, Secret secret) {
        String text = secret.reveal();
        if (hook.proof() == Proof.STANDARD_WEBHOOKS) {
            return Base64.getDecoder().decode(text.startsWith("whsec_") ? text.substring(6) : text);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Before the body is read: whoever brings no proof, or an old one, costs no more than this. */
    boolean mayHold(HttpServletRequest request, Instant now) {
        return switch (hook.proof()) {
            case TOKEN, BASIC -> token(request);
            case HMAC, STANDARD_WEBHOOKS ->
                !signatures(request).isEmpty()
                        && inTime(request, now)
                        && (hook.idHeader() == null || id(request) != null);
        };
    }

    /** Compares in constant time, all signatures with all secrets. */
    boolean holds(HttpServletRequest request, byte[] body, Instant now) {
        if (hook.proof() == Proof.TOKEN || hook.proof() == Proof.BASIC) {
            return token(request);
        }
        if (!mayHold(request, now)) {
            return false;
        }
        byte[] signed = signed(request, body);
        boolean holds = false;
        for (byte[] key : keys) {
            byte[] expected = hmac(key, signed);
            for (byte[] signature : signatures(request)) {
                holds |= MessageDigest.isEqual(expected, signature);
            }
        }
        return holds;
    }

    /** What the sender calls this request, and signed; null where it does not. */
    @Nullable
    String id(HttpServletRequest request) {
        String id = hook.idHeader() == null ? null : request.getHeader(hook.idHeader());
        return id != null && ID.matcher(id).matches() ? id : null;
    }

    private boolean token(HttpServletRequest request) {
        String header = request.getHeader(hook.header());
        if (header == null || header.length() > MAX_HEADER) {
            return false;
        }
        String scheme = hook.proof() == Proof.BASIC ? "Basic " : "Bearer ";
        boolean authorization = hook.header().equalsIgnoreCase("Authorization");
        if (authorization && !header.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return false;
        }
        String given = authorization ? header.substring(scheme.length()).trim() : header.trim();
        boolean holds = false;
        for (Secret secret : hook.secrets()) {
            holds |= MessageDigest.isEqual(sha256(expected(secret)), sha256(given));
        }
        return holds;
    }

    private String expected(Secret secret) {
        if (hook.proof() == Proof.TOKEN) {
            return hook.prefix() + secret.reveal();
        }
        String pair = hook.username() + ":" + secret.reveal();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Those that can be read, without their prefix; others of the header are of another scheme. */
    private List<byte[]> signatures(HttpServletRequest request) {
        List<byte[]> signatures = new ArrayList<>();
        for (String part : parts(request)) {
            if (part.startsWith(hook.prefix()) && signatures.size() < MAX_SIGNATURES) {
                byte[] signature = decoded(part.substring(hook.prefix().length()));
                if (signature != null && signature.length == 32) {
                    signatures.add(signature);
                }
            }
        }
        return signatures;
    }

    private List<String> parts(HttpServletRequest request) {
        String header = String.join(" ", Collections.list(request.getHeaders(hook.header())));
        if (header.length() > MAX_HEADER) {
            return List.of();
        }
        // A scheme whose prefix ends in a comma separates its signatures by blanks.
        return List.of(header.strip().split(hook.prefix().endsWith(",") ? "\\s+" : "[,\\s]+"));
    }

    private byte @Nullable [] decoded(String text) {
        try {
            return hook.encoding() == Encoding.HEX
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private boolean inTime(HttpServletRequest request, Instant now) {
        if (hook.timestampHeader() == null) {
            return true;
        }
        String text = timestamp(request);
        if (text == null || !TIMESTAMP.matcher(text).matches()) {
            return false;
        }
        double number = Double.parseDouble(text);
        Instant at = Instant.ofEpochMilli((long) (number < SECONDS_UNTIL ? number * 1000 : number));
        return Duration.between(at, now).abs().compareTo(hook.maxAge()) <= 0;
    }

    private @Nullable String timestamp(HttpServletRequest request) {
        String name = hook.timestampHeader();
        if (name == null || !name.equalsIgnoreCase(hook.header())) {
            return name == null ? null : request.getHeader(name);
        }
        return parts(request).stream()
                .filter(part -> part.startsWith("t="))
                .map(part -> part.substring(2))
                .findFirst()
                .orElse(null);
    }

    private byte[] signed(HttpServletRequest request, byte[] body) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        Matcher part = PART.matcher(hook.signed());
        int from = 0;
        while (part.find()) {
            signed.writeBytes(hook.signed().substring(from, part.start()).getBytes(StandardCharsets.UTF_8));
            switch (part.group(1)) {
                case "body" -> signed.writeBytes(body);
                case "id" -> signed.writeBytes(text(id(request)));
                default -> signed.writeBytes(text(timestamp(request)));
            }
            from = part.end();
        }
        signed.writeBytes(hook.signed().substring(from).getBytes(StandardCharsets.UTF_8));
        return signed.toByteArray();
    }

    private static byte[] text(@Nullable String text) {
        return (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(byte[] key, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
