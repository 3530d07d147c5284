package org.tocsin.intake.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.UnacceptableSubmission;

/**
 * One payload, read.
 *
 * @param problems of the records that cannot be read; the others count all the same, since one bad row must not silence
 *     an alarm in the next
 */
public record Payload(List<PayloadRecord> records, List<Violation> problems) {
    public static final int MAX_BYTES = 1 << 20;
    /** Records in one payload. */
    public static final int MAX_RECORDS = 1_000;
    /** Longer words are no state of a device. */
    private static final int MAX_TEXT = 500;
    /** What The Things Stack tells of beside uplinks: nothing is measured in it. */
    private static final Set<String> NO_UPLINK = Set.of(
            "join_accept",
            "downlink_ack",
            "downlink_nack",
            "downlink_sent",
            "downlink_failed",
            "downlink_queued",
            "downlink_queue_invalidated",
            "location_solved",
            "service_data");

    /**
     * @param arrived stands for "now" in times that are relative to it
     * @throws UnacceptableSubmission when nothing of it can be read, naming what was expected
     */
    public static Payload read(PayloadFormat format, CsvShape csv, byte[] payload, Instant arrived)
            throws UnacceptableSubmission {
        if (payload.length > MAX_BYTES) {
            throw new UnacceptableSubmission("body", "at most " + MAX_BYTES + " bytes");
        }
        return switch (format) {
            case JSON -> json(StrictJson.read(payload));
            case SENML -> SenMl.read(StrictJson.read(payload), arrived);
            case TASMOTA, ZIGBEE2MQTT -> startsObject(payload) ? one(object(payload), format) : text(payload);
            case CHIRPSTACK -> one(object(payload), format);
            case THE_THINGS_STACK -> uplink(object(payload));
            case TEXT -> text(payload);
            case CSV -> CsvRows.read(payload, csv);
        };
    }

    private static Payload json(JsonNode root) throws UnacceptableSubmission {
        if (root.isObject()) {
            return one(root, PayloadFormat.JSON);
        }
        if (!root.isArray() || root.isEmpty()) {
            throw new UnacceptableSubmission("body", "a JSON object, or an array of objects");
        }
        bounded(root.size());
        List<PayloadRecord> records = new ArrayList<>();
        List<Violation> problems = new ArrayList<>();
        for (int i = 0; i < root.size(); i++) {
            if (root.get(i).isObject()) {
                records.add(new PayloadRecord("[" + i + "]", root.get(i), null));
            } else {
                problems.add(new Violation("[" + i + "]", "a JSON object"));
            }
        }
        return new Payload(records, problems);
    }

    private static JsonNode object(byte[] payload) throws UnacceptableSubmission {
        JsonNode root = StrictJson.read(payload);
        if (!root.isObject()) {
            throw new UnacceptableSubmission("body", "a JSON object");
        }
        return root;
    }

    private static Payload uplink(JsonNode root) throws UnacceptableSubmission {
        if (root.path("uplink_message").isObject()) {
            return one(root, PayloadFormat.THE_THINGS_STACK);
        }
        if (NO_UPLINK.stream().anyMatch(root::has)) {
            return new Payload(List.of(), List.of());
        }
        throw new UnacceptableSubmission("/uplink_message", "an uplink of The Things Stack v3");
    }

    private static Payload one(JsonNode document, PayloadFormat format) {
        return new Payload(List.of(new PayloadRecord("", document, format.frame(document))), List.of());
    }

    private static Payload text(byte[] payload) throws UnacceptableSubmission {
        String text = new String(payload, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            throw new UnacceptableSubmission("body", "a word or a number, at most " + MAX_TEXT + " characters");
        }
        JsonNode document = JsonNodeFactory.instance.objectNode().put("text", text);
        return new Payload(List.of(new PayloadRecord("", document, null)), List.of());
    }

    private static boolean startsObject(byte[] payload) {
        for (byte b : payload) {
            if (!Character.isWhitespace(b)) {
                return b == '{' || b == (byte) 0xef;
            }
        }
        return false;
    }

    static void bounded(int records) throws UnacceptableSubmission {
        if (records > MAX_RECORDS) {
            throw new UnacceptableSubmission("body", "at most " + MAX_RECORDS + " records");
        }
    }
}
