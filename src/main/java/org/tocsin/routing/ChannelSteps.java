package org.tocsin.routing;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;

/**
 * The two steps that each channel route takes round its provider call. The bean of a channel is named after it:
 * {@code whatsappDelivery}.
 */
public class ChannelSteps {
    private final DeliveryChannel channel;

    ChannelSteps(DeliveryChannel channel) {
        this.channel = channel;
    }

    /** Replaces the message: the endpoint sees the request's headers and nothing else. */
    public void toRequest(Exchange exchange) {
        Delivery delivery = exchange.getMessage().getBody(Delivery.class);
        ProviderRequest request = channel.toRequest(delivery);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(request.body());
        request.headers().forEach(message::setHeader);
        exchange.setProperty(DeliveriesConsumer.HANDED_AT, Instant.now());
    }

    public void toOutcome(Exchange exchange) {
        Message message = exchange.getMessage();
        String body = message.getBody(String.class);
        Map<String, Object> headers = new HashMap<>(message.getHeaders());
        message.setBody(channel.toOutcome(new ProviderResponse(body == null ? "" : body, headers)));
    }
}
