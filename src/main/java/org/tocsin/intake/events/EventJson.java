package org.tocsin.intake.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.Place;

/**
 * One event within its document: values by their places, each bounded.
 *
 * @param path of the event in the document, for complaints: empty, or {@code /alerts/3}
 */
record EventJson(JsonNode root, JsonNode event, String path) {
    /** A field of the JSON within a text. */
    private static final int MAX_TEXT = 500;

    private static final int MAX_LINK = 1000;
    /** A number counts seconds since 1970; or milliseconds above this, microseconds above its thousandfold, and so on. */
    private static final double SECONDS_UNTIL = 1e11;

    /** Milliseconds, microseconds, nanoseconds. */
    private static final int SMALLER_UNITS = 3;

    /** What is later is a mistake, and the ledger could not keep it. */
    private static final Instant UNTIL = Instant.parse("3000-01-01T00:00:00Z");
    /** As ServiceNow and others write times that are in a zone of their own settings. */
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd['T'][' ']HH:mm:ss");

    JsonNode at(Place place) {
        return place.in(root, event);
    }

    /** The value as text, at most 500 characters; null where there is none, or only white space. */
    @Nullable
    String text(Place place) {
        String text = bounded(at(place));
        return text.isBlank() ? null : text;
    }

    String required(Place place, String expected) throws UnacceptableSubmission {
        String text = text(place);
        if (text == null) {
            throw bad(place, expected);
        }
        return text;
    }

    UnacceptableSubmission bad(Place place, String expected) {
        return new UnacceptableSubmission(path + place.written(), expected);
    }

    /**
     * ISO 8601 with a zone, or seconds, milliseconds, microseconds or nanoseconds since 1970, as a number or as text.
     *
     * @param zone of times that say none; null: such a time is none
     * @return null for what cannot be read, and for a "never" before 1970: no reason to lose an alarm
     */
    @Nullable
    Instant time(@Nullable Place place, @Nullable ZoneId zone) {
        JsonNode node = place == null ? null : at(place);
        try {
            Instant time = node == null ? null : time(node, zone);
            return time == null || !time.isAfter(Instant.EPOCH) || time.isAfter(UNTIL) ? null : time;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Instant time(JsonNode node, @Nullable ZoneId zone) {
        if (node.isNumber()) {
            return ofNumber(node.doubleValue());
        }
        if (!node.isTextual() || node.asText().length() > 40) {
            return null;
        }
        String text = node.asText().strip();
        if (text.matches("\\d{1,19}(\\.\\d{1,9})?")) {
            return ofNumber(Double.parseDouble(text));
        }
        if (zone != null && text.length() == 19) {
            return LocalDateTime.parse(text, LOCAL).atZone(zone).toInstant();
        }
        return OffsetDateTime.parse(text).toInstant();
    }

    private static Instant ofNumber(double number) {
        double seconds = number;
        // Not until it is small enough: what JSON writes as 1e999 is infinite, and stays so.
        for (int unit = 0; unit < SMALLER_UNITS && seconds >= SECONDS_UNTIL; unit++) {
            seconds /= 1000;
        }
        return Instant.ofEpochMilli((long) (seconds * 1000));
    }

    /** A web address for people to look at; the hub itself never does. Null for what is none. */
    @Nullable
    String link(@Nullable Place place) {
        JsonNode node = place == null ? null : at(place);
        if (node == null || !node.isTextual() || node.asText().length() > MAX_LINK) {
            return null;
        }
        try {
            URI uri = new URI(node.asText().strip());
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            return web && uri.getHost() != null && uri.getUserInfo() == null ? uri.toASCIIString() : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    static String bounded(JsonNode node) {
        String text = node.isValueNode() && !node.isNull() ? node.asText() : "";
        StringBuilder sound = new StringBuilder();
        // Neither NUL nor half a character can be kept as text; nothing else is changed.
        text.codePoints()
                .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_TEXT)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
