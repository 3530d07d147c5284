package org.tocsin.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A web server on 127.0.0.1 whose documents tests put and change; what is not there is 404. */
public final class FeedServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "feed-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, HttpHandler> documents = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    public FeedServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            requests.add(path);
            HttpHandler document = documents.get(path);
            if (document == null) {
                answer(exchange, 404, "text/html", "<html>not here</html>");
            } else {
                document.handle(exchange);
            }
        });
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public void put(String path, HttpHandler document) {
        documents.put(path, document);
    }

    public void put(String path, String contentType, String text) {
        put(path, exchange -> answer(exchange, 200, contentType, text));
    }

    /** As most servers do: with an ETag of its content, and 304 to who has that. */
    public void putTagged(String path, String contentType, String text) {
        put(path, contentType, text, "ETag", "\"" + Integer.toHexString(text.hashCode()) + "\"", "If-None-Match");
    }

    /** With the date of its last change alone. */
    public void putDated(String path, String contentType, String text, String httpDate) {
        put(path, contentType, text, "Last-Modified", httpDate, "If-Modified-Since");
    }

    private void put(String path, String contentType, String text, String validator, String value, String condition) {
        put(path, exchange -> {
            exchange.getResponseHeaders().set(validator, value);
            boolean known = value.equals(exchange.getRequestHeaders().getFirst(condition));
            answer(exchange, known ? 304 : 200, known ? null : contentType, known ? null : text);
        });
    }

    public void remove(String path) {
        documents.remove(path);
    }

    /** How often a path was asked for. */
    public long requests(String path) {
        return requests.stream().filter(path::equals).count();
    }

    /** @param text null for an answer without a body */
    public static void answer(HttpExchange exchange, int status, @Nullable String contentType, @Nullable String text)
            throws IOException {
        answer(exchange, status, contentType, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    public static void answer(
            HttpExchange exchange, int status, @Nullable String contentType, byte @Nullable [] content)
            throws IOException {
        if (contentType != null) {
            exchange.getResponseHeaders().set("Content-Type", contentType);
        }
        exchange.sendResponseHeaders(status, content == null || content.length == 0 ? -1 : content.length);
        if (content != null) {
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
