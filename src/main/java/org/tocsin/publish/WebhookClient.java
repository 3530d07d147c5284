package org.tocsin.publish;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.tocsin.feed.AddressRefused;
import org.tocsin.feed.GuardedHttp;
import org.tocsin.publish.PublishSettings.Webhook;

/**
 * Posts signed events to one address: the guard of addresses looks at the very one that is connected to, no redirect is
 * followed, nothing is repeated, and a call has an end. What the answer says beside its status is not looked at.
 */
final class WebhookClient implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 16;
    /** Of an answer: so much is read, for the sake of the connection. */
    private static final int ANSWER = 16_384;

    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    private final Webhook webhook;
    private final StandardSignature signature;
    private final Clock clock;
    private final CloseableHttpClient http;

    WebhookClient(Webhook webhook, DnsResolver names, Clock clock) {
        this.clock = clock;
        this.webhook = webhook;
        this.signature = new StandardSignature(java.util.Objects.requireNonNull(webhook.secrets()));
        this.http = GuardedHttp.client(
                webhook.rules(), names, Timeout.of(webhook.timeout()), TimeValue.ofMinutes(1), MOST_CONNECTIONS);
    }

    /** Returns when the tool has answered 2xx. */
    void post(String id, String contentType, byte[] body) throws NotPublished {
        HttpPost post = new HttpPost(address());
        long now = clock.instant().getEpochSecond();
        post.setHeader(HttpHeaders.CONTENT_TYPE, contentType);
        post.setHeader("webhook-id", id);
        post.setHeader("webhook-timestamp", String.valueOf(now));
        post.setHeader("webhook-signature", signature.of(id, now, body));
        if (webhook.token() != null && !webhook.token().isBlank()) {
            post.setHeader(
                    HttpHeaders.AUTHORIZATION, "Bearer " + webhook.token().reveal());
        }
        post.setEntity(new ByteArrayEntity(body, null));
        call(post);
    }

    private void call(HttpPost post) throws NotPublished {
        ScheduledFuture<?> end = GuardedHttp.endAfter(webhook.timeout().toMillis(), post);
        ClassicHttpResponse answer = null;
        boolean toItsEnd = false;
        try {
            answer = http.executeOpen(RoutingSupport.determineHost(post), post, null);
            int status = answer.getCode();
            if (status < 200 || status > 299) {
                throw NotPublished.answered(status, retryAfter(answer.getFirstHeader(HttpHeaders.RETRY_AFTER)));
            }
            toItsEnd = isRead(answer);
        } catch (AddressRefused e) {
            throw refused(e);
        } catch (UnknownHostException e) {
            throw unreachable("the name of its server cannot be resolved");
        } catch (SocketTimeoutException e) {
            throw tooSlow();
        } catch (IOException | HttpException e) {
            throw post.isCancelled()
                    ? tooSlow()
                    : unreachable("no connection, or it broke (" + e.getClass().getSimpleName() + ")");
        } finally {
            end.cancel(false);
            if (!toItsEnd) {
                post.cancel(); // cuts the connection: to close an answer is to read it to its end, and it may have none
            }
            Closer.closeQuietly(answer);
        }
    }

    /** It was taken, whatever becomes of the rest of its answer. */
    private static boolean isRead(ClassicHttpResponse answer) {
        if (answer.getEntity() == null) {
            return true;
        }
        try {
            // Not closed here: that would read an endless one to its end.
            InputStream content = answer.getEntity().getContent();
            return content.readNBytes(ANSWER).length < ANSWER;
        } catch (IOException broken) {
            return false;
        }
    }

    private NotPublished tooSlow() {
        return unreachable("no answer within " + webhook.timeout().toMillis() + " ms");
    }

    private static NotPublished unreachable(String sentence) {
        return new NotPublished(sentence, false, null);
    }

    private static @Nullable Duration retryAfter(@Nullable Header header) {
        if (header == null || !header.getValue().matches("\\d{1,9}")) {
            return null;
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(header.getValue()));
        return wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
    }

    private URI address() throws NotPublished {
        try {
            return webhook.address();
        } catch (AddressRefused e) {
            throw refused(e);
        }
    }

    private static NotPublished refused(AddressRefused e) {
        return new NotPublished("was not called: expected " + e.getMessage(), false, null);
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }
}
