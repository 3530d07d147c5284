package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error of the Graph API. The HTTP status of rate errors is 400: clients must key on the code. Source: WhatsApp Cloud
 * API, error codes, 2026-09, with the HTTP column of the older page.
 *
 * @param details for the developer; goes into {@code error_data}
 */
record GraphError(int status, int code, String title, String details) {

    private record Known(int status, String title) {}

    private static final Map<Integer, Known> KNOWN = Map.ofEntries(
            Map.entry(0, new Known(401, "AuthException")),
            Map.entry(1, new Known(400, "API Unknown")),
            Map.entry(2, new Known(503, "API Service")),
            Map.entry(3, new Known(500, "API Method")),
            Map.entry(4, new Known(400, "API Too Many Calls")),
            Map.entry(10, new Known(403, "Permission Denied")),
            Map.entry(33, new Known(400, "Parameter value is not valid")),
            Map.entry(100, new Known(400, "Invalid parameter")),
            Map.entry(190, new Known(401, "Access token has expired")),
            Map.entry(368, new Known(403, "Temporarily blocked for policies violations")),
            Map.entry(80007, new Known(400, "Rate limit issues")),
            Map.entry(130429, new Known(400, "Rate limit hit")),
            Map.entry(130472, new Known(400, "User's number is part of an experiment")),
            Map.entry(130497, new Known(403, "Business account is restricted from messaging users in this country")),
            Map.entry(131000, new Known(500, "Something went wrong")),
            Map.entry(131005, new Known(403, "Access denied")),
            Map.entry(131008, new Known(400, "Required parameter is missing")),
            Map.entry(131009, new Known(400, "Parameter value is not valid")),
            Map.entry(131016, new Known(500, "Service unavailable")),
            Map.entry(131021, new Known(400, "Recipient cannot be sender")),
            Map.entry(131026, new Known(400, "Message undeliverable")),
            Map.entry(131031, new Known(403, "Account has been locked")),
            Map.entry(131042, new Known(400, "Business eligibility payment issue")),
            Map.entry(131045, new Known(500, "Incorrect certificate")),
            Map.entry(131047, new Known(400, "Re-engagement message")),
            Map.entry(131048, new Known(400, "Spam rate limit hit")),
            Map.entry(131049, new Known(400, "Meta chose not to deliver")),
            Map.entry(131051, new Known(400, "Unsupported message type")),
            Map.entry(131053, new Known(400, "Media upload error")),
            Map.entry(131055, new Known(400, "Method not allowed")),
            Map.entry(131056, new Known(400, "(Business Account, Consumer Account) pair rate limit hit")),
            Map.entry(131057, new Known(500, "Account in maintenance mode")),
            Map.entry(132000, new Known(400, "Number of parameters does not match the expected number of params")),
            Map.entry(132001, new Known(404, "Template name does not exist in the translation")),
            Map.entry(132005, new Known(400, "Translated text too long")),
            Map.entry(132007, new Known(400, "Template format character policy violated")),
            Map.entry(132012, new Known(400, "Parameter format does not match format in the created template")),
            Map.entry(132015, new Known(400, "Template is paused")),
            Map.entry(132016, new Known(400, "Template is disabled")),
            Map.entry(132018, new Known(400, "There's an issue with the parameters in your template")),
            Map.entry(133004, new Known(503, "Server temporarily unavailable")),
            Map.entry(133010, new Known(400, "Phone number not registered")),
            Map.entry(135000, new Known(400, "Generic user error")));

    static GraphError of(int code, String details) {
        Known known = KNOWN.getOrDefault(code, new Known(400, "Unclassified error"));
        return new GraphError(known.status(), code, known.title(), details);
    }

    static GraphError of(int code, @Nullable Integer status, String details) {
        GraphError error = of(code, details);
        return status == null ? error : new GraphError(status, code, error.title, details);
    }

    /** Too much was sent, in one way or another. */
    boolean rate() {
        return switch (code) {
            case 4, 80007, 130429, 131048, 131056 -> true;
            default -> false;
        };
    }

    private String message() {
        return code == 190 ? "Error validating access token: " + details : "(#" + code + ") " + title;
    }

    /** The body of a refusal. */
    ObjectNode toBody(String traceId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("message", message());
        error.put("type", "OAuthException");
        error.put("code", code);
        error.putObject("error_data").put("messaging_product", "whatsapp").put("details", details);
        error.put("fbtrace_id", traceId);
        return body;
    }

    /** The shape inside a status of a webhook. */
    ObjectNode toStatusError() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code).put("title", title).put("message", title);
        error.putObject("error_data").put("details", details);
        error.put("href", "/documentation/business-messaging/whatsapp/support/error-codes");
        return error;
    }

    /** Thrown by the checks; carries no stack. */
    static final class Refusal extends RuntimeException {
        private final transient GraphError error;

        Refusal(GraphError error) {
            super("refused with " + error.code(), null, false, false);
            this.error = error;
        }

        GraphError error() {
            return error;
        }
    }
}
