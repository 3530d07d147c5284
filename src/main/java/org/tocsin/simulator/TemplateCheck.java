package org.tocsin.simulator;

import static org.tocsin.simulator.MessageCheck.refusal;
import static org.tocsin.simulator.MessageCheck.required;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A template must exist in its language, be approved, and get the parameters that it names. */
final class TemplateCheck {
    private static final int MOST_SPACES = 4;
    private static final int LONGEST_PARAMETER = 1024;

    private final TemplateBook book;

    TemplateCheck(TemplateBook book) {
        this.book = book;
    }

    /** @param parameters of the body by name or number; media of the header as {@code header.<type>} */
    record Filled(String name, String language, Map<String, String> parameters, List<String> buttons) {}

    Filled check(JsonNode template) {
        String name = required(template, "name");
        String language = required(template.path("language"), "code");
        Map<String, String> body = new LinkedHashMap<>();
        Map<String, String> header = new LinkedHashMap<>();
        List<String> buttons = new ArrayList<>();
        for (JsonNode component : template.path("components")) {
            switch (required(component, "type").toLowerCase(Locale.ROOT)) {
                case "body" -> body(component.path("parameters"), body);
                case "header" -> header(component.path("parameters"), header);
                case "button" -> button(component, buttons);
                default -> throw refusal(131009, "Unknown type of component.");
            }
        }
        mustBeUsable(name, language, body.keySet());
        body.putAll(header);
        return new Filled(name, language, body, List.copyOf(buttons));
    }

    private void mustBeUsable(String name, String language, Set<String> given) {
        TemplateBook.Entry known = book.find(name, language);
        if (known == null) {
            if (book.acceptsAny()) {
                return;
            }
            throw refusal(132001, "The template does not exist in this language.");
        }
        switch (known.status()) {
            case APPROVED -> {}
            case PENDING, REJECTED -> throw refusal(132001, "The template is not approved.");
            case PAUSED -> throw refusal(132015, "The template is paused because of its quality.");
            case DISABLED -> throw refusal(132016, "The template was disabled because of its quality.");
        }
        List<String> wanted = known.parameters();
        if (wanted == null) {
            return;
        }
        if (given.size() != wanted.size()) {
            throw refusal(132000, "Number of body parameters does not match.");
        }
        if (positional(given) != positional(Set.copyOf(wanted))) {
            throw refusal(132012, "Positional and named parameters are mixed up.");
        }
        if (!given.containsAll(wanted)) {
            throw refusal(132018, "A named parameter of the template is missing.");
        }
    }

    private static boolean positional(Set<String> names) {
        return !names.isEmpty() && names.stream().allMatch(name -> name.matches("\\d+"));
    }

    private static void body(JsonNode parameters, Map<String, String> into) {
        int named = 0;
        for (JsonNode parameter : parameters) {
            String value = valueOf(parameter);
            if (forbidden(value)) {
                throw refusal(
                        132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
            }
            if (value.length() > LONGEST_PARAMETER) {
                throw refusal(132005, "A parameter is too long.");
            }
            String name = parameter.path("parameter_name").asText("");
            named += name.isEmpty() ? 0 : 1;
            into.put(name.isEmpty() ? Integer.toString(into.size() + 1) : name, value);
        }
        if (named != 0 && named != parameters.size()) {
            throw refusal(132012, "All parameters or none must be named.");
        }
        if (into.size() != parameters.size()) {
            throw refusal(132012, "A parameter is given twice.");
        }
    }

    /** A line break, a tab, or more than four spaces in a row. */
    private static boolean forbidden(String value) {
        int spaces = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            spaces = c == ' ' ? spaces + 1 : 0;
            if (spaces > MOST_SPACES || c == '\n' || c == '\r' || c == '\t') {
                return true;
            }
        }
        return false;
    }

    private static String valueOf(JsonNode parameter) {
        return switch (required(parameter, "type")) {
            case "text" -> required(parameter, "text");
            case "currency" -> required(parameter.path("currency"), "fallback_value");
            case "date_time" -> required(parameter.path("date_time"), "fallback_value");
            default -> throw refusal(132012, "A body parameter must be text, currency or date_time.");
        };
    }

    private static void header(JsonNode parameters, Map<String, String> into) {
        for (JsonNode parameter : parameters) {
            String type = required(parameter, "type");
            JsonNode content = parameter.path(type);
            String value =
                    switch (type) {
                        case "text" -> required(parameter, "text");
                        case "location" -> required(content, "latitude") + "," + required(content, "longitude");
                        case "image", "video", "document" -> {
                            if (content.hasNonNull("id") == content.hasNonNull("link")) {
                                throw refusal(131009, "The header needs either id or link.");
                            }
                            yield content.path("link").asText(content.path("id").asText());
                        }
                        default -> throw refusal(132012, "Unknown type of header.");
                    };
            into.put("header." + type, value);
        }
    }

    private static void button(JsonNode component, List<String> quickReplies) {
        required(component, "index");
        String kind = required(component, "sub_type");
        for (JsonNode parameter : component.path("parameters")) {
            if (kind.equalsIgnoreCase("quick_reply")) {
                quickReplies.add(required(parameter, "payload"));
            } else if (kind.equalsIgnoreCase("url")) {
                required(parameter, "text");
            }
        }
    }
}
