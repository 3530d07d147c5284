package org.tocsin.intake.payload;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way in which devices write, as {@code format} in {@code config/sensors.yaml} names it, with the places where such
 * devices always have the same things. A mapping may name other places.
 */
public enum PayloadFormat {
    /** One object, or an array of objects, each a record of its own. */
    JSON("json", null, null, null, null),
    /** RFC 8428: a pack of records, base values resolved; each becomes {@code {"n", "u", "v", "s", "t"}}. */
    SENML("senml", "/v", "/n", "/t", null),
    /** {@code tele/<device>/SENSOR} and {@code STATE} as JSON, {@code LWT} as a word. */
    TASMOTA("tasmota", null, null, "/Time", null),
    /** {@code <base>/<device>} as JSON, {@code <base>/<device>/availability} as JSON or, of old, as a word. */
    ZIGBEE2MQTT("zigbee2mqtt", null, null, "/last_seen", null),
    /** ChirpStack v4, event {@code up}; what its codec made of the bytes is {@code /object}. */
    CHIRPSTACK("chirpstack", null, "/deviceInfo/devEui", "/time", "/data"),
    /** The Things Stack v3, uplink messages; what its formatter made of the bytes is {@code decoded_payload}. */
    THE_THINGS_STACK(
            "the-things-stack", null, "/end_device_ids/device_id", "/received_at", "/uplink_message/frm_payload"),
    /** The payload is the value: {@code offline}, {@code 4.2}. It becomes {@code {"text": …}}. */
    TEXT("text", "/text", null, null, null),
    /** Rows; each becomes an object with the columns' names. */
    CSV("csv", null, null, null, null);

    private final String key;
    private final @Nullable JsonPointer value;
    private final @Nullable JsonPointer device;
    private final @Nullable JsonPointer observedAt;
    private final @Nullable JsonPointer bytes;

    PayloadFormat(
            String key,
            @Nullable String value,
            @Nullable String device,
            @Nullable String observedAt,
            @Nullable String bytes) {
        this.key = key;
        this.value = pointer(value);
        this.device = pointer(device);
        this.observedAt = pointer(observedAt);
        this.bytes = pointer(bytes);
    }

    private static @Nullable JsonPointer pointer(@Nullable String text) {
        return text == null ? null : JsonPointer.compile(text);
    }

    /** The word in the file. */
    public String key() {
        return key;
    }

    public static @Nullable PayloadFormat of(String key) {
        return Arrays.stream(values())
                .filter(format -> format.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(PayloadFormat::key).toList();
    }

    public @Nullable JsonPointer value() {
        return value;
    }

    public @Nullable JsonPointer device() {
        return device;
    }

    public @Nullable JsonPointer observedAt() {
        return observedAt;
    }

    /** Where the bytes of a radio frame stand, in base64. */
    public @Nullable JsonPointer bytes() {
        return bytes;
    }

    /** The device's name in its topic, for payloads that do not name it. */
    public String deviceIn(@Nullable String topic) {
        String[] levels = topic == null ? new String[0] : topic.split("/", -1);
        int last = levels.length - 1;
        if (last < 0) {
            return "";
        }
        if (this == ZIGBEE2MQTT && last > 0 && levels[last].equals("availability")) {
            return levels[last - 1];
        }
        if (this == TASMOTA) {
            // %prefix%/%topic%/SENSOR, or with the prefix behind: %topic%/%prefix%/SENSOR.
            int prefix = Math.max(
                    Arrays.asList(levels).lastIndexOf("tele"),
                    Arrays.asList(levels).lastIndexOf("stat"));
            if (prefix >= 0) {
                int device = prefix + 1 < last ? prefix + 1 : prefix - 1;
                return device < 0 ? "" : levels[device];
            }
        }
        return levels[last];
    }

    /** Which radio frame a document came in; several gateways may hand on the same one. */
    @Nullable
    Frame frame(JsonNode document) {
        return switch (this) {
            case CHIRPSTACK -> frame(document.path("devAddr"), document.path("fCnt"));
            case THE_THINGS_STACK -> {
                JsonNode uplink = document.path("uplink_message");
                yield frame(uplink.path("session_key_id"), uplink.path("f_cnt"));
            }
            case JSON, SENML, TASMOTA, ZIGBEE2MQTT, TEXT, CSV -> null;
        };
    }

    /** A counter of zero is left out by both network servers. */
    private static @Nullable Frame frame(JsonNode session, JsonNode counter) {
        String name = session.asText();
        boolean sound = session.isTextual()
                && name.matches("[A-Za-z0-9+/=_-]{1,64}")
                && (counter.isMissingNode() || counter.canConvertToLong());
        return sound ? new Frame(name, counter.asLong(0)) : null;
    }
}
