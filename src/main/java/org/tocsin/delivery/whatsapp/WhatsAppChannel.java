package org.tocsin.delivery.whatsapp;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.delivery.TransportFailure;
import org.tocsin.message.Rendered.WhatsAppTemplate;
import org.tocsin.privacy.Secret;

/**
 * WhatsApp Cloud API: {@code POST /{version}/{phone-number-id}/messages}, one person a request. Address and version
 * are in the route's URI; this class gives the rest of the path, which names our number, body and headers. The API has no idempotency key, so that whatever is not
 * certainly unsent is {@code Unconfirmed}.
 */
public final class WhatsAppChannel implements DeliveryChannel {
    public static final String NAME = "whatsapp";
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern NUMBER_ID = Pattern.compile("[0-9]{1,32}");
    private static final Pattern CALLBACK_KEY = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The provider's time begins when it takes the message: after the longest that we wait for its answer. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

    /** More than are spoken at the same time: each language of each running alert has one. */
    private static final int MOST_BODIES = 500;

    private final Map<String, Object> headers;
    private final Clock clock;
    private final Map<WhatsAppTemplate, TemplateJson> bodies = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<WhatsAppTemplate, TemplateJson> eldest) {
            return size() > MOST_BODIES;
        }
    });

    /** @throws IllegalArgumentException when the token is blank, or holds what no header may */
    public WhatsAppChannel(Secret accessToken, Clock clock) {
        this.clock = clock;
        String token = accessToken.reveal();
        if (token.isBlank() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "tocsin.whatsapp.access-token is empty or holds a blank; give the system user's token");
        }
        headers = Map.of(
                "CamelHttpMethod", "POST",
                "Authorization", "Bearer " + token,
                "Content-Type", "application/json",
                "User-Agent", "tocsin/1.0.0");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ProviderRequest toRequest(Delivery delivery) {
        if (!(delivery.message() instanceof WhatsAppTemplate template)) {
            throw new DeliveryRefused(new DeliveryOutcome.Misconfigured("not-a-template"));
        }
        if (!E164.matcher(delivery.to()).matches()) {
            throw new DeliveryRefused(new DeliveryOutcome.Rejected("address-malformed", true));
        }
        if (!CALLBACK_KEY.matcher(delivery.callbackKey()).matches()) {
            throw new DeliveryRefused(new DeliveryOutcome.Misconfigured("callback-key-malformed"));
        }
        WhatsAppTemplate chosen = delivery.spareTemplate() ? template.spare() : template;
        if (chosen == null) {
            throw new DeliveryRefused(new DeliveryOutcome.TemplateUnusable("no-spare-template"));
        }
        if (!NUMBER_ID.matcher(delivery.sender()).matches()) {
            throw new DeliveryRefused(new DeliveryOutcome.Misconfigured("phone-number-id-malformed"));
        }
        chosen = fitting(chosen, Duration.between(clock.instant(), delivery.expires()));
        // The route's endpoint may add to the headers or drop some: never the shared map.
        Map<String, Object> own = new HashMap<>(headers);
        own.put("CamelHttpPath", delivery.sender() + "/messages");
        byte[] body = bodies.computeIfAbsent(chosen, TemplateJson::of).body(delivery.to(), delivery.callbackKey());
        return new ProviderRequest(body, own);
    }

    /**
     * The time to live is a property of the approved template: of those that the provider gives up in time, the one that it
     * tries longest. Without one the next channel is better than a message that comes hours after its alert's end.
     */
    private static WhatsAppTemplate fitting(WhatsAppTemplate template, Duration left) {
        long seconds = left.minus(ON_ITS_WAY).toSeconds();
        if (template.ttlSeconds() == 0 || template.ttlSeconds() <= seconds) {
            return template;
        }
        return template.shorter().stream()
                .filter(shorter -> shorter.ttlSeconds() <= seconds)
                .findFirst()
                .orElseThrow(() -> new DeliveryRefused(new DeliveryOutcome.TemplateUnusable("outlives-alert")));
    }

    @Override
    public DeliveryOutcome toOutcome(ProviderResponse response) {
        return WhatsAppAnswer.outcome(response);
    }

    @Override
    public DeliveryOutcome toOutcome(Throwable failure) {
        return TransportFailure.outcome(failure);
    }
}
