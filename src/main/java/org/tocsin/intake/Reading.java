package org.tocsin.intake;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one device says at one moment. Whether it raises an alert depends on its incident.
 *
 * @param key of the incident: source, topic, device and event
 * @param at when it was observed, as far as the sensor's clock can be believed; else {@code arrived}
 * @param arrived when the broker, or the hub, took it
 * @param observedAt what the sensor's clock said, believed or not
 * @param fields the texts that the mapping's placeholders name, bounded
 */
record Reading(
        SensorMapping mapping,
        String key,
        SensorMapping.Measure measure,
        Instant at,
        Instant arrived,
        @Nullable Instant observedAt,
        Map<String, String> fields)
        implements Trigger {

    /** Never what was measured, nor where. */
    @Override
    public String toString() {
        return "Reading[" + mapping.name() + "]";
    }
}
