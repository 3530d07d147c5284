package org.tocsin.warmup;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands where the Cloud API would, on loopback: accepts every message, and tells nobody. */
final class Nobody implements AutoCloseable {
    private static final String ACCEPTED =
            "{\"messaging_product\":\"whatsapp\",\"contacts\":[],\"messages\":[{\"id\":\"wamid.nobody.%d\"}]}";
    private static final int PATIENCE_SECONDS = 10;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final AtomicInteger messages = new AtomicInteger();
    private final HttpServer server;

    Nobody() throws Exception {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(this::accept)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** So far. */
    int messages() {
        return messages.get();
    }

    private void accept(HttpServerRequest request) {
        request.endHandler(end -> request.response()
                .putHeader("Content-Type", "application/json")
                .end(ACCEPTED.formatted(messages.incrementAndGet())));
    }

    @Override
    public void close() {
        vertx.close();
    }
}
