package org.tocsin.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.ProviderProbe;
import org.tocsin.delivery.whatsapp.NumberLimits;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;

/**
 * How each sending number stands with Meta ({@code health_status}, WhatsApp Cloud API, 2026-05), and where what it may do
 * differs from what is configured. Named in
 * {@code routes/call-whatsapp-health.camel.yaml}. Gauge {@code tocsin_whatsapp_can_send} by {@code sender}, the place of
 * the number in the configuration from 1 on: 1 AVAILABLE, 0.5 LIMITED, 0 BLOCKED or refused, −1 not known.
 */
@Component("whatsappHealth")
public class WhatsAppHealth implements ProviderProbe {
    private static final Logger log = LoggerFactory.getLogger(WhatsAppHealth.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double UNKNOWN = -1;
    /** "Invalid parameter". */
    private static final int NO_SUCH_FIELD = 100;

    private final WhatsAppSettings settings;
    private final List<String> numbers;
    private final Map<String, Standing> standings = new LinkedHashMap<>();
    private final int peoplePerDay;
    /** After Meta did not know one of the other fields: the probe itself must not be what is broken. */
    private volatile boolean onlyHealth;

    /** Of one number. */
    private static final class Standing {
        private volatile String word = "";
        private volatile double canSend = UNKNOWN;
        private volatile List<String> remarks = List.of();
        /** When it was last not refused; null: never. */
        private volatile @Nullable Long availableAt;
    }

    WhatsAppHealth(
            WhatsAppSettings settings,
            MeterRegistry metrics,
            @Value("${tocsin.whatsapp.people-per-day:0}") int peoplePerDay) {
        this.settings = settings;
        this.peoplePerDay = peoplePerDay;
        this.numbers = settings.phoneNumberIds();
        for (String number : numbers) {
            Standing standing = new Standing();
            standings.put(number, standing);
            Gauge.builder("tocsin.whatsapp.can.send", () -> standing.canSend)
                    .description("1 AVAILABLE, 0.5 LIMITED, 0 BLOCKED or refused, -1 not known")
                    .tag("sender", Integer.toString(standings.size()))
                    .register(metrics);
        }
    }

    /** The route asks for one after the other. */
    public List<String> numbers() {
        return numbers;
    }

    /** The body is one of the numbers. */
    public void toRequest(Exchange exchange) {
        Message message = exchange.getMessage();
        String number = message.getBody(String.class);
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_PATH, number);
        message.setHeader(Exchange.HTTP_QUERY, "fields=health_status" + (onlyHealth ? "" : "," + NumberLimits.FIELDS));
        message.setHeader("Authorization", "Bearer " + settings.accessToken().reveal());
        message.setHeader("User-Agent", "tocsin/1.0.0");
    }

    /** @param place of the number that was asked for, from 0 on */
    public void read(Exchange exchange, @ExchangeProperty("CamelSplitIndex") int place) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        boolean answered = status != null && status == 200;
        JsonNode answer = json(exchange.getMessage().getBody(String.class));
        if (!answered && !onlyHealth && answer.path("error").path("code").asInt() == NO_SUCH_FIELD) {
            onlyHealth = true;
            log.warn("WhatsApp does not say what the sending number may do, and is asked for its health alone");
            return;
        }
        String word = answered ? canSendMessage(answer) : "refused with HTTP " + status;
        Standing standing = Objects.requireNonNull(standings.get(numbers.get(place)));
        if (answered) {
            compare(standing, place, NumberLimits.read(answer));
        }
        standing.canSend = switch (word) {
            case "AVAILABLE" -> 1;
            case "LIMITED" -> 0.5;
            case "" -> UNKNOWN;
            default -> 0;
        };
        if (standing.canSend > 0) {
            standing.availableAt = System.nanoTime();
        }
        if (!word.equals(standing.word)) {
            standing.word = word;
            if (standing.canSend == 1) {
                log.info("WhatsApp: the sending number {} of {} is AVAILABLE", place + 1, numbers.size());
            } else {
                log.warn(
                        "WhatsApp: the sending number {} of {} is not available: {}",
                        place + 1,
                        numbers.size(),
                        word.isEmpty() ? "no answer read" : word);
            }
        }
    }

    /** Said once, and again when it is another difference. */
    private void compare(Standing standing, int place, NumberLimits limits) {
        double perSecond = SenderRate.list(settings.phoneNumberId(), settings.messagesPerSecond())
                .get(place)
                .perSecond();
        List<String> remarks = limits.against(perSecond, peoplePerDay);
        if (!remarks.equals(standing.remarks)) {
            standing.remarks = remarks;
            remarks.forEach(
                    remark -> log.warn("WhatsApp: the sending number {} of {}: {}", place + 1, numbers.size(), remark));
        }
    }

    @Override
    public String channel() {
        return "whatsapp";
    }

    @Override
    public List<String> remarks() {
        return standings.values().stream()
                .flatMap(standing -> standing.remarks.stream())
                .distinct()
                .toList();
    }

    @Override
    public boolean availableSince(String sender, long nanoTime) {
        Standing standing = standings.get(sender);
        Long at = standing == null ? null : standing.availableAt;
        return at != null && at - nanoTime > 0 && standing.canSend > 0;
    }

    /** One of Meta's three words; anything else is no text to log. */
    private static String canSendMessage(JsonNode answer) {
        String word = answer.path("health_status").path("can_send_message").asText("");
        return word.matches("AVAILABLE|LIMITED|BLOCKED") ? word : "";
    }

    private static JsonNode json(@Nullable String body) {
        try {
            return JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
