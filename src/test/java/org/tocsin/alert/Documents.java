package org.tocsin.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Documents for the tests: one draft, spelled as JSON and as XML by hands other than those under test. */
final class Documents {
    private Documents() {}

    /** A valid alert with one info and one area; tests spoil it. */
    static Map<String, Object> draft() {
        Map<String, Object> area = members(
                "areaDesc", "Lower town",
                "polygon", List.of("46.2,6.1 46.3,6.1 46.3,6.2 46.2,6.1"),
                "circle", List.of("46.2,6.15 12.5"),
                "geocode", List.of(members("valueName", "FIPS", "value", "123")));
        Map<String, Object> info = members(
                "language", "en",
                "category", List.of("Met"),
                "event", "Flood",
                "urgency", "Immediate",
                "severity", "Severe",
                "certainty", "Observed",
                "parameter", List.of(members("valueName", "level", "value", "4.2")),
                "area", List.of(area));
        return members(
                "identifier", "flood-1",
                "sender", "gauge@example.org",
                "sent", "2026-11-22T14:03:00+01:00",
                "status", "Actual",
                "msgType", "Alert",
                "scope", "Public",
                "info", List.of(info));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> info(Map<String, Object> draft) {
        return (Map<String, Object>) ((List<?>) Objects.requireNonNull(draft.get("info"))).get(0);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> area(Map<String, Object> draft) {
        return (Map<String, Object>)
                ((List<?>) Objects.requireNonNull(info(draft).get("area"))).get(0);
    }

    static Map<String, Object> members(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }

    static byte[] json(Map<String, Object> draft) {
        try {
            return new ObjectMapper().writeValueAsBytes(draft);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] xml(Map<String, Object> draft) {
        StringBuilder out = new StringBuilder("<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>");
        draft.forEach((name, value) -> element(name, value, out));
        return bytes(out.append("</alert>").toString());
    }

    private static void element(String name, Object value, StringBuilder out) {
        if (value instanceof List<?> list) {
            list.forEach(item -> element(name, item, out));
            return;
        }
        out.append('<').append(name).append('>');
        if (value instanceof Map<?, ?> members) {
            members.forEach((member, inner) -> element((String) member, inner, out));
        } else {
            out.append(value.toString().replace("&", "&amp;").replace("<", "&lt;"));
        }
        out.append("</").append(name).append('>');
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] resource(String name) {
        try (InputStream in = Documents.class.getResourceAsStream("/cap/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> sentences(CapProblem problem) {
        return problem.violations().stream()
                .map(v -> v.element() + ": " + v.expected())
                .toList();
    }
}
