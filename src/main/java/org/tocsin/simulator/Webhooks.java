package org.tocsin.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Posts events to the business: in batches, several at a time and so in no promised order, again after anything but 200,
 * with growing gaps, until it is given up. An endpoint that did not pass the handshake gets nothing.
 */
final class Webhooks implements AutoCloseable {
    private static final int OVERSIZE = 3_000;
    private static final Duration OVERSIZE_LINGER = Duration.ofSeconds(2);

    private final SimulatorSettings settings;
    private final Timeline clock;
    private final HttpClient client;
    private final Deque<WebhookEvent> queue = new ArrayDeque<>();
    private final Deque<Post> ready = new ArrayDeque<>();
    private final AnswerTimes answers = new AnswerTimes();
    private @Nullable String url;
    private boolean outage;
    private boolean oversize;
    private boolean pumpDue;
    private int posting;
    private long posts;
    private long confirmed;
    private long unheard;
    private long repeating;

    private record Post(byte[] body, String signature, int events, int attempt, boolean repeat, long firstMillis) {}

    Webhooks(SimulatorSettings settings, Vertx vertx, Timeline clock) {
        this.settings = settings;
        this.clock = clock;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(settings.webhooks().concurrency() + 1));
    }

    /** The unsigned GET; only its success subscribes. */
    Future<Boolean> subscribe(String endpoint) {
        String challenge = Long.toString(ThreadLocalRandom.current().nextLong(1_000_000_000L, 9_999_999_999L));
        String query = "hub.mode=subscribe&hub.challenge=" + challenge + "&hub.verify_token="
                + URLEncoder.encode(settings.account().verifyToken(), StandardCharsets.UTF_8);
        String address = endpoint + (endpoint.indexOf('?') < 0 ? "?" : "&") + query;
        return request(HttpMethod.GET, address)
                .compose(request -> request.send())
                .compose(response ->
                        response.body().map(body -> response.statusCode() == 200 && challenge.equals(body.toString())))
                .map(verified -> {
                    if (verified) {
                        synchronized (this) {
                            url = endpoint;
                        }
                    }
                    return verified;
                })
                .otherwise(false);
    }

    /** While it lasts posts wait for up to {@value #OVERSIZE} updates, more than Meta's 1,000. */
    synchronized void oversize(boolean on) {
        oversize = on;
    }

    /** While it lasts nothing is posted; afterwards everything at once. */
    synchronized void outage(boolean on) {
        outage = on;
        pump();
    }

    /** Nothing that happens now is told now. */
    synchronized boolean interrupted() {
        return outage || url == null;
    }

    synchronized void offer(WebhookEvent event) {
        if (url == null) {
            unheard++;
            return;
        }
        queue.add(event);
        if (!pumpDue) {
            pumpDue = true;
            clock.later(oversize ? OVERSIZE_LINGER : settings.webhooks().linger(), this::pumpNow);
        }
    }

    private synchronized void pumpNow() {
        pumpDue = false;
        pump();
    }

    private synchronized void pump() {
        while (!outage && posting < settings.webhooks().concurrency()) {
            Post post = ready.isEmpty() ? next() : ready.remove();
            if (post == null) {
                return;
            }
            posting++;
            post(post);
        }
    }

    /** Forged and genuine events never share a body. */
    private @Nullable Post next() {
        List<WebhookEvent> batch = new ArrayList<>();
        while (!queue.isEmpty()
                && batch.size() < (oversize ? OVERSIZE : settings.webhooks().batch())
                && (batch.isEmpty() || queue.peek().forged() == batch.get(0).forged())) {
            batch.add(queue.remove());
        }
        if (batch.isEmpty()) {
            return null;
        }
        boolean forged = batch.get(0).forged();
        byte[] body = WebhookBody.of(batch);
        String secret = forged
                ? settings.account().appSecret() + "!"
                : settings.account().appSecret();
        return new Post(body, WebhookBody.signature(body, secret), batch.size(), 0, !forged, clock.millis());
    }

    private void post(Post post) {
        posts++;
        String endpoint = url;
        if (endpoint == null) {
            return;
        }
        long began = System.nanoTime();
        request(HttpMethod.POST, endpoint)
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .putHeader("User-Agent", "facebookexternalua")
                        .putHeader("X-Hub-Signature-256", post.signature())
                        .putHeader("X-Simulated", "true")
                        .putHeader("X-Simulated-Try", Integer.toString(post.attempt() + 1))
                        .send(Buffer.buffer(post.body())))
                .compose(Webhooks::statusAfterBody)
                .onComplete(answer -> {
                    if (answer.succeeded()) {
                        answers.add(System.nanoTime() - began);
                    }
                    done(post, answer.succeeded() && answer.result() == 200);
                });
    }

    private static Future<Integer> statusAfterBody(HttpClientResponse response) {
        return response.end().map(nothing -> response.statusCode());
    }

    private synchronized void done(Post post, boolean confirmedNow) {
        posting--;
        if (confirmedNow) {
            confirmed += post.events();
        } else if (post.repeat()
                && clock.millis() - post.firstMillis()
                        < settings.webhooks().giveUp().toMillis()) {
            List<Duration> gaps = settings.webhooks().retryGaps();
            Duration gap = gaps.isEmpty() ? Duration.ZERO : gaps.get(Math.min(post.attempt(), gaps.size() - 1));
            Post again = new Post(
                    post.body(), post.signature(), post.events(), post.attempt() + 1, true, post.firstMillis());
            repeating++;
            clock.later(gap, () -> repeat(again));
        }
        pump();
    }

    private synchronized void repeat(Post post) {
        repeating--;
        ready.add(post);
        pump();
    }

    private Future<HttpClientRequest> request(HttpMethod method, String address) {
        try {
            return client.request(new RequestOptions()
                    .setMethod(method)
                    .setAbsoluteURI(address)
                    .setTimeout(settings.webhooks().timeout().toMillis()));
        } catch (RuntimeException notAnAddress) {
            return Future.failedFuture(notAnAddress);
        }
    }

    /** Posts made, events confirmed with 200, events that nobody had subscribed to, events waiting, posts to be made again. */
    synchronized long[] counts() {
        return new long[] {posts, confirmed, unheard, queue.size(), repeating};
    }

    /** How long the business took to answer, whatever it said. */
    AnswerTimes answers() {
        return answers;
    }

    @Override
    public void close() {
        client.close();
    }
}
