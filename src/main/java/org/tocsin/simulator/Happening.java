package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.tocsin.simulator.SimulatorSettings.Template.Status;

/**
 * One entry of a scenario's timeline: {@code at}, and exactly one of
 *
 * <ul>
 *   <li>{@code fault} with the members of a {@link FaultOrder};
 *   <li>{@code inbound}: {@code {from, text | payload | type, channel, shown}};
 *   <li>{@code template}: {@code {name, language}} and {@code status}, {@code quality: red} or {@code ttl};
 *   <li>{@code unknown-status}: {@code {to, status}} of a message that was never sent;
 *   <li>{@code upgrade: true} of the throughput, {@code clear-faults: true}, {@code advance: 24h}.
 * </ul>
 */
final class Happening {
    private static final List<String> KINDS =
            List.of("fault", "inbound", "template", "unknown-status", "upgrade", "clear-faults", "advance");
    private static final Set<String> FAULT = Set.of(
            "at",
            "fault",
            "channel",
            "to",
            "number",
            "for",
            "share",
            "probability",
            "times",
            "on",
            "code",
            "status",
            "retryAfter",
            "accepted",
            "moment",
            "body",
            "after",
            "released",
            "receiptsFirst",
            "copies",
            "state");
    private static final Set<String> INBOUND =
            Set.of("from", "channel", "text", "payload", "context", "type", "shown", "newNumber");

    private final Duration at;
    private final Consumer<Simulator> action;

    private Happening(Duration at, Consumer<Simulator> action) {
        this.at = at;
        this.action = action;
    }

    /** Since the start of the scenario, in simulated time. */
    Duration at() {
        return at;
    }

    void happen(Simulator simulator) {
        action.accept(simulator);
    }

    /** A fault from the start. */
    static Happening ofPeople(JsonNode entry, String where) {
        if (!entry.path("fault").isTextual() || !entry.has("to") || entry.has("at")) {
            throw new IllegalArgumentException(where + ": expected to and fault, and no at");
        }
        return of(entry, where);
    }

    /** @throws IllegalArgumentException that begins with {@code where} */
    static Happening of(JsonNode entry, String where) {
        List<String> kinds = KINDS.stream().filter(entry::has).toList();
        if (kinds.size() != 1) {
            throw new IllegalArgumentException(where + ": expected exactly one of " + KINDS);
        }
        String kind = kinds.get(0);
        Scenario.known(entry, kind.equals("fault") ? FAULT : Set.of("at", kind), where);
        try {
            Duration at = entry.has("at") ? Durations.of(entry.path("at").asText()) : Duration.ZERO;
            return new Happening(at, action(kind, entry, where));
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(message.startsWith(where) ? message : where + ": " + message, e);
        }
    }

    private static Consumer<Simulator> action(String kind, JsonNode entry, String where) {
        JsonNode told = entry.path(kind);
        switch (kind) {
            case "fault":
                FaultOrder order = FaultOrder.of(entry);
                order.check();
                return order::apply;
            case "inbound":
                Scenario.known(told, INBOUND, where);
                text(told, "from");
                return simulator -> Inbox.receive(simulator, told);
            case "template":
                return template(told, where);
            case "unknown-status":
                Scenario.known(told, Set.of("to", "status"), where);
                String to = text(told, "to");
                String status = text(told, "status");
                return simulator -> simulator.whatsApp().statusOfUnknownMessage(to, status);
            case "advance":
                Duration by = Durations.of(told.asText());
                return simulator -> simulator.advance(by);
            default:
                if (!told.isBoolean() || !told.asBoolean()) {
                    throw new IllegalArgumentException(kind + " is true");
                }
                return kind.equals("upgrade")
                        ? simulator -> simulator.whatsApp().upgradeThroughput()
                        : Simulator::clearFaults;
        }
    }

    private static Consumer<Simulator> template(JsonNode told, String where) {
        Scenario.known(told, Set.of("name", "language", "status", "quality", "ttl"), where);
        String name = text(told, "name");
        String language = text(told, "language");
        if (told.has("quality")) {
            if (!told.path("quality").asText().equalsIgnoreCase("red")) {
                throw new IllegalArgumentException("quality is red");
            }
            return simulator -> simulator.whatsApp().templates().badQuality(name, language);
        }
        if (told.has("ttl")) {
            Duration ttl = Durations.of(told.path("ttl").asText());
            return simulator -> simulator.whatsApp().templates().ttl(name, language, ttl);
        }
        Status status = FaultOrder.oneOf(Status.class, "status", text(told, "status"));
        return simulator -> simulator.whatsApp().templates().set(name, language, status);
    }

    private static String text(JsonNode node, String member) {
        String value = node.path(member).asText("");
        if (value.isBlank()) {
            throw new IllegalArgumentException(member + " is missing");
        }
        return value;
    }
}
