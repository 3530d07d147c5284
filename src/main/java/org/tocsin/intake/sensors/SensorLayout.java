package org.tocsin.intake.sensors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.payload.CsvShape;
import org.tocsin.intake.payload.PayloadFormat;

/**
 * Where things stand in what one kind of device sends.
 *
 * @param decimalComma whether texts have a comma where numbers have a point
 * @param when which records it is for; null for all
 * @param continues whether the next entry of the file is asked too
 * @param ignoreMissing whether a record without the value is no problem: some devices send only what changed
 * @param device where its name stands; null for the topic
 * @param deviceLevel which level of the topic is its name: 1 for the first, -1 for the last; null for the format's own
 * @param value where the measured value stands; null for {@code bytes}
 * @param observedAt where the sensor's own time stands: ISO 8601, or seconds or milliseconds since 1970
 * @param zone of times without one; null: they are not believed
 */
record SensorLayout(
        PayloadFormat format,
        CsvShape csv,
        boolean decimalComma,
        @Nullable When when,
        boolean continues,
        boolean ignoreMissing,
        @Nullable JsonPointer device,
        @Nullable Integer deviceLevel,
        @Nullable JsonPointer value,
        @Nullable FrameBytes bytes,
        @Nullable String unit,
        @Nullable JsonPointer observedAt,
        @Nullable ZoneId zone) {

    /** One of these words; {@code *} in them stands for anything. */
    record When(JsonPointer at, List<Pattern> words) {
        boolean holds(JsonNode fields) {
            JsonNode node = fields.at(at);
            String text = node.isValueNode() && !node.isNull() ? node.asText() : "";
            return text.length() <= MAX_WORD
                    && words.stream().anyMatch(word -> word.matcher(text).matches());
        }
    }

    private static final int MAX_WORD = 500;

    boolean isFor(JsonNode fields) {
        return when == null || when.holds(fields);
    }

    /** For problems: where the value was looked for. */
    String valuePlace() {
        return String.valueOf(value != null ? value : bytes == null ? "" : bytes.at());
    }
}
