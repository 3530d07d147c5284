package org.tocsin.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.intake.SensorMapping.Measure;

/** Any JSON, by the mapping of its source and topic. */
@Component
final class SensorNormalizer implements Normalizer {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;
    /** A field of the JSON within a text. */
    private static final int MAX_FIELD = 500;
    /** More would not fit into an index entry of the ledger. */
    private static final int MAX_KEY = 600;
    /** How far ahead of ours a sensor's clock may be, and how far behind, before we rather believe ours. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private static final Duration BEHIND = Duration.ofHours(24);
    /** Above it a number counts milliseconds since 1970, not seconds. */
    private static final double SECONDS_UNTIL = 1e11;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Sensors sensors;

    SensorNormalizer(Sensors sensors) {
        this.sensors = sensors;
    }

    @Override
    public Format format() {
        return Format.MAPPED_JSON;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        String topic = submission.attributes().get(Submission.TOPIC);
        SensorMapping mapping = sensors.find(submission.source(), topic).orElse(null);
        if (mapping == null) {
            throw new UnacceptableSubmission(
                    sensors.file() + ": sensors[].source, sensors[].topic",
                    "no entry is for source " + Quoted.of(submission.source())
                            + (topic == null ? "" : " and topic " + Quoted.of(topic)) + "; add one and replay this");
        }
        JsonNode root = parse(submission.payload());
        Instant arrived = arrived(submission, now);
        Instant observed = observed(mapping, root);
        boolean believed =
                observed != null && !observed.isAfter(arrived.plus(AHEAD)) && !observed.isBefore(arrived.minus(BEHIND));
        String device = device(mapping, root, topic);
        String key = key(mapping, topic, device);
        Measure measure = measure(mapping, root);
        return new Reading(
                mapping,
                key,
                measure,
                believed ? observed : arrived,
                arrived,
                observed,
                fields(mapping, root, topic, device, measure));
    }

    private static JsonNode parse(byte[] payload) throws UnacceptableSubmission {
        if (payload.length > MAX_BYTES) {
            throw new UnacceptableSubmission("body", "at most " + MAX_BYTES + " bytes");
        }
        try {
            JsonNode root = JSON.readTree(payload);
            if (root == null || !root.isObject()) {
                throw new UnacceptableSubmission("body", "a JSON object");
            }
            return root;
        } catch (IOException e) {
            // Without the parser's message: it quotes the payload.
            throw new UnacceptableSubmission("body", "readable JSON, at most " + MAX_DEPTH + " levels deep");
        }
    }

    private static Measure measure(SensorMapping mapping, JsonNode root) throws UnacceptableSubmission {
        JsonNode node = root.at(mapping.value());
        if (node.isMissingNode() || node.isNull() || node.isContainerNode()) {
            throw new UnacceptableSubmission(mapping.value().toString(), "the measured value");
        }
        if (!mapping.numeric()) {
            return new Measure(bounded(node), null);
        }
        Double number = number(node);
        if (number == null) {
            throw new UnacceptableSubmission(mapping.value().toString(), "a number");
        }
        return new Measure(bounded(node), number);
    }

    private static @Nullable Double number(JsonNode node) {
        try {
            double number = node.isTextual() ? Double.parseDouble(node.asText().trim()) : node.doubleValue();
            return (node.isTextual() || node.isNumber()) && Double.isFinite(number) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The same at each redelivery where the broker says when it took the message; believed only if it is past. */
    private static Instant arrived(Submission submission, Instant now) {
        String millis = submission.attributes().get(Submission.ARRIVED_AT);
        if (millis == null || !millis.matches("\\d{1,15}") || millis.matches("0+")) {
            return now;
        }
        Instant arrived = Instant.ofEpochMilli(Long.parseLong(millis));
        return arrived.isAfter(now) ? now : arrived;
    }

    /** A time that cannot be read is no reason to lose an alarm: the time of arrival stands in. */
    private static @Nullable Instant observed(SensorMapping mapping, JsonNode root) {
        JsonNode node = mapping.observedAt() == null ? null : root.at(mapping.observedAt());
        try {
            if (node != null && node.isNumber()) {
                double number = node.doubleValue();
                return Instant.ofEpochMilli((long) (number < SECONDS_UNTIL ? number * 1000 : number));
            }
            if (node != null && node.isTextual()) {
                return OffsetDateTime.parse(node.asText()).toInstant();
            }
        } catch (DateTimeException e) {
            return null;
        }
        return null;
    }

    private static String device(SensorMapping mapping, JsonNode root, @Nullable String topic)
            throws UnacceptableSubmission {
        if (mapping.device() != null) {
            JsonNode node = root.at(mapping.device());
            if (!node.isValueNode()
                    || node.isNull()
                    || node.asText().isBlank()
                    || node.asText().length() > MAX_FIELD) {
                throw new UnacceptableSubmission(mapping.device().toString(), "the name of the device");
            }
            return bounded(node);
        }
        return topic == null ? "" : topic.substring(topic.lastIndexOf('/') + 1);
    }

    private static String key(SensorMapping mapping, @Nullable String topic, String device)
            throws UnacceptableSubmission {
        String key = String.join(
                "|", part(mapping.source()), part(topic == null ? "" : topic), part(device), part(mapping.event()));
        if (key.length() > MAX_KEY) {
            throw new UnacceptableSubmission("topic", "shorter names: topic and device together are too long");
        }
        return key;
    }

    /** One part can never reach into the next: a device that is named with a bar is not another one. */
    private static String part(String text) {
        return text.replace("%", "%25").replace("|", "%7C").replace("\0", "%00");
    }

    private static Map<String, String> fields(
            SensorMapping mapping, JsonNode root, @Nullable String topic, String device, Measure measure) {
        Map<String, String> fields = new HashMap<>();
        String[] levels = topic == null ? new String[0] : topic.split("/");
        fields.put("device", device);
        fields.put("site", levels.length > 2 ? levels[1] : "");
        fields.put("unit", mapping.unit() == null ? "" : mapping.unit());
        fields.put("value", measure.text());
        mapping.texts().values().forEach(text -> {
            pointers(text.headline(), root, fields);
            pointers(text.description(), root, fields);
            pointers(text.instruction(), root, fields);
        });
        return fields;
    }

    private static void pointers(@Nullable PlaceholderText text, JsonNode root, Map<String, String> fields) {
        if (text != null) {
            text.parts().stream()
                    .filter(part -> part.placeholder() && part.text().startsWith("/"))
                    .forEach(part -> fields.put(part.text(), bounded(root.at(JsonPointer.compile(part.text())))));
        }
    }

    private static String bounded(JsonNode node) {
        String text = node.isValueNode() && !node.isNull() ? node.asText() : "";
        StringBuilder sound = new StringBuilder();
        // Neither NUL nor half a character can be kept as text; nothing else is changed.
        text.codePoints()
                .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_FIELD)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
