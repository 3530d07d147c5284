package org.tocsin.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.tocsin.testing.Hub;

/** A tool that posts one reading a request, and has so many requests under way. */
final class HookLoad {
    private static final int UNANSWERED = 64;

    private final URI url;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore places = new Semaphore(UNANSWERED);
    private volatile String failure;

    /** @param source of {@code src/test/resources/bench/sensors.yaml}, without {@code hook:} */
    HookLoad(HubProcess hub, String source) {
        url = URI.create(hub.url("/hooks/" + source));
    }

    /** Returns when all are answered, which is after their commit. */
    void give(int readings) throws InterruptedException {
        for (int i = 0; i < readings; i++) {
            take(1);
            HttpRequest request = HttpRequest.newBuilder(url)
                    .header("Authorization", "Bearer " + Hub.OPERATOR_KEY)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(TriggersTrial.reading(i)))
                    .build();
            client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, error) -> {
                if (error != null || answer.statusCode() / 100 != 2) {
                    failure = error == null ? "HTTP " + answer.statusCode() : error.toString();
                }
                places.release();
            });
        }
        take(UNANSWERED);
        places.release(UNANSWERED);
    }

    private void take(int count) throws InterruptedException {
        if (!places.tryAcquire(count, 60, TimeUnit.SECONDS) || failure != null) {
            throw new IllegalStateException("not answered, or not taken: " + failure);
        }
    }
}
