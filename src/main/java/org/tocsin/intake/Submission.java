package org.tocsin.intake;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trigger as it came in, with what its source says of it.
 *
 * @param source which intake: {@code api}, {@code mqtt-sensors}, {@code jms-incidents}, {@code hook:<name>}
 * @param payload the sender's bytes, untouched
 * @param attributes {@link #TOPIC}, {@link #ARRIVED_AT}, {@link #RETAINED}, {@link #PACKET}, {@link #AGAIN} and {@link #HOLD},
 *     where the source has them, and those of a {@link org.tocsin.intake.http.CloudEvent}, which are of the sender's choice
 * @param idempotencyKey the caller's own name for this request: the same again gets the same result
 */
public record Submission(
        String source,
        Format format,
        byte[] payload,
        Map<String, String> attributes,
        Principal principal,
        @Nullable String idempotencyKey) {

    /** Source of {@code POST /api/alerts}. */
    public static final String API = "api";
    /** Source of what the hub itself says, such as a notice to the duty group. */
    public static final String HUB = "hub";
    /** Source of what the hub sends a person together instead of one by one: {@code FatigueSettings}. */
    public static final String DIGEST = "digest";
    /** Prefix of the sources of {@code POST /hooks/<name>}. */
    public static final String HOOK = "hook:";
    /** Attribute: the address that the trigger was published to, levels separated by {@code /}. */
    public static final String TOPIC = "topic";
    /** Attribute: when the broker took it, milliseconds since 1970; the same at each redelivery. */
    public static final String ARRIVED_AT = "arrived-at";
    /** Prefix of the attributes that a {@link org.tocsin.intake.http.CloudEvent} has: {@code ce_type}. */
    public static final String CLOUD_EVENT = "ce_";
    /** Attribute of an event of a hub: the hubs that it, and what led to it, went through, separated by blanks. */
    public static final String VIA = "tocsinvia";
    /** Attribute: the sentence why a person should look at whatever alert comes of it before anybody is told. */
    public static final String HOLD = "hold";

    /** Attribute, if so: the broker did not just get it, but replays it from its memory to a new subscriber. */
    public static final String RETAINED = "retained";

    /** Attribute of what came by MQTT: its packet identifier, the same when it is sent again; 0 of QoS 0. */
    public static final String PACKET = "packet";

    /** Attribute, if so: whoever sent it (QoS 1) does not know whether it was taken before. */
    public static final String AGAIN = "again";

    /** Attribute, if so: a first try of a queue that many read, where what it refers to may be in another one's hands. */
    public static final String EARLY = "early";

    /** Attribute of what {@link org.tocsin.intake.sensors.HoldClock} hands in again: the incident that waits for it. */
    public static final String HELD = "held";

    /** Attribute, if so: it had more than {@link #MAX_BYTES}; its payload is only its beginning. */
    public static final String CUT = "cut";

    /** Of any source, whatever its own limit is. What reads a payload has a narrower one, such as {@code CapLimits}. */
    public static final int MAX_BYTES = 2 << 20;

    /** Of what is larger, so much is kept for the person who looks at it. */
    private static final int BEGINNING = 4096;

    public Submission {
        attributes = Map.copyOf(attributes);
    }

    /** Itself; where it has more than {@link #MAX_BYTES}, its beginning, which is parked unread. */
    public Submission bounded() {
        if (payload.length <= MAX_BYTES) {
            return this;
        }
        Map<String, String> marked = new HashMap<>(attributes);
        marked.put(CUT, "true");
        byte[] beginning = Arrays.copyOf(payload, BEGINNING);
        return new Submission(source, Format.UNREAD, beginning, marked, principal, idempotencyKey);
    }

    /** Whether its sender reads our answer. Who does not is told by the duty group instead. */
    public boolean answered() {
        return source.equals(API) || source.startsWith(HOOK) || ours();
    }

    /** Whether the hub itself says it. Nobody is told when such a one is not accepted, or it would never end. */
    public boolean ours() {
        return source.equals(HUB) || source.equals(DIGEST);
    }

    /** Never the payload. */
    @Override
    public String toString() {
        return "Submission[" + source + ", " + format + ", " + payload.length + " bytes]";
    }
}
