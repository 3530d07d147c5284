package org.tocsin.delivery.whatsapp;

import static org.tocsin.delivery.whatsapp.WhatsAppJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.ErrorTable;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Pricing;
import org.tocsin.delivery.Receipt;

/** One webhook body, read once. What is not understood is counted, and never stops the rest. */
final class WebhookReader {
    private static final Pattern PHONE = Pattern.compile("\\+?[1-9][0-9]{6,14}");
    private static final Pattern ID = Pattern.compile("[!-~]{1,512}");
    private static final Pattern CALLBACK_KEY = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int LONGEST_TEXT = 10_000;
    private static final Duration OLDEST = Duration.ofDays(60);

    private final Instant receivedAt;
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<InboundMessage> messages = new ArrayList<>();
    private final List<String> accountCodes = new ArrayList<>();
    private int ignored;
    private int unreadable;

    WebhookReader(Instant receivedAt) {
        this.receivedAt = receivedAt;
    }

    WhatsAppEvents read(byte[] raw) {
        JsonNode body = WhatsAppJson.read(raw);
        if (body == null || !body.path("entry").isArray()) {
            unreadable++;
        } else {
            for (JsonNode entry : body.path("entry")) {
                for (JsonNode change : array(entry, "changes", true)) {
                    change(change);
                }
            }
        }
        return new WhatsAppEvents(
                List.copyOf(receipts), List.copyOf(messages), List.copyOf(accountCodes), ignored, unreadable);
    }

    private void change(JsonNode change) {
        JsonNode value = change.path("value");
        if ("phone_number_quality_update".equals(text(change, "field"))) {
            numberEvent(text(value, "event"));
        } else if (!"messages".equals(text(change, "field"))) {
            ignored++;
        } else if (!value.isObject()) {
            unreadable++;
        } else {
            array(value, "statuses", false).forEach(this::status);
            array(value, "messages", false).forEach(this::message);
            for (JsonNode error : array(value, "errors", false)) {
                long code = WhatsAppJson.code(error);
                if (code < 0) {
                    unreadable++;
                } else {
                    accountCodes.add(Long.toString(code));
                }
            }
        }
    }

    /** What Meta changed of the number by itself, besides what it answers when asked ({@link NumberLimits}). */
    private void numberEvent(@Nullable String event) {
        if (event == null || !event.matches("[A-Z_]{1,40}")) {
            unreadable++;
        } else if (event.equals("THROUGHPUT_UPGRADE")) {
            accountCodes.add(event + ": tocsin.whatsapp.messages-per-second may be 1000");
        } else {
            accountCodes.add(event);
        }
    }

    private Iterable<JsonNode> array(JsonNode parent, String field, boolean required) {
        JsonNode node = parent.path(field);
        if (node.isArray()) {
            return node;
        }
        if (required || !node.isMissingNode() && !node.isNull()) {
            unreadable++;
        }
        return List.of();
    }

    private void status(JsonNode status) {
        String word = text(status, "status");
        String providerId = id(text(status, "id"));
        String callbackKey = text(status, "biz_opaque_callback_data");
        if (callbackKey != null && !CALLBACK_KEY.matcher(callbackKey).matches()) {
            callbackKey = null;
        }
        if (word == null || providerId == null && callbackKey == null) {
            unreadable++;
            return;
        }
        Receipt.Kind kind =
                switch (word) {
                    case "sent" -> Receipt.Kind.SENT;
                    case "delivered" -> Receipt.Kind.DELIVERED;
                    // Who plays a voice message has seen it.
                    case "read", "played" -> Receipt.Kind.READ;
                    case "failed" -> Receipt.Kind.FAILED;
                    default -> null;
                };
        if (kind == null) {
            ignored++;
            return;
        }
        DeliveryOutcome failure =
                kind == Receipt.Kind.FAILED ? failure(status.path("errors").path(0)) : null;
        receipts.add(new Receipt(
                WhatsAppChannel.NAME,
                callbackKey,
                providerId,
                kind,
                at(status),
                failure,
                pricing(status.path("pricing"))));
    }

    /** Null where it does not say whether it bills. */
    private static @Nullable Pricing pricing(JsonNode node) {
        JsonNode billable = node.path("billable");
        return billable.isBoolean()
                ? Pricing.of(billable.booleanValue(), text(node, "category"), text(node, "type"))
                : null;
    }

    /** A failure that comes later is certain: what would be an open question in an answer is "not sent" here. */
    private static DeliveryOutcome failure(JsonNode error) {
        long code = WhatsAppJson.code(error);
        if (code < 0) {
            return new DeliveryOutcome.Rejected("failed", false);
        }
        String word = Long.toString(code);
        ErrorTable.Row row = WhatsAppAnswer.ERRORS.find(code);
        if (row == null) {
            return new DeliveryOutcome.Rejected(word, false);
        }
        DeliveryOutcome outcome = row.outcome(word);
        return outcome instanceof DeliveryOutcome.Unconfirmed ? new DeliveryOutcome.Unreachable(word) : outcome;
    }

    private void message(JsonNode message) {
        String messageId = id(text(message, "id"));
        String type = text(message, "type");
        if (messageId == null || type == null) {
            unreadable++;
            return;
        }
        Content content = content(message, type);
        if (content == null) {
            ignored++;
            return;
        }
        String contextId = content.about != null ? content.about : text(message.path("context"), "id");
        messages.add(new InboundMessage(
                WhatsAppChannel.NAME,
                phone(text(message, "from")),
                messageId,
                id(contextId),
                bounded(content.payload),
                bounded(content.text),
                at(message)));
    }

    /** WhatsApp's own limit is 4096: more than twice that is nothing that a person typed. */
    private static @Nullable String bounded(@Nullable String text) {
        return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    /** @param about the id of the message that is reacted to */
    private record Content(
            @Nullable String payload,
            @Nullable String text,
            @Nullable String about) {}

    /** Null where nobody said anything: a system message, a removed reaction, a type that may be anything. */
    private static @Nullable Content content(JsonNode message, String type) {
        JsonNode part = message.path(type);
        return switch (type) {
            case "text" -> new Content(null, text(part, "body"), null);
            case "button" -> new Content(text(part, "payload"), text(part, "text"), null);
            case "interactive" -> {
                JsonNode reply = part.has("button_reply") ? part.path("button_reply") : part.path("list_reply");
                yield new Content(text(reply, "id"), text(reply, "title"), null);
            }
            case "reaction" -> {
                String emoji = text(part, "emoji");
                yield emoji == null ? null : new Content(null, emoji, text(part, "message_id"));
            }
            case "image", "video", "audio", "document", "sticker" -> new Content(null, text(part, "caption"), null);
            case "location", "contacts", "order" -> new Content(null, null, null);
            default -> null;
        };
    }

    private static @Nullable String id(@Nullable String id) {
        return id != null && ID.matcher(id).matches() ? id : null;
    }

    /** A business-scoped user id can stand where the number is expected. */
    private static @Nullable String phone(@Nullable String from) {
        if (from == null || !PHONE.matcher(from).matches()) {
            return null;
        }
        return from.startsWith("+") ? from : "+" + from;
    }

    private Instant at(JsonNode node) {
        JsonNode timestamp = node.path("timestamp");
        try {
            Instant at = Instant.ofEpochSecond(
                    timestamp.isTextual() ? Long.parseLong(timestamp.textValue()) : timestamp.longValue());
            return at.isAfter(receivedAt) || at.isBefore(receivedAt.minus(OLDEST)) ? receivedAt : at;
        } catch (NumberFormatException | java.time.DateTimeException e) {
            return receivedAt;
        }
    }
}
