package org.tocsin.alert;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a yes is bound to, and what tells a repetition from a conflict: SHA-256 of the alert as {@link CapJson#write}
 * gives it, in lowercase hex. The same for XML and JSON of one alert, whatever their layout and order of elements;
 * different as soon as one text, place, time or the order of equals differs.
 *
 * <p>Stored beside alerts: a change of {@link CapOrder} or {@link JsonSink} makes repetitions look like conflicts.
 */
public final class ContentHash {
    private ContentHash() {}

    public static String of(Alert alert) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(CapJson.write(alert)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
