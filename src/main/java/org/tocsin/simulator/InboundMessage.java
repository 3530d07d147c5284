package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * What a person sends that is neither text nor a tap, asked for over HTTP: {@code {"from":"+33…","type":"image"}}. The
 * content is made up where the order brings none under the name of its type. Shapes: Meta's OpenAPI v23.0 and its
 * webhook reference, 2026-05.
 */
final class InboundMessage {
    private static final Set<String> MEDIA = Set.of("image", "video", "audio", "document", "sticker");

    private InboundMessage() {}

    /** @throws IllegalArgumentException for a type that nobody sends */
    static ObjectNode of(JsonNode order) {
        String type = order.path("type").asText("text");
        ObjectNode message = CloudApi.object().put("type", type);
        if (order.has(type)) {
            message.set(type, order.get(type).deepCopy());
        } else if (MEDIA.contains(type)) {
            message.putObject(type)
                    .put("id", "1000000000001")
                    .put("sha256", "c2ltdWxhdGVk")
                    .put("mime_type", type.equals("document") ? "application/pdf" : type + "/simulated");
        } else {
            content(message, type, order.path("text").asText("hello"), order);
        }
        return message;
    }

    private static void content(ObjectNode message, String type, String text, JsonNode order) {
        switch (type) {
            case "text" -> message.putObject("text").put("body", text);
            case "location" ->
                message.putObject("location").put("latitude", 45.76).put("longitude", 4.84);
            case "contacts" -> {
                ObjectNode contact = message.putArray("contacts").addObject();
                contact.putObject("name").put("formatted_name", text).put("first_name", text);
            }
            case "reaction" ->
                message.putObject("reaction")
                        .put("message_id", order.path("context").asText("wamid.none"))
                        .put("emoji", order.path("text").asText("\uD83D\uDC4D"));
            case "list_reply" -> {
                ObjectNode interactive = message.put("type", "interactive").putObject("interactive");
                interactive
                        .put("type", "list_reply")
                        .putObject("list_reply")
                        .put("id", order.path("payload").asText("1"))
                        .put("title", text);
            }
            case "order" -> message.putObject("order").put("catalog_id", "1").putArray("product_items");
            case "system" -> {
                String changed = Addresses.digits(order.path("newNumber").asText("+33600000000"));
                message.putObject("system")
                        .put("type", "user_changed_number")
                        .put("body", "User changed from one number to another")
                        .put("wa_id", changed)
                        .put("user_id", WebhookEvent.bsuid(changed));
            }
            case "unsupported" ->
                message.putArray("errors")
                        .add(GraphError.of(131051, "Message type is currently not supported.")
                                .toStatusError());
            default -> throw new IllegalArgumentException("nobody sends a message of that type");
        }
    }
}
