package org.tocsin.delivery.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Held;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.ErrorTable;
import org.tocsin.delivery.ProviderResponse;

/**
 * What an answer of the Cloud API means. {@code error.code} decides whatever the HTTP status is; the status decides only
 * where there is no code. 200 means accepted only with a message id in it.
 */
final class WhatsAppAnswer {
    static final ErrorTable ERRORS = ErrorTable.load("/whatsapp-errors.csv");
    private static final Pattern MESSAGE_ID = Pattern.compile("[!-~]{1,512}");
    private static final Duration UNEXPLAINED_429 = Duration.ofSeconds(4);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private WhatsAppAnswer() {}

    static DeliveryOutcome outcome(ProviderResponse response) {
        int status = status(response.headers());
        String text = response.body();
        JsonNode body = text == null ? null : WhatsAppJson.read(text);
        boolean success = status / 100 == 2;
        if (body == null || !body.isObject()) {
            return success ? new Unconfirmed("answer-unreadable") : withoutCode(status, response.headers());
        }
        String messageId = messageId(body);
        JsonNode error = body.path("error");
        long code = WhatsAppJson.code(error);
        if (messageId != null && success) {
            // An error beside a message id: neither is to be believed.
            return error.isMissingNode() || error.isNull() ? taken(body, messageId) : new Unconfirmed("answer-unclear");
        }
        if (code >= 0) {
            return patient(failure(code, status), response.headers());
        }
        return success ? new Unconfirmed("answer-without-id") : withoutCode(status, response.headers());
    }

    private static DeliveryOutcome taken(JsonNode body, String messageId) {
        String messageStatus = WhatsAppJson.text(body.path("messages").path(0), "message_status");
        boolean held = "held_for_quality_assessment".equals(messageStatus) || "paused".equals(messageStatus);
        return held ? new Held(messageId) : new Accepted(messageId);
    }

    private static @Nullable String messageId(JsonNode body) {
        String id = WhatsAppJson.text(body.path("messages").path(0), "id");
        return id != null && MESSAGE_ID.matcher(id).matches() ? id : null;
    }

    private static DeliveryOutcome failure(long code, int status) {
        ErrorTable.Row row = ERRORS.find(code);
        String word = Long.toString(code);
        if (row != null) {
            return row.outcome(word);
        }
        return status / 100 == 4 ? new Rejected(word, false) : new Unconfirmed(word);
    }

    private static DeliveryOutcome withoutCode(int status, Map<String, Object> headers) {
        String word = "http-" + (status >= 100 && status <= 599 ? Integer.toString(status) : "none");
        return switch (status) {
            case 401, 403, 407 -> new ChannelDown(word);
            case 429 -> patient(new Throttled(word, UNEXPLAINED_429), headers);
            // A proxy in between may say so after it passed the request on.
            case 408 -> new Unconfirmed(word);
            default ->
                switch (status / 100) {
                    case 3 -> new ChannelDown(word);
                    case 4 -> new Rejected(word, false);
                    default -> new Unconfirmed(word);
                };
        };
    }

    /** Retry-After is not documented for messages; where it comes it counts, up to an hour. */
    private static DeliveryOutcome patient(DeliveryOutcome outcome, Map<String, Object> headers) {
        Duration asked = retryAfter(headers);
        if (asked == null) {
            return outcome;
        }
        if (outcome instanceof Throttled throttled) {
            boolean longer = asked.compareTo(throttled.retryAfter()) > 0;
            return longer ? new Throttled(throttled.code(), asked, throttled.scope()) : throttled;
        }
        return outcome instanceof Unreachable unreachable ? new Throttled(unreachable.code(), asked) : outcome;
    }

    private static @Nullable Duration retryAfter(Map<String, Object> headers) {
        String value = header(headers, "Retry-After");
        if (value == null || value.isBlank()) {
            return null;
        }
        Duration asked;
        try {
            asked = Duration.ofSeconds(Long.parseLong(value.strip()));
        } catch (NumberFormatException notSeconds) {
            asked = untilDate(value.strip(), header(headers, "Date"));
        }
        if (asked == null || asked.isNegative() || asked.isZero()) {
            return null;
        }
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** Against the server's own clock, so that ours does not matter. */
    private static @Nullable Duration untilDate(String then, @Nullable String now) {
        try {
            return now == null
                    ? null
                    : Duration.between(
                            ZonedDateTime.parse(now.strip(), DateTimeFormatter.RFC_1123_DATE_TIME),
                            ZonedDateTime.parse(then, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int status(Map<String, Object> headers) {
        String status = header(headers, "CamelHttpResponseCode");
        try {
            return status == null ? 0 : Integer.parseInt(status.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static @Nullable String header(Map<String, Object> headers, String name) {
        for (Map.Entry<String, Object> entry : headers.entrySet()) {
            if (name.equalsIgnoreCase(entry.getKey()) && entry.getValue() != null) {
                return entry.getValue().toString();
            }
        }
        return null;
    }
}
