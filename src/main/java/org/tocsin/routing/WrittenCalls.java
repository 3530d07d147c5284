package org.tocsin.routing;

import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.HttpClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * When the HTTP client writes the calls that were handed to it, told by the client itself. One waits in there until its
 * connection is open, the next finds one open: both come out together, and a second can have more than there were turns.
 */
@Component
final class WrittenCalls implements VertxMetricsFactory, VertxMetrics {
    private final Map<String, LastSecond> senders = new ConcurrentHashMap<>();

    /** Of a sender that has a limit. Whoever asks again begins a new one. */
    LastSecond of(SenderRate sender) {
        LastSecond second = new LastSecond(sender.perSecond());
        senders.put(sender.sender(), second);
        return second;
    }

    @Override
    public VertxMetrics metrics(VertxOptions options) {
        return this;
    }

    @Override
    public HttpClientMetrics<?, ?, ?, ?> createHttpClientMetrics(HttpClientOptions options) {
        return new Client();
    }

    private final class Client implements HttpClientMetrics<Void, Void, Void, Void> {
        @Override
        public ClientMetrics<Void, Void, HttpRequest, HttpResponse> createEndpointMetrics(
                SocketAddress remote, int maxPoolSize) {
            return new Calls();
        }
    }

    private final class Calls implements ClientMetrics<Void, Void, HttpRequest, HttpResponse> {
        /** @param uri {@code /v25.0/<sender>/messages}; what is not of that form is no message of a sender */
        @Override
        public Void requestBegin(String uri, HttpRequest request) {
            int end = uri.lastIndexOf('/');
            int from = uri.lastIndexOf('/', end - 1) + 1;
            LastSecond second = end < from ? null : senders.get(uri.substring(from, end));
            if (second != null) {
                second.written();
            }
            return null;
        }
    }
}
