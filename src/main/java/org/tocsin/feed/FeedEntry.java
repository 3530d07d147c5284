package org.tocsin.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a feed, whatever the feed's format.
 *
 * @param document what a mapping sees: id, title, summary, link, updated, published, categories, author, point
 *     {latitude, longitude}, polygon, circle and box as CAP writes polygons and circles, radius-km of a circle, magnitude,
 *     feature (of GeoJSON), and by prefix what the feed says in words of its own: gdacs, cap (with link, where its CAP
 *     document is, and sha256, of the one that it holds)
 * @param otherIds that it also has for certain; USGS changes the one that it prefers
 * @param cap the CAP document that it holds, or null
 * @param capLink where its CAP document is, as the feed says; null where it says of none that it is CAP
 */
record FeedEntry(
        ObjectNode document,
        List<String> otherIds,
        byte @Nullable [] cap,
        @Nullable String capLink) {

    @Nullable
    String text(String field) {
        return document.path(field).isTextual() ? document.path(field).asText() : null;
    }

    /** When it was published, or changed, whichever is later; null where it says neither. */
    @Nullable
    Instant dated() {
        Instant published = instant("published");
        Instant updated = instant("updated");
        return published == null || updated != null && updated.isAfter(published) ? updated : published;
    }

    private @Nullable Instant instant(String field) {
        try {
            String text = text(field);
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
