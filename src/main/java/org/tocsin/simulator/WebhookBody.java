package org.tocsin.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The body of a webhook post, several entries with several changes, written as Meta writes it: ASCII, with escapes that
 * a re-serialised body loses. Only the raw bytes carry the signature.
 */
final class WebhookBody {
    static final String DISPLAY_NUMBER = "15550783881";
    private static final String BUSINESS_ACCOUNT = "102290129340398";
    private static final int EVENTS_PER_CHANGE = 50;
    private static final int CHANGES_PER_ENTRY = 4;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();

    private WebhookBody() {}

    static byte[] of(List<WebhookEvent> events, String phoneNumberId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("object", "whatsapp_business_account");
        ArrayNode entries = body.putArray("entry");
        int changes = 0;
        ArrayNode current = null;
        for (List<WebhookEvent> group : groups(events)) {
            if (current == null || changes % CHANGES_PER_ENTRY == 0) {
                current = entries.addObject().put("id", BUSINESS_ACCOUNT).putArray("changes");
            }
            changes++;
            change(current.addObject(), group, phoneNumberId);
        }
        try {
            return escaped(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has contacts and what has none never share a {@code value}: a failure comes without contacts. */
    private static List<List<WebhookEvent>> groups(List<WebhookEvent> events) {
        List<List<WebhookEvent>> groups = new ArrayList<>();
        for (int kind = 0; kind < 3; kind++) {
            List<WebhookEvent> group = new ArrayList<>();
            for (WebhookEvent event : events) {
                if (kind(event) != kind) {
                    continue;
                }
                if (group.size() == EVENTS_PER_CHANGE) {
                    groups.add(group);
                    group = new ArrayList<>();
                }
                group.add(event);
            }
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static int kind(WebhookEvent event) {
        return event instanceof WebhookEvent.Inbound ? 0 : event.hasContact() ? 1 : 2;
    }

    private static void change(ObjectNode change, List<WebhookEvent> events, String phoneNumberId) {
        change.put("field", "messages");
        ObjectNode value = change.putObject("value");
        value.put("messaging_product", "whatsapp");
        value.putObject("metadata").put("display_phone_number", DISPLAY_NUMBER).put("phone_number_id", phoneNumberId);
        Map<String, ObjectNode> contacts = new LinkedHashMap<>();
        ArrayNode statuses = JsonNodeFactory.instance.arrayNode();
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        for (WebhookEvent event : events) {
            if (event.hasContact()) {
                contacts.merge(event.waId(), event.contact(), (one, other) -> one.size() < other.size() ? other : one);
            }
            event.appendTo(statuses, messages);
        }
        if (!contacts.isEmpty()) {
            value.putArray("contacts").addAll(contacts.values());
        }
        if (!messages.isEmpty()) {
            value.set("messages", messages);
        }
        if (!statuses.isEmpty()) {
            value.set("statuses", statuses);
        }
    }

    /** In JSON these characters can only stand inside strings, so that the text may be rewritten as a whole. */
    static byte[] escaped(String json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length() + 64);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            String escape =
                    switch (c) {
                        case '/' -> "\\/";
                        case '<' -> "\\u003C";
                        case '%' -> "\\u0025";
                        case '@' -> "\\u0040";
                        default -> c < 0x7F ? null : "\\u" + HEX.toHexDigits(c);
                    };
            if (escape == null) {
                bytes.write(c);
            } else {
                bytes.writeBytes(escape.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return bytes.toByteArray();
    }

    /** {@code sha256=} and the HMAC in lower-case hexadecimal. */
    static String signature(byte[] body, String appSecret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HEX.formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is missing", e);
        }
    }
}
