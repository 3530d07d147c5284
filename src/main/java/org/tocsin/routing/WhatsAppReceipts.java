package org.tocsin.routing;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Inbox;
import org.tocsin.delivery.whatsapp.WhatsAppReceiptReader;
import org.tocsin.delivery.whatsapp.WhatsAppWebhook;

/**
 * What Meta calls: the handshake, and statuses and replies. Named in {@code routes/receive-whatsapp.camel.yaml}. The
 * signature is checked over the raw bytes before anything looks at them; 200 only after they are durable.
 */
@Component("whatsappReceipts")
public class WhatsAppReceipts {
    /** Meta: a body is at most 3 MB. */
    private static final int MOST_BYTES = 3 * 1024 * 1024 + 1024;

    private static final Logger log = LoggerFactory.getLogger(WhatsAppReceipts.class);

    private final WhatsAppWebhook webhook;
    private final Inbox inbox;

    WhatsAppReceipts(WhatsAppWebhook webhook, Inbox inbox) {
        this.webhook = webhook;
        this.inbox = inbox;
    }

    /** GET: the bare challenge, or 403. */
    public void handshake(Exchange exchange) {
        Message in = exchange.getMessage();
        Optional<String> challenge = webhook.handshake(
                in.getHeader("hub.mode", String.class),
                in.getHeader("hub.challenge", String.class),
                in.getHeader("hub.verify_token", String.class));
        answer(exchange, challenge.isPresent() ? 200 : 403, challenge.orElse(""));
    }

    /** POST: 200 when kept, 401 for a wrong signature, 503 when it cannot be kept: then Meta sends it again. */
    public void receive(Exchange exchange) {
        Message in = exchange.getMessage();
        byte[] raw = in.getBody(byte[].class);
        String signature = in.getHeader("X-Hub-Signature-256", String.class);
        if (raw == null || raw.length > MOST_BYTES) {
            answer(exchange, 413, "");
        } else if (!webhook.verify(raw, signature)) {
            log.warn("a call of the WhatsApp webhook had no valid signature and was refused");
            answer(exchange, 401, "");
        } else {
            keep(exchange, raw);
        }
    }

    private void keep(Exchange exchange, byte[] raw) {
        try {
            inbox.store("whatsapp", raw, WhatsAppReceiptReader.isOnlyText(raw));
            answer(exchange, 200, "");
        } catch (RuntimeException e) {
            log.warn(
                    "receipts could not be kept, the provider will repeat them: {}",
                    e.getClass().getSimpleName());
            answer(exchange, 503, "");
        }
    }

    private static void answer(Exchange exchange, int status, String body) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "text/plain");
        message.setBody(body);
    }
}
