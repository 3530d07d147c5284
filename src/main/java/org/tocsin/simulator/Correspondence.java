package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What people write to the business: told by webhook, and it opens their window. */
final class Correspondence {
    private final Timeline clock;
    private final Wamids wamids;
    private final Webhooks webhooks;
    private final MessageDesk desk;
    /** Of the business: whom people write to who answer nothing. */
    private final String number;

    /** How much a person's message says of who wrote it. */
    enum Shown {
        PHONE,
        /** A person with a user name: no {@code from}, no {@code wa_id}. */
        USER_ID_ONLY,
        /** As some recorded payloads have it: the user id in {@code from} and {@code wa_id}. */
        USER_ID_AS_PHONE
    }

    Correspondence(Timeline clock, Wamids wamids, Webhooks webhooks, MessageDesk desk, String number) {
        this.clock = clock;
        this.wamids = wamids;
        this.webhooks = webhooks;
        this.desk = desk;
        this.number = number;
    }

    /** A quick reply of a template comes as {@code button}, a reply button as {@code interactive}. */
    String tap(Sent sent, String payload, String text) {
        boolean template = sent.kind().startsWith("template:");
        ObjectNode message = CloudApi.object();
        if (template) {
            message.put("type", "button")
                    .putObject("button")
                    .put("payload", payload)
                    .put("text", text);
        } else {
            ObjectNode interactive = message.put("type", "interactive").putObject("interactive");
            interactive
                    .put("type", "button_reply")
                    .putObject("button_reply")
                    .put("id", payload)
                    .put("title", text);
        }
        return receive(sent.sender() == null ? number : sent.sender(), sent.to(), message, sent.providerId());
    }

    String text(String e164, String text, @Nullable String contextWamid) {
        ObjectNode message = CloudApi.object().put("type", "text");
        message.putObject("text").put("body", text);
        return receive(number, Addresses.key(e164), message, contextWamid);
    }

    /** @param message as {@link InboundMessage} makes it. @return its wamid */
    String receive(String e164, ObjectNode message, @Nullable String contextWamid, Shown shown) {
        String to = Addresses.key(e164);
        if (shown == Shown.PHONE || !to.startsWith("+")) {
            return receive(number, to, message, contextWamid);
        }
        String userId = WebhookEvent.bsuid(to.substring(1));
        if (shown == Shown.USER_ID_AS_PHONE) {
            message.put("from", userId);
        }
        desk.heardFrom(number, to);
        return receive(number, userId, message, contextWamid);
    }

    private String receive(String sender, String to, ObjectNode message, @Nullable String contextWamid) {
        boolean phone = to.startsWith("+");
        String waId = phone ? to.substring(1) : to;
        String wamid = wamids.next(waId);
        if (phone) {
            message.put("from", waId);
        }
        message.put("from_user_id", phone ? WebhookEvent.bsuid(waId) : waId);
        message.put("id", wamid).put("timestamp", Long.toString(clock.millis() / 1000));
        if (contextWamid != null) {
            message.putObject("context").put("from", WebhookBody.DISPLAY_NUMBER).put("id", contextWamid);
        }
        desk.heardFrom(sender, to);
        webhooks.offer(new WebhookEvent.Inbound(sender, waId, message, !phone && message.has("from")));
        return wamid;
    }
}
