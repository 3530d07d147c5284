package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.GraphError.Refusal;

/** The HTTP face: paths, the bearer token, and what is wrong with a request before a message is looked at. */
final class CloudApi {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VERSION = Pattern.compile("v\\d{1,3}\\.\\d{1,2}");
    private static final int LARGEST_BODY = 1 << 20;
    private static final int LARGEST_MEDIA = 16 << 20;

    private final SimulatorSettings settings;
    private final FaultPlan<Fault> faults;
    private final MessageDesk desk;
    private final Exchange exchange;
    private final Health health;
    private final MessageHistory history;
    private final TemplateBook templates;
    private final byte[] accessToken;
    private final AtomicLong mediaIds = new AtomicLong(1_000_000_000_000L);

    /** Those that were found right, with their number, because nearly all requests have one of them. */
    private final Map<String, String> messagesPaths = new ConcurrentHashMap<>();

    private volatile boolean tokenExpired;

    CloudApi(
            SimulatorSettings settings,
            Vertx vertx,
            FaultPlan<Fault> faults,
            MessageDesk desk,
            Health health,
            MessageHistory history,
            TemplateBook templates) {
        this.settings = settings;
        this.health = health;
        this.history = history;
        this.templates = templates;
        this.faults = faults;
        this.desk = desk;
        this.accessToken = settings.account().accessToken().getBytes(StandardCharsets.UTF_8);
        this.exchange = new Exchange(vertx, settings.latency());
    }

    /** From now on every request is answered 401, until somebody makes a new one. */
    void expireToken(boolean expired) {
        tokenExpired = expired;
    }

    void handle(HttpServerRequest request) {
        if (request.method() == HttpMethod.POST && faults.drawForAll(CloudApi::beforeReading)) {
            Exchange.reset(request);
            return;
        }
        boolean media = request.path().endsWith("/media");
        Exchange.read(request, media ? LARGEST_MEDIA : LARGEST_BODY, body -> {
            try {
                answer(request, body);
            } catch (Refusal refusal) {
                exchange.refuse(request, refusal.error());
            }
        });
    }

    private void answer(HttpServerRequest request, Buffer body) {
        authorise(request.getHeader(HttpHeaders.AUTHORIZATION));
        String sender = messagesPaths.get(request.path());
        if (sender != null && request.method() == HttpMethod.POST) {
            message(sender, request, body);
            return;
        }
        String[] path = request.path().split("/", 6);
        if (path.length < 3 || path.length > 4 || !VERSION.matcher(path[1]).matches()) {
            throw MessageCheck.refusal(100, "Unknown path components.");
        }
        if (request.method() == HttpMethod.GET && otherNode(request, path)) {
            return;
        }
        if (!settings.account().has(path[2])) {
            throw MessageCheck.refusal(33, "The business phone number does not exist.");
        }
        String edge = request.method() + " " + (path.length == 4 ? path[3] : "");
        switch (edge) {
            case "POST messages" -> {
                messagesPaths.put(request.path(), path[2]);
                message(path[2], request, body);
            }
            case "POST marketing_messages" -> throw MessageCheck.refusal(131055, "Only marketing templates.");
            case "POST media" ->
                exchange.answer(request, object().put("id", Long.toString(mediaIds.incrementAndGet())));
            case "GET " -> phoneNumber(path[2], request);
            case "GET message_history" -> {
                String wamid = request.getParam("message_id");
                if (wamid == null) {
                    throw MessageCheck.refusal(131008, "message_id is missing.");
                }
                exchange.answer(request, history.of(wamid));
            }
            default -> throw MessageCheck.refusal(100, "Unknown path components.");
        }
    }

    /** What is neither the number nor below it: histories and templates. */
    private boolean otherNode(HttpServerRequest request, String[] path) {
        String edge = path.length == 4 ? path[3] : "";
        if (path[2].startsWith("history.") && edge.equals("events")) {
            ObjectNode answer = object();
            answer.set("data", history.events(path[2].substring("history.".length())));
            exchange.answer(request, answer);
            return true;
        }
        if (path[2].equals(WebhookBody.BUSINESS_ACCOUNT) && edge.equals("message_templates")) {
            exchange.answer(request, templates.list());
            return true;
        }
        return false;
    }

    private void authorise(@Nullable String header) {
        if (tokenExpired) {
            throw MessageCheck.refusal(190, "Session has expired.");
        }
        if (header == null || !header.startsWith("Bearer ")) {
            throw MessageCheck.refusal(190, "An access token is required to request this resource.");
        }
        byte[] given = header.substring(7).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, accessToken)) {
            throw MessageCheck.refusal(190, "The access token is invalid.");
        }
    }

    private void message(String number, HttpServerRequest request, Buffer bytes) {
        JsonNode body = parse(bytes);
        JsonNode status = body.get("status");
        if (status != null && status.asText().equals("read")) {
            MessageCheck.required(body, "message_id");
            exchange.answer(request, object().put("success", true));
            return;
        }
        desk.take(number, request, body, exchange);
    }

    private static JsonNode parse(Buffer bytes) {
        try {
            JsonNode body = JSON.readTree(bytes.getBytes());
            return body == null ? JSON.missingNode() : body;
        } catch (IOException notJson) {
            throw MessageCheck.refusal(100, "The body is not JSON.");
        }
    }

    /** The readiness probe. Faults that hold for all are those of the whole service, so they show here too. */
    private void phoneNumber(String number, HttpServerRequest request) {
        if (faults.holdsForAll(f -> f instanceof Fault.Silent)) {
            return;
        }
        if (faults.holdsForAll(f -> f instanceof Fault.Reset)) {
            Exchange.reset(request);
            return;
        }
        if (faults.holdsForAll(f -> f instanceof Fault.ErrorPage)) {
            exchange.page(request, 502);
            return;
        }
        if (faults.holdsForAll(f -> f instanceof Fault.Refused r && (r.code() == 190 || r.code() == 0))) {
            throw MessageCheck.refusal(190, "Session has expired.");
        }
        exchange.answer(request, health.answer(number));
    }

    private static boolean beforeReading(Fault fault) {
        return fault instanceof Fault.Reset reset && reset.moment() == Fault.Moment.BEFORE_READING;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
