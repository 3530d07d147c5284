package org.tocsin.feed;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.tocsin.feed.FeedFailure.Kind;

/**
 * GETs documents of one feed: only what its {@link OutwardRules} allow, with redirects followed by hand, bounded in bytes
 * and in time as a whole. Neither repeats a request nor keeps cookies nor asks a proxy.
 */
final class FeedClient implements AutoCloseable {
    static final int MAX_REDIRECTS = 3;
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(15);
    private static final int MAX_VALIDATOR = 500;
    /** A redirect may lead to another server: each has a connection of its own. */
    private static final int MOST_CONNECTIONS = 5;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** What the server said that we may say to it the next time; null where it said nothing. */
    record Validators(@Nullable String etag, @Nullable String lastModified) {
        static final Validators NONE = new Validators(null, null);
    }

    sealed interface Fetched {
        /** @param charset that the Content-Type names, or null */
        record Content(byte[] bytes, @Nullable String charset, Validators validators) implements Fetched {}

        record NotModified() implements Fetched {}

        record Redirect(String location) implements Fetched {}
    }

    private final OutwardRules rules;
    private final int maxBytes;
    private final Duration timeout;
    private final CloseableHttpClient http;

    FeedClient(OutwardRules rules, int maxBytes, Duration timeout, DnsResolver names) {
        this.rules = rules;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.http = GuardedHttp.client(
                rules, names, Timeout.of(timeout.dividedBy(2)), TimeValue.ofSeconds(20), MOST_CONNECTIONS);
    }

    /** @param accept media types, as the header says them */
    Fetched get(String address, String accept, Validators known) throws FeedFailure {
        try {
            URI uri = rules.check(address);
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                Fetched fetched = get(uri, accept, known);
                if (!(fetched instanceof Fetched.Redirect redirect)) {
                    return fetched;
                }
                uri = rules.redirect(uri, redirect.location());
            }
        } catch (AddressRefused e) {
            throw refused(e);
        }
        throw new FeedFailure(Kind.REDIRECTS, "more than " + MAX_REDIRECTS + " redirects");
    }

    private static FeedFailure refused(AddressRefused e) {
        return new FeedFailure(Kind.ADDRESS_REFUSED, "the address was not called: expected " + e.getMessage());
    }

    private Fetched get(URI uri, String accept, Validators known) throws FeedFailure {
        HttpGet get = new HttpGet(uri);
        get.setHeader(HttpHeaders.ACCEPT, accept);
        if (known.etag() != null) {
            get.setHeader(HttpHeaders.IF_NONE_MATCH, known.etag());
        }
        if (known.lastModified() != null) {
            get.setHeader(HttpHeaders.IF_MODIFIED_SINCE, known.lastModified());
        }
        ScheduledFuture<?> end = GuardedHttp.endAfter(timeout.toMillis(), get);
        ClassicHttpResponse response = null;
        boolean toItsEnd = false;
        try {
            response = http.executeOpen(RoutingSupport.determineHost(get), get, null);
            Fetched fetched = answer(response, known);
            toItsEnd = fetched instanceof Fetched.Content;
            return fetched;
        } catch (AddressRefused e) {
            throw refused(e);
        } catch (UnknownHostException e) {
            throw new FeedFailure(Kind.NO_CONNECTION, "the name of its server cannot be resolved");
        } catch (SocketTimeoutException e) {
            throw tooSlow();
        } catch (MessageConstraintException e) {
            throw new FeedFailure(Kind.TOO_LARGE, "headers without end");
        } catch (IOException | HttpException e) {
            throw get.isCancelled()
                    ? tooSlow()
                    : new FeedFailure(
                            Kind.NO_CONNECTION,
                            "no connection, or it broke (" + e.getClass().getSimpleName() + ")");
        } finally {
            if (!toItsEnd) {
                get.cancel(); // cuts the connection: to close an answer is to read it to its end, and it may have none
            }
            Closer.closeQuietly(response);
            end.cancel(false);
        }
    }

    private FeedFailure tooSlow() {
        return new FeedFailure(Kind.TIMEOUT, "no complete answer within " + timeout.toMillis() + " ms");
    }

    private Fetched answer(ClassicHttpResponse response, Validators known) throws FeedFailure, IOException {
        int status = response.getCode();
        if (status == 200) {
            return content(response);
        }
        if (status == 304 && !known.equals(Validators.NONE)) {
            return new Fetched.NotModified();
        }
        String location = header(response, HttpHeaders.LOCATION);
        if (location != null && REDIRECTS.contains(status)) {
            return new Fetched.Redirect(location);
        }
        throw failure(response, status);
    }

    private Fetched content(ClassicHttpResponse response) throws FeedFailure, IOException {
        HttpEntity entity = response.getEntity();
        byte[] bytes = entity == null ? new byte[0] : entity.getContent().readNBytes(maxBytes + 1);
        if (bytes.length == 0 || entity == null) {
            throw new FeedFailure(Kind.MALFORMED, "an empty answer");
        }
        if (bytes.length > maxBytes) {
            throw new FeedFailure(Kind.TOO_LARGE, "more than " + maxBytes + " bytes (max-bytes)");
        }
        return new Fetched.Content(
                bytes,
                charset(entity.getContentType()),
                new Validators(
                        bounded(header(response, HttpHeaders.ETAG)),
                        bounded(header(response, HttpHeaders.LAST_MODIFIED))));
    }

    private static FeedFailure failure(ClassicHttpResponse response, int status) {
        String sentence = "its server answered " + status;
        Duration retryAfter = retryAfter(header(response, HttpHeaders.RETRY_AFTER));
        if (status == 429 || status == 503 && retryAfter != null) {
            return new FeedFailure(Kind.BUSY, sentence, retryAfter);
        }
        return new FeedFailure(
                switch (status) {
                    case 404 -> Kind.NOT_FOUND;
                    case 410 -> Kind.GONE;
                    case 401, 403 -> Kind.FORBIDDEN;
                    default -> status >= 500 ? Kind.SERVER_ERROR : Kind.UNEXPECTED_STATUS;
                },
                sentence);
    }

    private static @Nullable Duration retryAfter(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            Duration wait = value.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                            Instant.now(),
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable String charset(@Nullable String contentType) {
        int at = contentType == null
                ? -1
                : contentType.toLowerCase(java.util.Locale.ROOT).indexOf("charset=");
        return at < 0
                ? null
                : contentType.substring(at + 8).split("[;\\s]", 2)[0].replace("\"", "");
    }

    private static @Nullable String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    /** One that is too long is none: the feed is then read in full each time. */
    private static @Nullable String bounded(@Nullable String validator) {
        return validator == null || validator.isBlank() || validator.length() > MAX_VALIDATOR ? null : validator;
    }

    @Override
    public void close() {
        http.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }
}
