package org.tocsin.intake.sensors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.alert.Position;
import org.tocsin.intake.Format;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Quoted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.payload.Payload;
import org.tocsin.intake.payload.PayloadRecord;
import org.tocsin.intake.sensors.SensorMapping.Measure;

/** What devices send, by the mappings of its source and topic. */
@Component
public final class SensorNormalizer implements Normalizer {
    /** A field of the payload within a text. */
    private static final int MAX_FIELD = 500;
    /** More would not fit into an index entry of the ledger. */
    private static final int MAX_KEY = 600;
    /** How far ahead of ours a sensor's clock may be, and how far behind, before we rather believe ours. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private static final Duration BEHIND = Duration.ofHours(24);
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,60}\\.?\\d{0,40}|\\.\\d{1,40})([eE][+-]?\\d{1,3})?");

    private final Sensors sensors;

    public SensorNormalizer(Sensors sensors) {
        this.sensors = sensors;
    }

    @Override
    public Format format() {
        return Format.MAPPED_JSON;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        String topic = submission.attributes().get(Submission.TOPIC);
        List<SensorMapping> mappings = sensors.find(submission.source(), topic);
        if (mappings.isEmpty()) {
            throw new UnacceptableSubmission(
                    sensors.file() + ": sensors[].source, sensors[].topic",
                    "no entry is for source " + Quoted.of(submission.source())
                            + (topic == null ? "" : " and topic " + Quoted.of(topic)) + "; add one and replay this");
        }
        Instant arrived = arrived(submission, now);
        SensorLayout first = mappings.get(0).layout();
        Payload payload = Payload.read(first.format(), first.csv(), submission.payload(), arrived);
        List<Reading> readings = new ArrayList<>();
        List<Violation> problems = new ArrayList<>(payload.problems());
        for (PayloadRecord record : payload.records()) {
            for (SensorMapping mapping : first(mappings, record)) {
                try {
                    Reading reading = reading(mapping, record, submission, arrived, now);
                    if (reading != null) {
                        readings.add(reading);
                    }
                } catch (UnacceptableSubmission e) {
                    e.problems().forEach(problem -> problems.add(at(record, problem)));
                }
            }
        }
        if (readings.isEmpty() && !problems.isEmpty()) {
            throw new UnacceptableSubmission(problems);
        }
        return readings.size() == 1 && problems.isEmpty() ? readings.get(0) : new Trigger.Pack(readings, problems);
    }

    /** The first that is for this record, and those after it that it goes on to. */
    private static List<SensorMapping> first(List<SensorMapping> mappings, PayloadRecord record) {
        List<SensorMapping> found = new ArrayList<>();
        for (SensorMapping mapping : mappings) {
            SensorLayout layout = mapping.layout();
            if (layout.format() == mappings.get(0).layout().format() && layout.isFor(record.fields())) {
                found.add(mapping);
                if (!layout.continues()) {
                    return found;
                }
            }
        }
        return found;
    }

    private static Violation at(PayloadRecord record, Violation problem) {
        return record.place().isEmpty()
                ? problem
                : new Violation(record.place() + " " + problem.element(), problem.expected());
    }

    /** @return null when it holds nothing for this mapping, and that is right */
    private static @Nullable Reading reading(
            SensorMapping mapping, PayloadRecord record, Submission submission, Instant arrived, Instant now)
            throws UnacceptableSubmission {
        SensorLayout layout = mapping.layout();
        JsonNode fields = record.fields();
        String topic = submission.attributes().get(Submission.TOPIC);
        Measure measured = measure(layout, fields, mapping.numeric());
        String device = measured == null ? "" : device(layout, fields, topic);
        String held = submission.attributes().get(Submission.HELD);
        String key = key(mapping, topic, device);
        if (measured == null || held != null && !held.equals(key) || !SensorGroup.takes(mapping, device)) {
            return null;
        }
        Measure measure = distance(mapping, fields, measured);
        Instant observed =
                layout.observedAt() == null ? null : ObservedTime.read(fields.at(layout.observedAt()), layout.zone());
        boolean believed = held == null
                && observed != null
                && !observed.isAfter(arrived.plus(AHEAD))
                && !observed.isBefore(arrived.minus(BEHIND));
        return new Reading(
                mapping,
                key,
                measure,
                // Whose last word is taken once more says it now.
                held != null ? now : believed ? observed : arrived,
                arrived,
                observed,
                fields(mapping, fields, topic, device, measure),
                new Reading.Origin(
                        held == null ? record.frame() : null,
                        Taken.Packet.of(submission, held == null && !believed),
                        !believed && submission.attributes().containsKey(Submission.RETAINED),
                        held != null),
                SensorGroup.key(mapping, topic));
    }

