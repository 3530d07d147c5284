package org.tocsin.intake.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Submission;

/**
 * An event in the envelope of CloudEvents 1.0 (JSON event format): what is around the data, and the data itself, which
 * is read as if it had come without an envelope.
 *
 * @param attributes by the names that {@link Submission} gives them, each bounded
 * @param data the bytes of {@code data}, or what {@code data_base64} or a text says; the whole event, where it has none
 */
public record CloudEvent(Map<String, String> attributes, byte[] data) {
    /** The attributes that are kept; every other one is dropped. In the binary mode {@code ce_} stands before them. */
    public static final List<String> KEPT = List.of("id", "source", "type", "subject", "time", Submission.VIA);

    /** Characters; the specification advises intermediaries to forward events of 64 KiB, envelope and all. */
    private static final int MAX_ATTRIBUTE = 256;

    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNameLength(1_000)
                    .build())
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Null when it is no event of version 1 in the structured mode, or cannot be read: then it is taken as it is. */
    public static @Nullable CloudEvent structured(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? read(parser, json) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static @Nullable CloudEvent read(JsonParser parser, byte[] json) throws IOException {
        Map<String, String> envelope = new LinkedHashMap<>();
        byte[] data = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("data")) {
                data = value == JsonToken.VALUE_STRING
                        ? parser.getText().getBytes(StandardCharsets.UTF_8)
                        : slice(parser, json);
            } else if (name.equals("data_base64") && value == JsonToken.VALUE_STRING) {
                data = parser.getBinaryValue();
            } else if (value == JsonToken.VALUE_STRING) {
                envelope.put(name, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        boolean event = envelope.keySet().containsAll(REQUIRED)
                && envelope.get("specversion").startsWith("1.");
        if (!event || parser.nextToken() != null) {
            return null;
        }
        return new CloudEvent(attributes(envelope), data == null ? json : data);
    }

    /** As the sender wrote it, and not as we would write it again. */
    private static byte[] slice(JsonParser parser, byte[] json) throws IOException {
        long from = parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isScalarValue()) {
            parser.finishToken();
        } else {
            parser.skipChildren();
        }
        long to = parser.currentLocation().getByteOffset();
        if (from < 0 || to < from) {
            throw new IOException("not in UTF-8");
        }
        return Arrays.copyOfRange(json, (int) from, (int) to);
    }

    private static Map<String, String> attributes(Map<String, String> envelope) {
        Map<String, String> attributes = new LinkedHashMap<>();
        KEPT.stream()
                .filter(envelope::containsKey)
                .forEach(name -> attributes.put(Submission.CLOUD_EVENT + name, bounded(envelope.get(name))));
        return attributes;
    }

    /** One line of it, and not too much. */
    public static String bounded(String value) {
        StringBuilder sound = new StringBuilder();
        value.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_ATTRIBUTE)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
