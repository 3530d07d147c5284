package org.tocsin.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.intake.Submission;

/**
 * Makes the event of a row. What leaves the hub is decided here: the alert in the words of CAP without its addresses, counts
 * of people and never one of them.
 */
final class EventWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What is told of an alert whose text is not for everybody. */
    private static final List<String> IDENTITY =
            List.of("identifier", "sender", "sent", "status", "msgType", "scope", "references");

    private final Selection selection;
    private final String source;
    private final UnaryOperator<@Nullable String> via;
    private final LongFunction<String> countsNow;

    /**
     * @param source of all events
     * @param via makes the way so far to the way with this hub
     * @param countsNow of an alert, as JSON
     */
    EventWriter(
            Selection selection, String source, UnaryOperator<@Nullable String> via, LongFunction<String> countsNow) {
        this.selection = selection;
        this.source = source;
        this.via = via;
        this.countsNow = countsNow;
    }

    /** Empty when the subscription is not told of such an event. */
    Optional<AlertEvent> write(Publication publication) {
        Alert alert = CapJson.restore(publication.cap().getBytes(StandardCharsets.UTF_8));
        EventType type = EventType.of(publication, alert);
        if (!selection.takes(type, alert.status())) {
            return Optional.empty();
        }
        ObjectNode cap = read(publication.cap());
        String incident = reference(read(publication.firstCap()));
        ObjectNode data = JSON.createObjectNode();
        if (type.isNotice()) {
            notice(data, type, alert);
        } else {
            data.put("alertId", String.valueOf(publication.alertId()));
            data.put("incident", incident);
            String counts = type == EventType.ENDED ? countsNow.apply(publication.alertId()) : publication.counts();
            if (counts != null) {
                data.set("counts", read(counts));
            }
            alert(data, publication, alert, cap);
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", publication.event().toString());
        attributes.put("source", source);
        attributes.put("type", type.type());
        attributes.put("subject", reference(cap));
        attributes.put(
                "time",
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(publication.at().atOffset(ZoneOffset.UTC)));
        attributes.put("partitionkey", incident);
        attributes.put(Submission.VIA, via.apply(publication.via()));
        ObjectNode event = JSON.createObjectNode();
        attributes.forEach(event::put);
        event.put("datacontenttype", AlertEvent.DATA_CONTENT_TYPE);
        event.set("data", data);
        return Optional.of(new AlertEvent(
                publication.event().toString(), type.type(), incident, attributes, write(data), write(event)));
    }

    private void alert(ObjectNode data, Publication publication, Alert alert, ObjectNode cap) {
        if (!publication.state().equals(Publication.PROGRESS)) {
            data.put("state", publication.state());
        }
        data.put("severity", alert.severity().name());
        data.put("urgency", alert.urgency().name());
        if (publication.state().equals(Publication.PROGRESS)) {
            cap.retain(IDENTITY);
        } else if (!selection.scopes().contains(alert.scope())) {
            cap.retain(IDENTITY);
            data.put(
                    "withheld", "the text of an alert of scope " + alert.scope().name());
        }
        // Whom it is for: groups and people of the directory, by their names there.
        cap.remove("addresses");
        data.set("alert", cap);
    }

    /** Sentences of the hub about numbers and sources; of one alert only the first, since a reason quotes its sender. */
    private static void notice(ObjectNode data, EventType type, Alert alert) {
        alert.infos().stream().findFirst().ifPresent(info -> {
            data.put("headline", info.headline());
            if (type != EventType.NOTICE) {
                data.put("description", info.description());
            }
            data.put("see", info.instruction());
        });
    }

    /** As CAP refers to an alert. */
    private static String reference(ObjectNode cap) {
        return cap.path("sender").asText() + "," + cap.path("identifier").asText() + ","
                + cap.path("sent").asText();
    }

    private static ObjectNode read(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what the ledger holds as JSON is none");
        }
    }

    private static String write(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
