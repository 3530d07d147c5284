package org.tocsin.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;

/** The API keys, by their SHA-256; the keys themselves are nowhere. */
@Component
final class Keyring {
    private record Entry(byte[] digest, Principal principal) {}

    private final List<Entry> entries = new ArrayList<>();

    Keyring(ApiKeys keys) {
        for (int i = 0; i < keys.keys().size(); i++) {
            // The pattern may hold colons.
            String[] parts = keys.keys().get(i).reveal().split(":", 4);
            Pattern speaksFor = parts.length > 3 ? pattern(i, parts[3]) : null;
            entries.add(new Entry(
                    HexFormat.of().parseHex(parts[1]),
                    new Principal(parts[0], Role.valueOf(parts[2].toUpperCase(Locale.ROOT)), speaksFor)));
        }
    }

    private static Pattern pattern(int index, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "tocsin.api.keys[" + index + "]: its sender pattern is no regular expression: correct it");
        }
    }

    /** Whose key that is, or null. Takes as long for a wrong key as for a right one. */
    @Nullable
    Principal principal(String key) {
        byte[] digest = sha256(key);
        Principal found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                found = entry.principal();
            }
        }
        return found;
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
