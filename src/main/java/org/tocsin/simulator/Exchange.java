package org.tocsin.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads requests and writes answers, late or broken where that is asked for. */
final class Exchange {
    private static final CharSequence JSON_TYPE = HttpHeaders.createOptimized("application/json; charset=UTF-8");
    private static final CharSequence HTML = HttpHeaders.createOptimized("text/html");
    private static final CharSequence SIMULATED = HttpHeaders.createOptimized("X-Simulated");
    private static final CharSequence TRUE = HttpHeaders.createOptimized("true");

    private static final CharSequence USAGE = HttpHeaders.createOptimized("X-Business-Use-Case-Usage");
    private static final CharSequence USUAL = usage(1, 0);

    private final Vertx vertx;
    private final Duration latency;
    private final AtomicLong traces = new AtomicLong();

    Exchange(Vertx vertx, Duration latency) {
        this.vertx = vertx;
        this.latency = latency;
    }

    /** Calls back with the whole body, or answers 413 and closes. */
    static void read(HttpServerRequest request, int limit, Consumer<Buffer> then) {
        Reading reading = new Reading(request, limit, then);
        request.handler(reading::chunk);
        request.endHandler(reading::end);
    }

    /** Most bodies are one chunk, which is then not copied. */
    private static final class Reading {
        private final HttpServerRequest request;
        private final int limit;
        private final Consumer<Buffer> then;
        private @Nullable Buffer body;
        private boolean whole;
        private boolean refused;

        Reading(HttpServerRequest request, int limit, Consumer<Buffer> then) {
            this.request = request;
            this.limit = limit;
            this.then = then;
        }

        void chunk(Buffer chunk) {
            Buffer before = body;
            if (refused) {
                return;
            }
            if ((before == null ? 0 : before.length()) + chunk.length() > limit) {
                refused = true;
                simulated(request)
                        .setStatusCode(413)
                        .putHeader("Connection", "close")
                        .end();
            } else if (before == null) {
                body = chunk;
                whole = true;
            } else {
                body = (whole ? Buffer.buffer().appendBuffer(before) : before).appendBuffer(chunk);
                whole = false;
            }
        }

        void end(@Nullable Void end) {
            if (!refused) {
                then.accept(body == null ? Buffer.buffer() : body);
            }
        }
    }

    void answer(HttpServerRequest request, JsonNode body) {
        answer(request, json(body));
    }

    void answer(HttpServerRequest request, Buffer json) {
        send(request, 200, JSON_TYPE, json, latency);
    }

    void answerLate(HttpServerRequest request, Buffer json, Duration firstByte) {
        send(request, 200, JSON_TYPE, json, firstByte);
    }

    /** Status 200 and a body that cannot be understood. */
    void garbled(HttpServerRequest request, Fault.Body kind, Buffer whole) {
        Buffer half = whole.slice(0, whole.length() / 2);
        switch (kind) {
            case TRUNCATED -> send(request, 200, JSON_TYPE, half, latency);
            case EMPTY -> send(request, 200, JSON_TYPE, Buffer.buffer(), latency);
            case HTML -> send(request, 200, HTML, htmlPage(200), latency);
            case WITHOUT_ID -> send(request, 200, JSON_TYPE, Buffer.buffer("{\"success\":true}"), latency);
            case CUT ->
                simulated(request)
                        .putHeader("Content-Type", JSON_TYPE)
                        .putHeader("Content-Length", Integer.toString(whole.length()))
                        .write(half)
                        .onComplete(written -> request.connection().close());
        }
    }

    void page(HttpServerRequest request, int status) {
        send(request, status, HTML, htmlPage(status), latency);
    }

    void refuse(HttpServerRequest request, GraphError error) {
        refuse(request, error, null);
    }

    /** Meta documents no {@code Retry-After} on messages; what it does give is when the business may write again. */
    void refuse(HttpServerRequest request, GraphError error, @Nullable Integer retryAfter) {
        if (retryAfter != null) {
            request.response().putHeader("Retry-After", Integer.toString(retryAfter));
        }
        if (error.rate()) {
            request.response().putHeader(USAGE, usage(100, 1));
        }
        String trace = "Asim" + Long.toString(traces.incrementAndGet(), 36);
        send(request, error.status(), JSON_TYPE, json(error.toBody(trace)), latency);
    }

    /** RST instead of FIN: what a client sees when the other machine died. */
    static void reset(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /** Nobody shall mistake this server for the real one. */
    static HttpServerResponse simulated(HttpServerRequest request) {
        return request.response().putHeader(SIMULATED, TRUE);
    }

    private void send(HttpServerRequest request, int status, CharSequence type, Buffer body, Duration after) {
        if (after.isZero()) {
            write(request, status, type, body);
        } else {
            vertx.setTimer(Math.max(1, after.toMillis()), timer -> write(request, status, type, body));
        }
    }

    private static void write(HttpServerRequest request, int status, CharSequence type, Buffer body) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            simulated(request).setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
            if (!response.headers().contains(USAGE)) {
                response.putHeader(USAGE, USUAL);
            }
            response.end(body);
        }
    }

    /** @param minutes until the business may write again */
    private static CharSequence usage(int percent, int minutes) {
        return HttpHeaders.createOptimized("{\"" + WebhookBody.BUSINESS_ACCOUNT + "\":[{\"type\":\"whatsapp\","
                + "\"call_count\":" + percent + ",\"total_cputime\":1,\"total_time\":1,"
                + "\"estimated_time_to_regain_access\":" + minutes + "}]}");
    }

    private static Buffer htmlPage(int status) {
        return Buffer.buffer(
                "<!DOCTYPE html><html><body><h1>" + status + "</h1>Sorry, something went wrong.</body></html>");
    }

    private static Buffer json(JsonNode body) {
        try {
            return Buffer.buffer(CloudApi.JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
