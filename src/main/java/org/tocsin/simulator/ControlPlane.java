package org.tocsin.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /_sim/…}: what the providers got, and what shall go wrong. Outside of Meta's name space. */
final class ControlPlane {
    private static final int LARGEST_BODY = 1 << 16;

    private final Simulator simulator;
    private final Vertx vertx;

    ControlPlane(Simulator simulator, Vertx vertx) {
        this.simulator = simulator;
        this.vertx = vertx;
    }

    void handle(HttpServerRequest request) {
        Exchange.read(request, LARGEST_BODY, body -> {
            // A page in somebody's browser must not steer it.
            if (request.getHeader("Origin") != null) {
                answer(request, 403, object().put("error", "not from a browser"));
                return;
            }
            // Some of it blocks: a listener is closed, a webhook is called.
            vertx.<JsonNode>executeBlocking(() -> perform(request, body))
                    .onSuccess(answer -> answer(request, 200, answer))
                    .onFailure(failure -> answer(
                            request,
                            failure instanceof UnsupportedOperationException ? 404 : 400,
                            object().put("error", String.valueOf(failure.getMessage()))));
        });
    }

    private JsonNode perform(HttpServerRequest request, Buffer body) throws IOException {
        switch (request.method() + " " + request.path()) {
            case "GET /_sim/journal":
                return journal(request);
            case "DELETE /_sim/journal":
                simulator.clearJournals();
                simulator.whatsApp().webhookAnswers().clear();
                return object();
            case "GET /_sim/counts":
                return counts();
            case "GET /_sim/assumptions":
                ArrayNode sentences = JsonNodeFactory.instance.arrayNode();
                simulator.assumptions().forEach(sentences::add);
                return sentences;
            case "POST /_sim/faults":
                FaultOrder.of(CloudApi.JSON.readTree(body.getBytes())).apply(simulator);
                return object();
            case "DELETE /_sim/faults":
                simulator.clearFaults();
                return object();
            case "POST /_sim/scenario":
                Scenario.parse(body.toString(StandardCharsets.UTF_8)).playOn(simulator);
                return object();
            case "POST /_sim/inbound":
                return Inbox.receive(simulator, CloudApi.JSON.readTree(body.getBytes()));
            case "GET /_sim/clock":
                return object().put("now", simulator.clock().now().toString());
            case "POST /_sim/clock":
                simulator.advance(Durations.of(
                        CloudApi.JSON.readTree(body.getBytes()).path("advance").asText()));
                return object().put("now", simulator.clock().now().toString());
            case "POST /_sim/subscribe":
                String url = CloudApi.JSON.readTree(body.getBytes()).path("url").asText();
                return object().put("verified", simulator.whatsApp().subscribe(url));
            default:
                throw new UnsupportedOperationException("no such resource");
        }
    }

    private Map<String, Journal> journals() {
        Map<String, Journal> journals = new LinkedHashMap<>();
        journals.put("whatsapp", simulator.whatsApp().journal());
        journals.put("sms", simulator.smsc().journal());
        journals.put("email", simulator.mail().journal());
        return journals;
    }

    /** The newest that {@link JournalQuery} finds, oldest first. */
    private JsonNode journal(HttpServerRequest request) {
        JournalQuery query = JournalQuery.of(request.params());
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        journals().forEach((name, journal) -> query.in(name, journal).forEach(sent -> entries.add(entry(sent))));
        return entries;
    }

    private static ObjectNode entry(Sent sent) {
        ObjectNode node = object();
        node.put("channel", sent.channel()).put("sender", sent.sender());
        node.put("to", sent.to()).put("kind", sent.kind());
        node.put("providerId", sent.providerId()).put("callbackKey", sent.callbackKey());
        node.put("text", sent.text());
        ObjectNode params = node.putObject("params");
        sent.params().forEach(params::put);
        ArrayNode buttons = node.putArray("buttons");
        sent.buttons().forEach(buttons::add);
        node.put("at", sent.at().toString());
        node.put("acceptedByProvider", sent.acceptedByProvider()).put("onPhone", sent.onPhone());
        return node.put("afterFault", sent.afterFault());
    }

    private JsonNode counts() {
        ObjectNode counts = object();
        journals().forEach((name, journal) -> counts.putObject(name)
                .put("attempts", journal.attempts())
                .put("accepted", journal.accepted())
                .put("onPhone", journal.onPhone()));
        long[] webhooks = simulator.whatsApp().webhookCounts();
        AnswerTimes answers = simulator.whatsApp().webhookAnswers();
        counts.putObject("webhooks")
                .put("posts", webhooks[0])
                .put("confirmedEvents", webhooks[1])
                .put("unheardEvents", webhooks[2])
                .put("waitingEvents", webhooks[3])
                .put("waitingRepeats", webhooks[4])
                .put("answers", answers.count())
                .put("answeredP50Millis", answers.millis(0.50))
                .put("answeredP99Millis", answers.millis(0.99))
                .put("answeredMaxMillis", answers.millis(1));
        counts.putObject("smsc")
                .put("binds", simulator.smsc().binds())
                .put("incomplete", simulator.smsc().incomplete())
                .put("deliveredBack", simulator.smsc().deliveredBack());
        return counts;
    }

    private static ObjectNode object() {
        return CloudApi.object();
    }

    private static void answer(HttpServerRequest request, int status, JsonNode body) {
        try {
            Exchange.simulated(request)
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(CloudApi.JSON.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            request.connection().close();
        }
    }
}
