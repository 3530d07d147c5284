package org.tocsin.routing;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;
import org.tocsin.publish.AlertEvent;
import org.tocsin.publish.NotPublished;
import org.tocsin.publish.WebhookClients;

/**
 * The end of a route that posts events: signed, to the address {@code tocsin.publish.<name>.url}, by a client that goes
 * where it may and nowhere else. What the route made of the message is what is posted.
 */
@Component("webhook")
public final class WebhookPost {
    private final WebhookClients clients;

    WebhookPost(WebhookClients clients) {
        this.clients = clients;
    }

    /** @throws NotPublished when the tool did not take it */
    public void post(Exchange exchange) throws NotPublished {
        AlertEvent event = exchange.getProperty(AlertEventsConsumer.EVENT, AlertEvent.class);
        if (event == null || !(exchange.getFromEndpoint() instanceof AlertEventsEndpoint from)) {
            throw new IllegalStateException("webhook.post ends routes that begin with alert-events:");
        }
        Message message = exchange.getMessage();
        byte[] body = message.getBody(String.class).getBytes(StandardCharsets.UTF_8);
        clients.post(from.getSubscription(), event.id(), message.getHeader("content-type", String.class), body);
    }
}