    private static Measure distance(SensorMapping mapping, JsonNode fields, Measure measure)
            throws UnacceptableSubmission {
        SensorTerms.Place place = mapping.terms().place();
        if (place == null) {
            return measure;
        }
        Position there = new Position(
                degrees(mapping, fields, place.latitude(), 90), degrees(mapping, fields, place.longitude(), 180));
        return measure.at(Distance.km(place.position(), there));
    }

    private static double degrees(SensorMapping mapping, JsonNode fields, JsonPointer at, int most)
            throws UnacceptableSubmission {
        Double number = number(fields.at(at), mapping.layout().decimalComma());
        if (number == null || Math.abs(number) > most) {
            throw new UnacceptableSubmission(at.toString(), "degrees from -" + most + " to " + most);
        }
        return number;
    }

    private static @Nullable Measure measure(SensorLayout layout, JsonNode fields, boolean numeric)
            throws UnacceptableSubmission {
        FrameBytes bytes = layout.bytes();
        if (bytes != null) {
            if (layout.ignoreMissing() && bytes.absent(fields)) {
                return null;
            }
            double number = bytes.read(fields);
            if (!Double.isFinite(number)) {
                throw new UnacceptableSubmission(layout.valuePlace(), "a number");
            }
            return new Measure(text(number), numeric ? number : null);
        }
        JsonNode node = fields.at(layout.value());
        if (node.isMissingNode() || node.isNull() || node.isContainerNode()) {
            if (layout.ignoreMissing() && !node.isContainerNode()) {
                return null;
            }
            throw new UnacceptableSubmission(layout.valuePlace(), "the measured value");
        }
        if (!numeric) {
            return new Measure(bounded(node), null);
        }
        Double number = number(node, layout.decimalComma());
        if (number == null) {
            throw new UnacceptableSubmission(layout.valuePlace(), "a number");
        }
        return new Measure(bounded(node), number);
    }

    /** 21.3, not 21.300000000000001; 5, not 5.0. */
    private static String text(double number) {
        return new java.math.BigDecimal(number)
                .round(new java.math.MathContext(7))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static @Nullable Double number(JsonNode node, boolean decimalComma) {
        if (node.isNumber()) {
            return Double.isFinite(node.doubleValue()) ? node.doubleValue() : null;
        }
        String text = node.isTextual() && node.asText().length() <= 200
                ? node.asText().strip()
                : "";
        String point = decimalComma ? text.replace(',', '.') : text;
        double number = NUMBER.matcher(point).matches() ? Double.parseDouble(point) : Double.NaN;
        return Double.isFinite(number) ? number : null;
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

    private static String device(SensorLayout layout, JsonNode fields, @Nullable String topic)
            throws UnacceptableSubmission {
        if (layout.device() != null) {
            JsonNode node = fields.at(layout.device());
            if (!node.isValueNode()
                    || node.isNull()
                    || node.asText().isBlank()
                    || node.asText().length() > MAX_FIELD) {
                throw new UnacceptableSubmission(layout.device().toString(), "the name of the device");
            }
            return bounded(node);
        }
        if (layout.deviceLevel() == null) {
            return layout.format().deviceIn(topic);
        }
        String[] levels = topic == null ? new String[0] : topic.split("/", -1);
        int level = layout.deviceLevel() > 0 ? layout.deviceLevel() - 1 : levels.length + layout.deviceLevel();
        if (level < 0 || level >= levels.length) {
            throw new UnacceptableSubmission("topic", "a topic with a level " + layout.deviceLevel());
        }
        return levels[level];
    }

    private static String key(SensorMapping mapping, @Nullable String topic, String device)
            throws UnacceptableSubmission {
        String key = SensorGroup.key(mapping.source(), topic == null ? "" : topic, device, mapping.event());
        if (key.length() > MAX_KEY) {
            throw new UnacceptableSubmission("topic", "shorter names: topic and device together are too long");
        }
        return key;
    }

    private static Map<String, String> fields(
            SensorMapping mapping, JsonNode root, @Nullable String topic, String device, Measure measure) {
        Map<String, String> fields = new HashMap<>();
        String[] levels = topic == null ? new String[0] : topic.split("/");
        String unit = mapping.layout().unit();
        fields.put("device", device);
        fields.put("site", levels.length > 2 ? levels[1] : "");
        fields.put("unit", unit == null ? "" : unit);
        fields.put("value", measure.text());
        fields.put("km", measure.km() == null ? "" : String.valueOf(Math.round(measure.km())));
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
