package org.tocsin.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code {{name}}} in the text of a template. One pass: what a value holds is never looked at again. */
final class Placeholders {
    /**
     * Stands for {@link Rendered#ACKNOWLEDGE_LINK} until the end of rendering. Values cannot hold it ({@link
     * PlainText#clean} removes control characters), so that a sender cannot have the personal link put in his own text.
     */
    static final String LINK = "\u0001";

    private static final String LINK_NAME = "acknowledge-link";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z-]+)}}");

    private Placeholders() {}

    /** What in the text looks like a placeholder and is none (at most 40 characters of it), or null. */
    static @Nullable String unknown(String template, boolean linkAllowed) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        var rest = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            if (Variable.of(name).isEmpty() && !(linkAllowed && name.equals(LINK_NAME))) {
                return matcher.group();
            }
            rest.append(template, from, matcher.start()).append(' ');
            from = matcher.end();
        }
        rest.append(template, from, template.length());
        int stray = rest.indexOf("{{") < 0 ? rest.indexOf("}}") : rest.indexOf("{{");
        if (stray < 0) {
            return null;
        }
        int end = rest.indexOf("}}", stray);
        return rest.substring(stray, Math.min(end < 0 ? rest.length() : end + 2, stray + 40));
    }

    /** The variables in the order of their first use. */
    static Set<Variable> variables(String template) {
        var found = new LinkedHashSet<Variable>();
        PLACEHOLDER.matcher(template).results().forEach(r -> Variable.of(r.group(1))
                .ifPresent(found::add));
        return found;
    }

    static String fill(String template, Function<Variable, String> values) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(Variable.of(match.group(1))
                        .map(values)
                        .orElseGet(() -> match.group(1).equals(LINK_NAME) ? LINK : match.group())));
    }

    /** Like {@link #fill}, but a line with placeholders that are all empty is left out, and no gap stays behind. */
    static String fillLines(String template, Function<Variable, String> values) {
        List<String> lines = new ArrayList<>();
        for (String line : template.split("\n", -1)) {
            if (isLeftOut(line, values)) {
                continue;
            }
            String filled = fill(line, values).stripTrailing();
            boolean afterGap = lines.isEmpty() || lines.get(lines.size() - 1).isEmpty();
            if (!filled.isEmpty() || !afterGap) {
                lines.add(filled);
            }
        }
        return String.join("\n", lines).stripTrailing();
    }

    private static boolean isLeftOut(String line, Function<Variable, String> values) {
        Set<Variable> used = variables(line);
        return !used.isEmpty()
                && !line.contains(Rendered.ACKNOWLEDGE_LINK)
                && used.stream().allMatch(v -> values.apply(v).isEmpty());
    }

    /** The end of rendering: the personal link's placeholder where the template has it, and nowhere else. */
    static String withLink(String text) {
        return text.replace(LINK, Rendered.ACKNOWLEDGE_LINK);
    }

    /** A value that spells the link's placeholder (alone, or joined with its neighbours) stays readable text. */
    static String withoutForgedLink(String text) {
        return text.replace(Rendered.ACKNOWLEDGE_LINK, "{{ acknowledge-link }}");
    }
}
