package org.tocsin.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.tocsin.feed.FeedFailure.Kind;

/**
 * GeoJSON (RFC 7946), as earthquake.usgs.gov writes its features: properties mag, place, time and updated in milliseconds,
 * url, ids. Each entry holds its feature whole.
 */
final class GeoJsonFeed {
    private static final int MAX_DEPTH = 28; // one entry, with what is round it, is a trigger: at most 32
    private static final int MAX_IDS = 20;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .build();

    private GeoJsonFeed() {}

    static List<FeedEntry> read(String text, int maxEntries) throws FeedFailure {
        JsonNode features;
        try {
            features = JSON.readTree(text).path("features");
        } catch (JsonProcessingException e) {
            throw new FeedFailure(Kind.MALFORMED, "JSON that cannot be read, or too deep");
        }
        if (!features.isArray()) {
            throw new FeedFailure(Kind.NOT_A_FEED, "JSON without the array features of GeoJSON");
        }
        if (features.size() > maxEntries) {
            throw new FeedFailure(Kind.TOO_LARGE, "more than " + maxEntries + " entries (max-entries)");
        }
        List<FeedEntry> entries = new ArrayList<>();
        features.forEach(feature -> entries.add(entry(feature)));
        return entries;
    }

    private static FeedEntry entry(JsonNode feature) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        JsonNode properties = feature.path("properties");
        text(document, "id", feature.path("id"));
        text(document, "title", properties.path("title"));
        text(document, "summary", properties.path("place"));
        text(document, "link", properties.path("url"));
        instant(document, "updated", properties.path("updated"));
        instant(document, "published", properties.path("time"));
        if (properties.path("mag").isNumber()) {
            document.set("magnitude", properties.path("mag"));
        }
        geometry(feature.path("geometry"), document);
        document.set("feature", feature);
        List<String> ids = new ArrayList<>();
        for (String id : properties.path("ids").asText("").split(",", MAX_IDS)) {
            if (!id.isBlank()) {
                ids.add(id.trim());
            }
        }
        return new FeedEntry(document, ids, null, null);
    }

    private static void geometry(JsonNode geometry, ObjectNode document) {
        JsonNode coordinates = geometry.path("coordinates");
        if (geometry.path("type").asText().equals("Point")) {
            GeoRss.point(turned(coordinates), document);
        } else if (geometry.path("type").asText().equals("Polygon")) {
            List<Double> ring = new ArrayList<>();
            coordinates.path(0).forEach(position -> ring.addAll(turned(position)));
            GeoRss.polygon(ring, document);
        }
    }

    /** GeoJSON says longitude first. Nothing where it is no position. */
    private static List<Double> turned(JsonNode position) {
        return position.path(0).isNumber() && position.path(1).isNumber()
                ? List.of(position.path(1).doubleValue(), position.path(0).doubleValue())
                : List.of();
    }

    private static void text(ObjectNode document, String name, JsonNode value) {
        String text = value.isValueNode() && !value.isNull() ? FeedText.field(value.asText()) : null;
        if (text != null) {
            document.put(name, text);
        }
    }

    private static void instant(ObjectNode document, String name, JsonNode millis) {
        if (millis.isNumber()) {
            document.put(name, Instant.ofEpochMilli(millis.longValue()).toString());
        }
    }
}
