package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.delivery.whatsapp.WhatsAppChannel;
import org.tocsin.message.Rendered.NamedText;
import org.tocsin.message.Rendered.WhatsAppTemplate;
import org.tocsin.privacy.Secret;

/** The headers of {@link WhatsAppChannel} as both HTTP components really send them, against a real HTTP server. */
class WhatsAppOverCamelTest {
    private record Request(String method, String path, Map<String, List<String>> headers, String body) {}

    private final WhatsAppChannel channel = new WhatsAppChannel(Secret.of("EAAx"), java.time.Clock.systemUTC());
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Vertx vertx = Vertx.vertx();
    private volatile String mode = "accept";
    private int port;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(this::answer);
        port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Map<String, List<String>> headers = new HashMap<>();
            request.headers()
                    .names()
                    .forEach(name ->
                            headers.put(name.toLowerCase(), request.headers().getAll(name)));
            requests.add(new Request(request.method().name(), request.uri(), headers, body.toString()));
            switch (mode) {
                case "accept" -> request.response().end("{\"messages\":[{\"id\":\"wamid.A\"}]}");
                case "rate" ->
                    request.response()
                            .setStatusCode(400)
                            .putHeader("Retry-After", "9")
                            .end("{\"error\":{\"code\":130429}}");
                case "html" -> request.response().setStatusCode(502).end("<html>");
                case "reset" -> request.connection().close();
                default -> {}
            }
        });
    }

    private DeliveryOutcome send(String component, int toPort) throws Exception {
        String uri = component.equals("vertx-http")
                ? "vertx-http:http://127.0.0.1:" + toPort
                        + "/v25.0?throwExceptionOnFailure=false&timeout=1000&connectTimeout=1000&responsePayloadAsByteArray=true"
                : "http://127.0.0.1:" + toPort
                        + "/v25.0?throwExceptionOnFailure=false&responseTimeout=1000&connectTimeout=1000";
        Delivery delivery = new Delivery(
                1,
                1,
                1,
                "whatsapp",
                "1",
                "+16505551234",
                "k-7",
                1,
                false,
                null,
                Instant.MAX,
                new WhatsAppTemplate("v", "n", "en", List.of(new NamedText("a", "é 🌊")), null, List.of(), null));
        ProviderRequest request = channel.toRequest(delivery);
        try (var template = camel.createProducerTemplate()) {
            Exchange exchange = template.request(uri, e -> {
                e.getMessage().setBody(request.body());
                e.getMessage().setHeaders(request.headers());
            });
            if (exchange.getException() != null) {
                return channel.toOutcome(exchange.getException());
            }
            String body = exchange.getMessage().getBody(String.class);
            return channel.toOutcome(new ProviderResponse(
                    body == null ? "" : body, exchange.getMessage().getHeaders()));
        }
    }

    @ParameterizedTest
    @CsvSource({"vertx-http", "http"})
    void postsTheBodyWithEachHeaderOnce(String component) throws Exception {
        assertThat(send(component, port)).isEqualTo(new DeliveryOutcome.Accepted("wamid.A"));
        Request request = requests.poll(5, TimeUnit.SECONDS);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v25.0/1/messages");
        assertThat(new ObjectMapper()
                        .readTree(request.body())
                        .at("/template/components/0/parameters/0/text")
                        .textValue())
                .isEqualTo("é 🌊");
        assertThat(request.headers())
                .containsEntry("authorization", List.of("Bearer EAAx"))
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("user-agent", List.of("tocsin/1.0.0"))
                .doesNotContainKey("camelhttpmethod");
    }

    @ParameterizedTest(name = "{0}, {1} → {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "vertx-http|rate|Throttled[code=130429, retryAfter=PT9S, scope=SENDER]",
                "http|rate|Throttled[code=130429, retryAfter=PT9S, scope=SENDER]",
                "vertx-http|html|Unconfirmed[code=http-502]",
                "http|html|Unconfirmed[code=http-502]",
                "vertx-http|silence|Unconfirmed[code=read-timeout]",
                "http|silence|Unconfirmed[code=read-timeout]",
                "vertx-http|reset|Unconfirmed[code=closed]",
                "http|reset|Unconfirmed[code=closed]"
            })
    void readsWhatReallyComesBack(String component, String behaviour, String outcome) throws Exception {
        mode = behaviour;
        assertThat(send(component, port).toString()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"vertx-http", "http"})
    void aRefusedConnectionIsCertain(String component) throws Exception {
        int closed;
        try (ServerSocket free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }
        assertThat(send(component, closed)).isEqualTo(new DeliveryOutcome.Unreachable("connect-refused"));
    }
}
