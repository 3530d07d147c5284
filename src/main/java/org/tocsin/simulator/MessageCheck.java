package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.GraphError.Refusal;
import org.tocsin.simulator.OutgoingMessage.Target;

/**
 * Checks the body of a POST to {@code /messages}. Which of 100, 131008 and 131009 Meta gives for a defect is not
 * documented; here: an unknown member of the envelope 100, something missing 131008, a bad value 131009.
 */
final class MessageCheck {
    private static final Set<String> ENVELOPE = Set.of(
            "messaging_product",
            "recipient_type",
            "to",
            "recipient",
            "type",
            "context",
            "biz_opaque_callback_data",
            "recipient_identity_key_hash");
    private static final Set<String> MEDIA = Set.of("image", "document", "video", "audio", "sticker");
    private static final Set<String> OTHER_TYPES =
            Set.of("text", "template", "interactive", "location", "reaction", "contacts", "pin");
    /** Of the types of which all members are known (OpenAPI v23.0). */
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "text", Set.of("body", "preview_url"),
            "template", Set.of("name", "language", "components", "namespace"),
            "location", Set.of("latitude", "longitude", "name", "address"),
            "reaction", Set.of("message_id", "emoji"),
            "interactive", Set.of("type", "header", "body", "footer", "action"));

    private static final Pattern BSUID = Pattern.compile("[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}");

    private static final Pattern COORDINATE = Pattern.compile("-?\\d{1,3}(\\.\\d{1,20})?");

    private final String businessCountryCode;
    private final TemplateCheck templates;

    MessageCheck(SimulatorSettings settings, TemplateBook book) {
        this.businessCountryCode = settings.account().businessCountryCode();
        this.templates = new TemplateCheck(book);
    }

    /** @throws Refusal with the error that the API answers */
    OutgoingMessage check(JsonNode body) {
        if (!body.isObject()) {
            throw refusal(100, "The body must be a JSON object.");
        }
        if (!"whatsapp".equals(required(body, "messaging_product"))) {
            throw refusal(131009, "messaging_product must be whatsapp.");
        }
        String type = body.path("type").asText("text");
        if (!MEDIA.contains(type) && !OTHER_TYPES.contains(type)) {
            throw refusal(131009, "type is not one of the supported types.");
        }
        refuseUnknownMembers(body, name -> ENVELOPE.contains(name) || name.equals(type));
        String callback = body.path("biz_opaque_callback_data").asText(null);
        if (callback != null && callback.length() > 512) {
            throw refusal(131009, "biz_opaque_callback_data is longer than 512 characters.");
        }
        boolean group = "group".equals(body.path("recipient_type").asText("individual"));
        boolean phone = body.hasNonNull("to");
        String input = required(body, phone ? "to" : "recipient");
        Target target = group ? Target.GROUP : phone ? Target.PHONE : Target.BSUID;
        JsonNode content = body.path(type);
        if (!content.isObject() && !(type.equals("contacts") && content.isArray())) {
            throw refusal(131008, type + " is missing.");
        }
        Set<String> members = MEMBERS.get(type);
        if (members != null) {
            refuseUnknownMembers(content, members::contains);
        }
        return content(new Head(input, key(target, input), target, callback), type, content);
    }

    private record Head(
            String input,
            String to,
            Target target,
            @Nullable String callback) {
        OutgoingMessage with(String kind, String text, Map<String, String> params, List<String> buttons) {
            return new OutgoingMessage(input, to, target, kind, callback, text, params, buttons);
        }
    }

    private OutgoingMessage content(Head head, String type, JsonNode content) {
        return switch (type) {
            case "template" -> {
                TemplateCheck.Filled filled = templates.check(content);
                yield head.with(
                        "template:" + filled.name() + "/" + filled.language(),
                        String.join(" | ", filled.parameters().values()),
                        filled.parameters(),
                        filled.buttons());
            }
            case "text" -> head.with("text", limited(content, "body", 4096), Map.of(), List.of());
            case "interactive" -> interactive(head, content);
            case "location" ->
                head.with(
                        "location",
                        number(content, "latitude") + "," + number(content, "longitude"),
                        Map.of(),
                        List.of());
            case "reaction", "pin" -> head.with(type, required(content, "message_id"), Map.of(), List.of());
            case "contacts" -> head.with("contacts", "", Map.of(), List.of());
            default -> {
                if (content.hasNonNull("id") == content.hasNonNull("link")) {
                    throw refusal(131009, type + " needs either id or link.");
                }
                boolean voice = type.equals("audio") && content.path("voice").asBoolean();
                yield head.with(
                        voice ? OutgoingMessage.VOICE : type,
                        content.path("caption").asText(""),
                        Map.of(),
                        List.of());
            }
        };
    }

    private static OutgoingMessage interactive(Head head, JsonNode content) {
        String kind = required(content, "type");
        String text = limited(content.path("body"), "text", 1024);
        if (content.path("footer").path("text").asText("").length() > 60) {
            throw refusal(131009, "footer is longer than 60 characters.");
        }
        JsonNode action = content.path("action");
        if (!action.isObject()) {
            throw refusal(131008, "action is missing.");
        }
        List<String> buttons = new ArrayList<>();
        if (kind.equals("button")) {
            for (JsonNode button : action.path("buttons")) {
                buttons.add(limited(button.path("reply"), "id", 256));
                limited(button.path("reply"), "title", 20);
            }
            if (buttons.isEmpty() || buttons.size() > 3) {
                throw refusal(131009, "1 to 3 buttons are allowed.");
            }
        } else if (kind.equals("list")) {
            limited(action, "button", 20);
            int sections = action.path("sections").size();
            if (sections < 1 || sections > 10) {
                throw refusal(131009, "1 to 10 sections are allowed.");
            }
        }
        return head.with("interactive", text, Map.of(), List.copyOf(buttons));
    }

    /** Without {@code +} the business's own country code is put in front, whatever the digits look like. */
    private String key(Target target, String input) {
        return switch (target) {
            case GROUP -> input;
            case BSUID -> {
                if (!BSUID.matcher(input).matches()) {
                    throw refusal(131009, "recipient is not a business-scoped user id.");
                }
                yield input;
            }
            case PHONE -> {
                String digits = Addresses.digits(input);
                String number = input.strip().startsWith("+") ? digits : businessCountryCode + digits;
                if (!Addresses.isPhone(input) || digits.length() < 5 || number.length() > 15) {
                    throw refusal(131009, "to is not a phone number.");
                }
                yield "+" + number;
            }
        };
    }

    private static void refuseUnknownMembers(JsonNode body, Predicate<String> known) {
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            if (!known.test(names.next())) {
                throw refusal(100, "Unexpected member in the body.");
            }
        }
    }

    private static String number(JsonNode node, String name) {
        String value = required(node, name);
        if (!COORDINATE.matcher(value).matches()) {
            throw refusal(131009, name + " is not a number.");
        }
        return value;
    }

    private static String limited(JsonNode node, String name, int length) {
        String value = required(node, name);
        if (value.length() > length) {
            throw refusal(131009, name + " is longer than " + length + " characters.");
        }
        return value;
    }

    static String required(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isValueNode() || value.asText().isBlank() || value.isNull()) {
            throw refusal(131008, name + " is missing.");
        }
        return value.asText();
    }

    static Refusal refusal(int code, String details) {
        return new Refusal(GraphError.of(code, details));
    }
}
