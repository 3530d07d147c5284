package org.tocsin.intake.sensors;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.payload.Frame;

/**
 * What one device says at one moment. Whether it raises an alert depends on its incident.
 *
 * @param key of the incident: source, topic, device and event
 * @param at when it was observed, as far as the sensor's clock can be believed; else {@code arrived}
 * @param arrived when the broker, or the hub, took it
 * @param observedAt what the sensor's clock said, believed or not
 * @param quorumKey of the incident of its group, where several devices must agree
 * @param fields the texts that the mapping's placeholders name, bounded
 */
public record Reading(
        SensorMapping mapping,
        String key,
        SensorMapping.Measure measure,
        Instant at,
        Instant arrived,
        @Nullable Instant observedAt,
        Map<String, String> fields,
        Origin origin,
        @Nullable String quorumKey)
        implements Trigger.OfIncident {

    /**
     * By what the same reading is known when it comes again another way.
     *
     * @param frame of the radio: each gateway that heard it may hand it on
     * @param retained whether a broker replays it from its memory, and it names no time of its own: it may be of any age
     * @param packet of MQTT that brought it
     * @param heldOver whether it is the last word of a device whose hold time is over: {@link HoldClock}
     */
    public record Origin(@Nullable Frame frame, Taken.@Nullable Packet packet, boolean retained, boolean heldOver) {
        /** Whether it was sent before, and names no time of its own. */
        boolean again() {
            return packet != null && packet.again();
        }
    }

    /** Never what was measured, nor where. */
    @Override
    public String toString() {
        return "Reading[" + mapping.name() + "]";
    }
}
