package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/** The business's side of the webhook: a plain server that keeps the raw bytes. */
final class Hook implements AutoCloseable {
    /** @param repeated whether the simulator says that it posted this before */
    record Post(byte[] body, String signature, boolean repeated, int answered) {
        String text() {
            return new String(body, StandardCharsets.US_ASCII);
        }
    }

    final List<Post> posts = new CopyOnWriteArrayList<>();
    final List<String> handshakes = new CopyOnWriteArrayList<>();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final String verifyToken;

    /** What the n-th post is answered, from 0. */
    volatile IntUnaryOperator answers = n -> 200;

    Hook(String verifyToken) throws IOException {
        this.verifyToken = verifyToken;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/whatsapp";
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("GET")) {
            handshake(exchange);
            return;
        }
        int status;
        synchronized (this) {
            status = answers.applyAsInt(posts.size());
            boolean repeated = !"1".equals(exchange.getRequestHeaders().getFirst("X-Simulated-Try"));
            posts.add(new Post(body, exchange.getRequestHeaders().getFirst("X-Hub-Signature-256"), repeated, status));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void handshake(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        handshakes.add(uri.getQuery() + " " + exchange.getRequestHeaders().getFirst("X-Hub-Signature-256"));
        boolean right = uri.getQuery().contains("hub.verify_token=" + verifyToken);
        String challenge = uri.getQuery().replaceAll(".*hub\\.challenge=([^&]*).*", "$1");
        byte[] answer = (right ? challenge : "no").getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(right ? 200 : 403, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** Of posts that were answered 200, in order of arrival. */
    List<JsonNode> statuses() {
        return values("statuses");
    }

    List<JsonNode> messages() {
        return values("messages");
    }

    /** {@code sent}, {@code delivered} … of one message. */
    List<String> statusesOf(String wamid) {
        return statuses().stream()
                .filter(status -> status.path("id").asText().equals(wamid))
                .map(status -> status.path("status").asText())
                .toList();
    }

    /** One whose answer got lost is posted again, as by Meta, and counts once. */
    List<JsonNode> changes() {
        List<JsonNode> changes = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Post post : posts) {
            if (post.answered() == 200 && (taken.add(post.text()) || !post.repeated())) {
                try {
                    json.readTree(post.body()).path("entry").forEach(entry -> entry.path("changes")
                            .forEach(change -> changes.add(change.path("value"))));
                } catch (IOException e) {
                    throw new AssertionError("a webhook that is not JSON", e);
                }
            }
        }
        return changes;
    }

    private List<JsonNode> values(String member) {
        List<JsonNode> values = new ArrayList<>();
        changes().forEach(value -> value.path(member).forEach(values::add));
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
