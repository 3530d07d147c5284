package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;
import org.tocsin.privacy.Secret;

/** The answers of Meta to the question how a number stands. */
class WhatsAppHealthTest {
    private static final String AVAILABLE = "{\"health_status\":{\"can_send_message\":\"AVAILABLE\"}%s}";

    private final WhatsAppHealth health = new WhatsAppHealth(
            new WhatsAppSettings(
                    "https://graph.facebook.com",
                    "v25.0",
                    "1",
                    Secret.of("token"),
                    Secret.of("secret"),
                    Secret.of("verify"),
                    "1000"),
            new SimpleMeterRegistry(),
            2_000);

    /** A version of the API that has another name for one of them must not keep the circuit from closing. */
    @Test
    void whereAFieldIsNotKnownTheHealthAloneIsAskedFor() {
        long before = System.nanoTime();
        assertThat(query()).isEqualTo("fields=health_status,throughput,whatsapp_business_manager_messaging_limit");
        answer(400, "{\"error\":{\"code\":100,\"message\":\"Tried accessing nonexisting field\"}}");
        assertThat(query()).isEqualTo("fields=health_status");
        answer(200, AVAILABLE.formatted(""));
        assertThat(health.availableSince("1", before)).isTrue();
        assertThat(health.remarks()).isEmpty();
    }

    @Test
    void whatTheNumberMayDoIsComparedWithWhatIsConfigured() {
        answer(200, AVAILABLE.formatted(",\"throughput\":{\"level\":\"STANDARD\"}"));
        assertThat(health.remarks()).singleElement().asString().contains("tocsin.whatsapp.messages-per-second is 1000");
        answer(
                200,
                AVAILABLE.formatted(
                        ",\"throughput\":{\"level\":\"HIGH\"},\"whatsapp_business_manager_messaging_limit\":\"TIER_2K\""));
        assertThat(health.remarks()).isEmpty();
    }

    @Test
    void anAnswerThatRefusesSaysNothingOfLimits() {
        long before = System.nanoTime();
        answer(401, "{\"error\":{\"code\":190},\"throughput\":{\"level\":\"STANDARD\"}}");
        assertThat(health.remarks()).isEmpty();
        assertThat(health.availableSince("1", before)).isFalse();
    }

    private String query() {
        Exchange exchange = exchange("1");
        health.toRequest(exchange);
        return exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
    }

    private void answer(int status, String body) {
        Exchange exchange = exchange(body);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        health.read(exchange, 0);
    }

    private static Exchange exchange(String body) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
