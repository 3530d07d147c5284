package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.TransportFailure;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.TlsDoor;

/** What is wrong about TLS and DNS, as the hub's HTTP component meets it: certainly not sent, whatever it is. */
class WhatsAppOverTlsTest {
    private static final Vertx vertx = Vertx.vertx();
    private static final DefaultCamelContext camel = new DefaultCamelContext();
    private static Simulator simulator;
    private static TlsDoor door;

    @BeforeAll
    static void start() {
        simulator = Simulator.start(SimulatorSettings.defaults());
        door = simulator.tls(0);
        // The hub's own, besides whom it trusts.
        WebClientOptions options = new ChannelBeans().whatsappClientOptions(10, door.baseUrl());
        options.setPemTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(door.authority())));
        camel.getRegistry().bind("options", options);
        camel.getRegistry().bind("plain", new ChannelBeans().whatsappClientOptions(10, simulator.unresolvableUrl()));
        camel.getRegistry().bind("vertx", vertx);
        camel.start();
    }

    @AfterAll
    static void stop() {
        camel.stop();
        vertx.close();
        simulator.close();
    }

    @Test
    void aGoodCertificateIsNoObstacle() {
        door.mode(TlsDoor.Mode.GOOD);
        Exchange exchange = post(door.baseUrl());
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("X-Simulated")).isEqualTo("true");
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
    void whatIsWrongAboutTlsIsCertainlyNotSent(TlsDoor.Mode mode) {
        door.mode(mode);
        long before = door.spoiled();
        Exchange exchange = post(door.baseUrl());
        assertThat(exchange.getException()).isNotNull();
        assertThat(TransportFailure.outcome(exchange.getException()))
                .as(() -> exchange.getException().toString())
                .isEqualTo(new DeliveryOutcome.Unreachable("tls-handshake"));
        org.awaitility.Awaitility.await().until(() -> door.spoiled() > before);
    }

    @Test
    void aNameThatDoesNotResolveIsCertainlyNotSent() {
        Exchange exchange = post(simulator.unresolvableUrl());
        assertThat(TransportFailure.outcome(exchange.getException()))
                .isEqualTo(new DeliveryOutcome.Unreachable("unknown-host"));
    }

    @Test
    void theFaultIsSwitchedOverHttpAndBack() throws Exception {
        door.mode(TlsDoor.Mode.GOOD);
        assertThat(order("{\"fault\":\"tls-wrong-host\"}")).isEqualTo(200);
        assertThat(post(door.baseUrl()).getException()).isNotNull();
        assertThat(order("{\"fault\":\"tls-wrong-host\",\"on\":false}")).isEqualTo(200);
        assertThat(post(door.baseUrl()).getException()).isNull();
        assertThat(order("{\"fault\":\"tls-expired\",\"to\":\"+33199001001\"}")).isEqualTo(400);
        assertThat(order("{\"fault\":\"tls-good\"}")).isEqualTo(400);
    }

    private static Exchange post(String baseUrl) {
        try (var template = camel.createProducerTemplate()) {
            return template.request(
                    "vertx-http:" + baseUrl + "/v25.0/1/messages?httpMethod=POST&throwExceptionOnFailure=false"
                            + "&connectTimeout=3000&timeout=15000&webClientOptions=#"
                            + (baseUrl.startsWith("https") ? "options" : "plain") + "&vertx=#vertx",
                    exchange -> exchange.getMessage().setBody("{}"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int order(String json) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(simulator.controlUrl() + "/faults"))
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
