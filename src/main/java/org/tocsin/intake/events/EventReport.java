package org.tocsin.intake.events;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.alert.Value;
import org.tocsin.intake.Trigger;

/**
 * What another tool says of one of its incidents. Whether it raises an alert depends on what is known of it.
 *
 * @param key of the incident: the name of the mapping and the tool's own identity
 * @param closed whether it is over
 * @param arrived when the broker, or the hub, took it
 * @param observedAt when this event happened, by the tool's clock, as far as that can be believed
 * @param startedAt when the incident began, by the same
 * @param substance what people should hear of when it changes, as a hash
 */
public record EventReport(
        EventMapping mapping,
        String key,
        boolean closed,
        Instant arrived,
        @Nullable Instant observedAt,
        @Nullable Instant startedAt,
        Instant expires,
        String substance,
        Meaning meaning,
        List<String> addresses,
        List<Area> areas,
        List<Value> parameters,
        @Nullable String web,
        Map<String, Text> texts)
        implements Trigger.OfIncident {

    /** What the event is in the words of CAP. */
    record Meaning(String event, Category category, Severity severity, Urgency urgency, Certainty certainty) {}

    /** What is said in one language, complete. */
    public record Text(
            String headline,
            @Nullable String description,
            @Nullable String instruction) {}

    /** What orders it among those of its incident, or null: then only the order of arrival does. */
    @Nullable
    Instant own() {
        return observedAt != null ? observedAt : startedAt;
    }

    /** The tool's own time of it, or else that of its arrival. */
    Instant at() {
        Instant own = own();
        return own == null ? arrived : own;
    }

    Duration rearm() {
        return mapping.rearm();
    }

    /** Never what happened, nor where. */
    @Override
    public String toString() {
        return "EventReport[" + mapping.name() + "]";
    }
}
