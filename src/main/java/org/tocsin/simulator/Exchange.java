package org.tocsin.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Reads requests and writes answers, late or broken where that is asked for. */
final class Exchange {
    private static final String JSON_TYPE = "application/json; charset=UTF-8";

    private final Vertx vertx;
    private final Duration latency;
    private final AtomicLong traces = new AtomicLong();

    Exchange(Vertx vertx, Duration latency) {
        this.vertx = vertx;
        this.latency = latency;
    }

    /** Calls back with the whole body, or answers 413 and closes. */
    static void read(HttpServerRequest request, int limit, Consumer<Buffer> then) {
        Buffer body = Buffer.buffer();
        boolean[] refused = {false};
        request.handler(chunk -> {
            if (refused[0]) {
                return;
            }
            if (body.length() + chunk.length() > limit) {
                refused[0] = true;
                simulated(request)
                        .setStatusCode(413)
                        .putHeader("Connection", "close")
                        .end();
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            if (!refused[0]) {
                then.accept(body);
            }
        });
    }

    void answer(HttpServerRequest request, JsonNode body) {
        send(request, 200, JSON_TYPE, json(body), latency);
    }

    void answerLate(HttpServerRequest request, JsonNode body, Duration firstByte) {
        send(request, 200, JSON_TYPE, json(body), firstByte);
    }

    /** Status 200 and a body that cannot be understood. */
    void garbled(HttpServerRequest request, Fault.Body kind, JsonNode honest) {
        Buffer whole = json(honest);
        Buffer half = whole.slice(0, whole.length() / 2);
        switch (kind) {
            case TRUNCATED -> send(request, 200, JSON_TYPE, half, latency);
            case EMPTY -> send(request, 200, JSON_TYPE, Buffer.buffer(), latency);
            case HTML -> send(request, 200, "text/html", htmlPage(200), latency);
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
        send(request, status, "text/html", htmlPage(status), latency);
    }

    void refuse(HttpServerRequest request, GraphError error) {
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
        return request.response().putHeader("X-Simulated", "true");
    }

    private void send(HttpServerRequest request, int status, String type, Buffer body, Duration after) {
        if (after.isZero()) {
            write(request, status, type, body);
        } else {
            vertx.setTimer(Math.max(1, after.toMillis()), timer -> write(request, status, type, body));
        }
    }

    private static void write(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            simulated(request)
                    .setStatusCode(status)
                    .putHeader("Content-Type", type)
                    .end(body);
        }
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
