package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Fault.Receipts;
import org.tocsin.simulator.Fault.Step;

/**
 * {@code GET /{phone number id}/message_history?message_id=<wamid>}, answered from the journal: what became of a message
 * so far. What the business was told of it is PENDING during an outage of the webhooks, else DELIVERED.
 */
final class MessageHistory {
    private static final int MOST = 100_000;

    private final Journal journal;
    private final MessageCourse course;
    private final Webhooks webhooks;
    private final Timeline clock;

    /** The courses that are not the usual one. */
    private final Map<String, Unusual> unusual = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Unusual> eldest) {
            return size() > MOST;
        }
    };

    private record Unusual(Receipts receipts, Duration offset) {}

    MessageHistory(Journal journal, MessageCourse course, Webhooks webhooks, Timeline clock) {
        this.journal = journal;
        this.course = course;
        this.webhooks = webhooks;
        this.clock = clock;
    }

    void remember(@Nullable String wamid, Receipts receipts, Duration offset) {
        if (wamid != null && (receipts != MessageCourse.NORMAL || !offset.isZero())) {
            synchronized (unusual) {
                unusual.put(wamid, new Unusual(receipts, offset));
            }
        }
    }

    /** An unknown wamid has an empty history: Meta documents no error. */
    ObjectNode of(String wamid) {
        ObjectNode answer = CloudApi.object();
        ArrayNode data = answer.putArray("data");
        if (sent(wamid).isPresent()) {
            ObjectNode history = data.addObject();
            history.put("id", "history." + wamid).put("message_id", wamid);
            history.putObject("events").set("data", events(wamid));
        }
        return answer;
    }

    ArrayNode events(String wamid) {
        ArrayNode events = CloudApi.JSON.createArrayNode();
        sent(wamid).ifPresent(sent -> {
            Unusual happens;
            synchronized (unusual) {
                happens = unusual.getOrDefault(wamid, new Unusual(MessageCourse.NORMAL, Duration.ZERO));
            }
            for (Step step : happens.receipts().steps()) {
                Instant at = sent.at().plus(happens.offset()).plus(course.delay(step));
                // What is played has no delivery_status of its own there.
                if (!at.isAfter(clock.now()) && !step.status().equals("played")) {
                    ObjectNode event = events.addObject();
                    event.put("delivery_status", step.status().toUpperCase(Locale.ROOT));
                    event.put("webhook_update_state", webhooks.interrupted() ? "PENDING" : "DELIVERED");
                    event.put("timestamp", Long.toString(at.getEpochSecond()));
                    if (step.code() != 0) {
                        event.put(
                                "error_description",
                                GraphError.of(step.code(), "").title());
                    }
                }
            }
        });
        return events;
    }

    /** The number stands in the wamid, and the journal is looked up by number. */
    private Optional<Sent> sent(String wamid) {
        try {
            byte[] inside = Base64.getDecoder().decode(wamid.substring("wamid.".length()));
            String waId = new String(inside, 3, inside[2], StandardCharsets.US_ASCII);
            Optional<Sent> sent = journal.find("+" + waId, wamid);
            return sent.isPresent() ? sent : journal.find(waId, wamid);
        } catch (IndexOutOfBoundsException | IllegalArgumentException notOfOurs) {
            return Optional.empty();
        }
    }
}
