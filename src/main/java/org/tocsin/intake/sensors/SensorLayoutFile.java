package org.tocsin.intake.sensors;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.mapping.YamlNode;
import org.tocsin.intake.payload.CsvShape;
import org.tocsin.intake.payload.PayloadFormat;
import org.tocsin.intake.sensors.FrameBytes.Kind;

/** The part of an entry of {@code config/sensors.yaml} that says where things stand. */
final class SensorLayoutFile {
    static final Set<String> KEYS = Set.of(
            "format",
            "csv",
            "when",
            "continue",
            "when-missing",
            "device",
            "device-level",
            "value",
            "bytes",
            "unit",
            "observed-at",
            "time-zone");
    /** The last byte that LoRaWAN frames can have. */
    private static final double MAX_OFFSET = 241;

    private SensorLayoutFile() {}

    static SensorLayout read(YamlNode node) {
        PayloadFormat format = format(node);
        JsonPointer value = node.has("value") ? pointer(node, "value") : null;
        FrameBytes bytes = node.has("bytes") ? bytes(node.at("bytes"), format) : null;
        if (value != null && bytes != null) {
            throw node.bad("bytes", "give either value or bytes");
        }
        if (value == null && bytes == null) {
            value = format.value();
        }
        if (value == null && bytes == null) {
            throw node.bad("value", "is missing; give the JSON pointer to the measured value, such as /level");
        }
        JsonPointer device = node.has("device") ? pointer(node, "device") : null;
        Integer level = level(node);
        if (device != null && level != null) {
            throw node.bad("device-level", "give either device or device-level");
        }
        if (node.has("csv") && format != PayloadFormat.CSV) {
            throw node.bad("csv", "is for format: csv");
        }
        return new SensorLayout(
                format,
                csv(node),
                decimalComma(node),
                when(node),
                node.flag("continue"),
                ignoreMissing(node),
                device != null || level != null ? device : format.device(),
                level,
                value,
                bytes,
                node.optionalText("unit"),
                node.has("observed-at") ? pointer(node, "observed-at") : format.observedAt(),
                zone(node));
    }

    private static PayloadFormat format(YamlNode node) {
        String key = node.optionalText("format");
        PayloadFormat format = key == null ? PayloadFormat.JSON : PayloadFormat.of(key);
        if (format == null) {
            throw node.bad("format", "expected one of " + String.join(", ", PayloadFormat.keys()));
        }
        return format;
    }

    private static CsvShape csv(YamlNode node) {
        if (!node.has("csv")) {
            return CsvShape.PLAIN;
        }
        YamlNode csv = node.at("csv");
        csv.allowOnly(Set.of("delimiter", "columns", "decimal"));
        String delimiter = csv.json().path("delimiter").asText(",");
        if (delimiter.length() != 1 || "\"\r\n".contains(delimiter)) {
            throw csv.bad("delimiter", "expected one character, such as ; or \"\\t\"");
        }
        List<String> columns = csv.texts("columns");
        if (Set.copyOf(columns).size() < columns.size()) {
            throw csv.bad("columns", "each column needs a name of its own");
        }
        return new CsvShape(delimiter.charAt(0), columns);
    }

    private static boolean decimalComma(YamlNode node) {
        String decimal = node.has("csv") ? node.at("csv").optionalText("decimal") : null;
        if (decimal != null && !decimal.equals(",") && !decimal.equals(".")) {
            throw node.at("csv").bad("decimal", "expected \",\" or \".\"");
        }
        return ",".equals(decimal);
    }

    private static SensorLayout.@Nullable When when(YamlNode node) {
        if (!node.has("when")) {
            return null;
        }
        YamlNode when = node.at("when");
        when.allowOnly(Set.of("at", "words"));
        List<String> words = when.texts("words");
        if (words.isEmpty()) {
            throw when.bad("words", "is missing; give a list of words, * stands for anything");
        }
        return new SensorLayout.When(
                pointer(when, "at"),
                words.stream().map(SensorLayoutFile::wordPattern).toList());
    }

    private static Pattern wordPattern(String word) {
        StringBuilder regex = new StringBuilder();
        for (String piece : word.split("(?<=\\*)|(?=\\*)")) {
            regex.append(piece.equals("*") ? ".*" : Pattern.quote(piece));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static boolean ignoreMissing(YamlNode node) {
        String word = node.optionalText("when-missing");
        if (word != null && !word.equals("ignore") && !word.equals("park")) {
            throw node.bad("when-missing", "expected ignore or park");
        }
        return "ignore".equals(word);
    }

    private static @Nullable Integer level(YamlNode node) {
        Double number = node.optionalNumber("device-level");
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number) || number == 0 || Math.abs(number) > 50) {
            throw node.bad("device-level", "expected which level of the topic: 1 is the first, -1 the last");
        }
        return number.intValue();
    }

    private static FrameBytes bytes(YamlNode node, PayloadFormat format) {
        node.allowOnly(Set.of("at", "offset", "as", "bit", "times", "plus"));
        JsonPointer at = node.has("at") ? pointer(node, "at") : format.bytes();
        if (at == null) {
            throw node.bad("at", "is missing; give the JSON pointer to the base64 of the frame");
        }
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.key().equals(node.text("as")))
                .findFirst()
                .orElseThrow(() -> node.bad(
                        "as",
                        "expected one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(Kind.values())
                                                .map(Kind::key)
                                                .toList())));
        Integer bit = integer(node, "bit", 8 * kind.length - 1);
        Integer offset = integer(node, "offset", MAX_OFFSET);
        Double times = node.optionalNumber("times");
        Double plus = node.optionalNumber("plus");
        return new FrameBytes(
                at, offset == null ? 0 : offset, kind, bit, times == null ? 1 : times, plus == null ? 0 : plus);
    }

    private static @Nullable Integer integer(YamlNode node, String key, double max) {
        Double number = node.optionalNumber(key);
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number) || number < 0 || number > max) {
            throw node.bad(key, "expected a whole number from 0 to " + (int) max);
        }
        return number.intValue();
    }

    private static @Nullable ZoneId zone(YamlNode node) {
        String zone = node.optionalText("time-zone");
        try {
            return zone == null ? null : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw node.bad("time-zone", "expected a zone such as Europe/Paris or UTC");
        }
    }

    static JsonPointer pointer(YamlNode node, String key) {
        try {
            return JsonPointer.compile(node.text(key));
        } catch (IllegalArgumentException e) {
            throw node.bad(key, "expected a JSON pointer such as /level");
        }
    }
}
