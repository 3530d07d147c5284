package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many messages at once all get their answer and their receipts; how fast is printed, not asserted. */
class ThroughputSmokeTest {
    private static final int MESSAGES = Integer.getInteger("simulator.smoke", 5_000);
    private static final int AT_ONCE = 64;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(AT_ONCE));
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    @Test
    void everyMessageIsAnsweredAndTold() throws Exception {
        try (Hook hook = new Hook("simulated-verify-token");
                Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withReceiptDelays(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200)))) {
            assertThat(simulator.whatsApp().subscribe(hook.url())).isTrue();
            long before = System.nanoTime();
            for (int i = 0; i < AT_ONCE; i++) {
                sendNext(simulator.whatsApp().port());
            }
            await().atMost(Duration.ofSeconds(120)).until(() -> accepted.get() == MESSAGES);
            long millis = (System.nanoTime() - before) / 1_000_000;
            System.out.println("whatsapp: " + MESSAGES + " messages in " + millis + " ms");
            assertThat(simulator.whatsApp().journal().accepted()).isEqualTo(MESSAGES);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> simulator.whatsApp().webhookCounts()[1] == 3L * MESSAGES);
        } finally {
            client.close();
            vertx.close();
        }
    }

    private void sendNext(int port) {
        int n = next.getAndIncrement();
        if (n >= MESSAGES) {
            return;
        }
        client.request(HttpMethod.POST, port, "127.0.0.1", "/v25.0/106540352242922/messages")
                .compose(request -> request.putHeader("Authorization", "Bearer simulated-access-token")
                        .send(Buffer.buffer(Caller.template("+336" + (10_000_000 + n), "key-" + n))))
                .compose(response -> response.body().map(response.statusCode()))
                .onSuccess(status -> {
                    if (status == 200) {
                        accepted.incrementAndGet();
                    }
                    sendNext(port);
                });
    }
}
