package org.tocsin.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;

/** A tool that events are posted to: it keeps what it has read, and answers each path as a test says. */
public final class EventReceiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** No answer before this receiver closes. */
    public static final int SILENT = 0;
    /** The connection is cut after the request was read. */
    public static final int CUT = -1;

    /** @param answered the status, or {@link #SILENT} or {@link #CUT} */
    public record Posted(String path, Map<String, List<String>> headers, String body, int answered) {
        public JsonNode event() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse("");
        }

        public String id() {
            return event().path("id").asText();
        }

        public String type() {
            return event().path("type").asText();
        }
    }

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "event-receiver");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Function<JsonNode, Integer>> answers = new ConcurrentHashMap<>();
    private final List<Posted> posted = new CopyOnWriteArrayList<>();

    public EventReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::read);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** From now on; 200 until then. */
    public void answer(String path, Function<JsonNode, Integer> status) {
        answers.put(path, status);
    }

    public List<Posted> posted(String path, Predicate<JsonNode> about) {
        return posted.stream()
                .filter(one -> one.path().equals(path) && about.test(one.event()))
                .toList();
    }

    /** Each event once, in the order in which they were first taken. */
    public List<Posted> taken(String path, Predicate<JsonNode> about) {
        List<Posted> first = new ArrayList<>();
        for (Posted one : posted(path, about)) {
            if (one.answered() == 200
                    && first.stream().noneMatch(other -> other.id().equals(one.id()))) {
                first.add(one);
            }
        }
        return first;
    }

    private void read(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        Headers headers = exchange.getRequestHeaders();
        int status = answers.getOrDefault(path, event -> 200).apply(new Posted(path, headers, body, 0).event());
        posted.add(new Posted(path, Map.copyOf(headers), body, status));
        if (status == SILENT) {
            await();
        }
        if (status > 0) {
            exchange.getResponseHeaders().add("Location", url("/elsewhere"));
            exchange.sendResponseHeaders(status, -1);
        }
        exchange.close();
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
