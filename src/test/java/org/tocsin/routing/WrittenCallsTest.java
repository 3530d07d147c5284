package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.client.WebClient;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the real client says of real calls. */
class WrittenCallsTest {
    private static final int PER_SECOND = 5;

    private final WrittenCalls written = new WrittenCalls();
    private final LastSecond second = written.of(new SenderRate("106540352242922", PER_SECOND));
    private final Vertx vertx = new ChannelBeans().whatsappVertx(new AddressResolverOptions(), written);
    private final WebClient client = WebClient.create(vertx);
    private int port;

    @BeforeEach
    void start() {
        HttpServer provider = vertx.createHttpServer()
                .requestHandler(request -> request.response().end());
        port = provider.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void afterAsManyAsASecondMayHaveTheNextOneWaitsUntilItIsOver() {
        long before = System.nanoTime();
        post(port, "/v25.0/106540352242922/messages", PER_SECOND);
        second.awaitFree(() -> true);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void oneFewerThanThatAndTheNextOneWaitsForNothing() {
        post(port, "/v25.0/106540352242922/messages", PER_SECOND - 1);
        assertThat(isFree()).isTrue();
    }

    @Test
    void whatIsWrittenForOthersDoesNotCount() {
        post(port, "/v25.0/999/messages", PER_SECOND);
        post(port, "/", PER_SECOND);
        post(port, "/v25.0", PER_SECOND);
        post(port, "//", PER_SECOND);
        assertThat(isFree()).isTrue();
    }

    @Test
    void whatCouldNotBeWrittenDoesNotCount() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        for (int i = 0; i < PER_SECOND; i++) {
            assertThatThrownBy(() -> post(port, "/v25.0/106540352242922/messages", 1))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ConnectException.class);
        }
        assertThat(isFree()).isTrue();
    }

    private void post(int toPort, String path, int times) {
        for (int i = 0; i < times; i++) {
            client.post(toPort, "127.0.0.1", path)
                    .send()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Whoever does not wait does not ask. */
    private boolean isFree() {
        AtomicBoolean asked = new AtomicBoolean();
        second.awaitFree(() -> {
            asked.set(true);
            return false;
        });
        return !asked.get();
    }
}
