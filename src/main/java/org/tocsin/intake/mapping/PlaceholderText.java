package org.tocsin.intake.mapping;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with {@code {{value}}}, {@code {{device}}}, {@code {{site}}}, {@code {{unit}}}, {@code {{km}}} or {@code {{/json/pointer}}} in
 * it. Replaced textually and once: what a device sends is never looked at as a text with placeholders.
 */
public record PlaceholderText(List<Part> parts) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}\\s]{1,200})\\s*}}");
    private static final Set<String> NAMES = Set.of("value", "device", "site", "unit", "km");

    /** Either literal text, or the name of a value. */
    public record Part(String text, boolean placeholder) {}

    /** @throws IllegalArgumentException for a placeholder that nothing can ever fill; the message says which */
    public static PlaceholderText parse(String template) {
        return parse(template, NAMES);
    }

    /**
     * @param names what there is beside pointers; if nothing, then the texts are those of events: {@code {{/a|root:/b}}}
     *     is the first of two places that finds something
     */
    public static PlaceholderText parse(String template, Set<String> names) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(template);
        int from = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            if (names.isEmpty() && Place.isPointer(name)) {
                Place.of(List.of(name.split("\\|")));
            } else if (name.startsWith("/")) {
                JsonPointer.compile(name);
            } else if (!names.contains(name)) {
                throw new IllegalArgumentException("{{" + name + "}} is not known; there are "
                        + (names.isEmpty() ? "" : "value, device, site, unit, km and ")
                        + "/json/pointers");
            }
            parts.add(new Part(template.substring(from, matcher.start()), false));
            parts.add(new Part(name, true));
            from = matcher.end();
        }
        parts.add(new Part(template.substring(from), false));
        return new PlaceholderText(List.copyOf(parts));
    }

    public String fill(Function<String, String> values) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.placeholder() ? values.apply(part.text()) : part.text());
        }
        return text.toString();
    }
}
