package org.tocsin.intake.sensors;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** A device's own time. One that cannot be read is no reason to lose an alarm: it is null, and the arrival stands in. */
final class ObservedTime {
    /** Above it a number counts milliseconds since 1970, not seconds. */
    private static final double SECONDS_UNTIL = 1e11;
    /** Outside of these no clock of a device is right, and the ledger could not keep it. */
    private static final Instant FROM = Instant.parse("1900-01-01T00:00:00Z");

    private static final Instant UNTIL = Instant.parse("3000-01-01T00:00:00Z");
    private static final int MAX_TEXT = 40;

    private ObservedTime() {}

    /** @param zone of times that name none; null: such a time is not read */
    static @Nullable Instant read(JsonNode node, @Nullable ZoneId zone) {
        Instant instant = null;
        if (node.isNumber()) {
            instant = since1970(node.doubleValue());
        } else if (node.isTextual() && node.asText().length() <= MAX_TEXT) {
            instant = text(node.asText().strip(), zone);
        }
        return instant == null || instant.isBefore(FROM) || instant.isAfter(UNTIL) ? null : instant;
    }

    private static @Nullable Instant text(String text, @Nullable ZoneId zone) {
        if (text.matches("\\d{9,14}(\\.\\d{1,9})?")) {
            return since1970(Double.parseDouble(text));
        }
        // Gauges write a blank where ISO 8601 has a T.
        String iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        try {
            return OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeException noOffset) {
            return zone == null ? null : local(iso, zone);
        }
    }

    private static @Nullable Instant local(String iso, ZoneId zone) {
        try {
            return LocalDateTime.parse(iso).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant since1970(double number) {
        return Instant.ofEpochMilli((long) (number < SECONDS_UNTIL ? number * 1000 : number));
    }
}
