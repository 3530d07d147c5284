package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes people write, as the control plane and scenarios ask for it. */
final class Inbox {
    private Inbox() {}

    /**
     * {@code {"channel","from","text"}}, or with {@code payload} a tap on a button; {@code context} a wamid; with
     * {@code type} what {@link InboundMessage} knows, with {@code shown} how much of the sender is told.
     *
     * @return the wamid as {@code id}; for SMS nothing
     */
    static ObjectNode receive(Simulator simulator, JsonNode order) {
        String from = MessageCheck.required(order, "from");
        String text = order.path("text").asText("");
        if (order.path("channel").asText("whatsapp").equals("sms")) {
            simulator.smsc().reply(from, text);
            return CloudApi.object();
        }
        @Nullable String context = order.path("context").asText(null);
        String wamid;
        if (order.has("type") || order.has("shown")) {
            String shown = order.path("shown").asText("PHONE").toUpperCase(Locale.ROOT);
            wamid = simulator
                    .whatsApp()
                    .people()
                    .receive(
                            from,
                            InboundMessage.of(order),
                            context,
                            Correspondence.Shown.valueOf(shown.replace('-', '_')));
        } else if (order.hasNonNull("payload")) {
            wamid = simulator
                    .whatsApp()
                    .tapButton(from, context, order.path("payload").asText(), text);
        } else {
            wamid = simulator.whatsApp().text(from, text, context);
        }
        return CloudApi.object().put("id", wamid);
    }
}
