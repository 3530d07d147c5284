package org.tocsin.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.tocsin.testing.Crowd.Member;

/**
 * Cancels of alerts of a crowd, each handed in by HTTP, which answers after the commit, until it is acknowledged. That of an
 * alert which a broker still has comes before its alert.
 */
final class Withdrawals implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofMillis(300);

    /**
     * @param at when the answer was there: an intent that is committed later is a fault
     * @param nobodyWasTold the answer says so, which excludes that anybody ever is
     */
    public record Withdrawn(Instant at, boolean nobodyWasTold) {}

    private final HttpClient http;
    private final UnaryOperator<String> url;
    private final BiConsumer<String, String> failures;
    private final Set<Member> given = ConcurrentHashMap.newKeySet();
    private final Map<Member, Withdrawn> acknowledged = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2);

    /** @param failures the source and why it was not heard */
    Withdrawals(HttpClient http, UnaryOperator<String> url, BiConsumer<String, String> failures) {
        this.http = http;
        this.url = url;
        this.failures = failures;
    }

    /** Returns at once. */
    void cancel(Member member) {
        given.add(member);
        String json = Cap.cancel(
                Crowd.SENDER, "cancel-of-" + member.number(), Crowd.SENDER, member.identifier(), member.sent());
        threads.execute(() -> attempt(member, json));
    }

    private void attempt(Member member, String json) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url.apply("/api/alerts")))
                            .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString(json))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 == 2) {
                acknowledged.put(
                        member, new Withdrawn(Instant.now(), answer.body().contains("\"RECORDED\"")));
                return;
            }
            failures.accept("API", String.valueOf(answer.statusCode()));
        } catch (IOException e) {
            failures.accept("API", "failed");
        } catch (InterruptedException e) {
            return;
        }
        if (!threads.isShutdown()) {
            threads.schedule(() -> attempt(member, json), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    List<Member> waiting() {
        return given.stream()
                .filter(member -> !acknowledged.containsKey(member))
                .toList();
    }

    Map<Member, Withdrawn> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
