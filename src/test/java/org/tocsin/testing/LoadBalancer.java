package org.tocsin.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands before several hubs: each request goes to the next one in turn, and one that did not answer is left out
 * for a while. It never hands a request to a second hub; its caller does that, told 502.
 */
public final class LoadBalancer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration LEFT_OUT = Duration.ofSeconds(2);
    private static final List<String> PASSED =
            List.of("Content-Type", "Authorization", "X-Hub-Signature-256", "Idempotency-Key", "X-Simulated");

    private final List<HubProcess> hubs;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "load-balancer");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<HubProcess, Long> leftOutUntil = new ConcurrentHashMap<>();
    private final Map<HubProcess, AtomicInteger> answered = new ConcurrentHashMap<>();
    private final AtomicInteger received = new AtomicInteger();

    public LoadBalancer(List<HubProcess> hubs) throws IOException {
        this.hubs = hubs;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), HubProcess.freePort()), 200);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** How many requests came, whatever became of them. */
    public int received() {
        return received.get();
    }

    /** How many requests this hub answered. */
    public int answeredBy(HubProcess hub) {
        AtomicInteger count = answered.get(hub);
        return count == null ? 0 : count.get();
    }

    private void pass(HttpExchange exchange) throws IOException {
        received.incrementAndGet();
        HubProcess hub = next();
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(hub.url(exchange.getRequestURI().toString())))
                    .timeout(PATIENCE)
                    .method(
                            exchange.getRequestMethod(),
                            body.length == 0
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(body));
            for (String header : PASSED) {
                String value = exchange.getRequestHeaders().getFirst(header);
                if (value != null) {
                    request.header(header, value);
                }
            }
            answer(exchange, hub, request.build());
        }
    }

    private void answer(HttpExchange exchange, HubProcess hub, HttpRequest request) throws IOException {
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            answered.computeIfAbsent(hub, h -> new AtomicInteger()).incrementAndGet();
            answer.headers().firstValue("Content-Type").ifPresent(type -> exchange.getResponseHeaders()
                    .set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException gone) {
            leftOutUntil.put(hub, System.nanoTime() + LEFT_OUT.toNanos());
            exchange.sendResponseHeaders(502, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HubProcess next() {
        for (int i = 0; i < hubs.size(); i++) {
            HubProcess hub = hubs.get(Math.floorMod(turn.getAndIncrement(), hubs.size()));
            Long until = leftOutUntil.get(hub);
            if (until == null || System.nanoTime() - until > 0) {
                return hub;
            }
        }
        return hubs.get(Math.floorMod(turn.getAndIncrement(), hubs.size()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
