package org.tocsin.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.ProviderProbe;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;

/**
 * How the sending number stands with Meta ({@code health_status}, WhatsApp Cloud API, 2026-05). Named in
 * {@code routes/call-whatsapp-health.camel.yaml}. Gauge {@code tocsin_whatsapp_can_send}: 1 AVAILABLE, 0.5 LIMITED,
 * 0 BLOCKED or refused, −1 not known.
 */
@Component("whatsappHealth")
public class WhatsAppHealth implements ProviderProbe {
    private static final Logger log = LoggerFactory.getLogger(WhatsAppHealth.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double UNKNOWN = -1;

    private final WhatsAppSettings settings;
    private volatile String last = "";
    private volatile double canSend = UNKNOWN;
    /** When it was last not refused; null: never. */
    private volatile @Nullable Long availableAt;

    WhatsAppHealth(WhatsAppSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        Gauge.builder("tocsin.whatsapp.can.send", () -> canSend)
                .description("1 AVAILABLE, 0.5 LIMITED, 0 BLOCKED or refused, -1 not known")
                .register(metrics);
    }

    public void toRequest(Exchange exchange) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_QUERY, "fields=health_status");
        message.setHeader("Authorization", "Bearer " + settings.accessToken().reveal());
        message.setHeader("User-Agent", "tocsin/1.0.0");
    }

    public void read(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        String word = status != null && status == 200
                ? canSendMessage(exchange.getMessage().getBody(String.class))
                : "refused with HTTP " + status;
        canSend = switch (word) {
            case "AVAILABLE" -> 1;
            case "LIMITED" -> 0.5;
            case "" -> UNKNOWN;
            default -> 0;
        };
        if (canSend > 0) {
            availableAt = System.nanoTime();
        }
        if (!word.equals(last)) {
            last = word;
            if (canSend == 1) {
                log.info("WhatsApp: the sending number is AVAILABLE");
            } else {
                log.warn("WhatsApp: the sending number is not available: {}", word.isEmpty() ? "no answer read" : word);
            }
        }
    }

    @Override
    public String channel() {
        return "whatsapp";
    }

    @Override
    public boolean availableSince(long nanoTime) {
        Long at = availableAt;
        return at != null && at - nanoTime > 0 && canSend > 0;
    }

    /** One of Meta's three words; anything else is no text to log. */
    private static String canSendMessage(String body) {
        try {
            JsonNode answer = JSON.readTree(body == null ? "" : body);
            String word = answer.path("health_status").path("can_send_message").asText("");
            return word.matches("AVAILABLE|LIMITED|BLOCKED") ? word : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
