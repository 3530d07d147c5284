package org.tocsin.publish;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;

/** The clients of {@code tocsin.publish}, by the name of their subscription. */
public final class WebhookClients implements AutoCloseable {
    private final Map<String, WebhookClient> clients = new HashMap<>();

    WebhookClients(PublishSettings settings, Clock clock) {
        settings.webhooks().forEach((name, webhook) -> {
            String problem = webhook.problem();
            if (problem != null) {
                throw new IllegalArgumentException("tocsin.publish." + name + problem);
            }
            clients.put(name, new WebhookClient(webhook, SystemDefaultDnsResolver.INSTANCE, clock));
        });
    }

    /**
     * @param contentType of the body
     * @throws NotPublished when the tool did not take it
     */
    public void post(String subscription, String eventId, @Nullable String contentType, byte[] body)
            throws NotPublished {
        WebhookClient client = clients.get(subscription);
        if (client == null) {
            throw new NotPublished("no address: set tocsin.publish." + subscription + ".url", false, null);
        }
        client.post(eventId, contentType == null ? AlertEvent.CONTENT_TYPE : contentType, body);
    }

    @Override
    public void close() {
        clients.values().forEach(WebhookClient::close);
    }
}
