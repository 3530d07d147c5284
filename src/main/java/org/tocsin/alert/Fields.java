package org.tocsin.alert;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group ({@code alert}, {@code info}, {@code area} …), read by name. What is wrong is noted with its
 * path, and a placeholder is returned: nothing built from it leaves {@link CapRules}, which throws at the end.
 *
 * <p>An empty element is an absent one: {@code <instruction/>} and {@code <polygon/>} are common in the field, and here
 * they never widen whom an alert reaches, since no area means nobody.
 */
final class Fields {
    private static final Set<String> AS_LONG_AS_THE_DOCUMENT = Set.of("polygon", "derefUri");
    private static final Set<String> NUMBERED_ALWAYS = Set.of("info", "resource", "area");

    private final String path;
    private final RawNode.Group group;
    private final Violations violations;

    Fields(String path, RawNode.Group group, Set<String> known, Violations violations) {
        this.path = path;
        this.group = group;
        this.violations = violations;
        reportStrangers(known);
    }

    private interface Parse<T> {
        T of(String text) throws Expected;
    }

    private record Leaf(String path, String text, boolean item) {}

    // ---- text

    @Nullable
    String text(String name) {
        return one(name, t -> t);
    }

    String requiredText(String name) {
        return required(name, "required, and not empty", t -> t, "");
    }

    List<String> texts(String name) {
        return each(name, t -> t);
    }

    String requiredName(String name) {
        return required(name, "required, and not empty", CapValues::name, "");
    }

    String language(String name, String otherwise) {
        String language = one(name, CapValues::language);
        return language == null ? otherwise : language;
    }

    // ---- words of CAP

    <E extends Enum<E>> E requiredConstant(String name, Class<E> type) {
        return required(
                name,
                "required: " + CapValues.choices(type),
                t -> CapValues.constant(type, t),
                type.getEnumConstants()[0]);
    }

    <E extends Enum<E>> List<E> constants(String name, Class<E> type) {
        return each(name, t -> CapValues.constant(type, t));
    }

    // ---- times, numbers, places

    @Nullable
    OffsetDateTime time(String name) {
        return one(name, CapTime::parse);
    }

    OffsetDateTime requiredTime(String name) {
        return required(
                name, "required: a dateTime such as 2026-11-22T14:03:00+01:00", CapTime::parse, OffsetDateTime.MIN);
    }

    @Nullable
    Double decimal(String name) {
        return one(name, CapValues::decimal);
    }

    @Nullable
    Long size(String name) {
        return one(name, CapValues::size);
    }

    List<Polygon> polygons(String name) {
        return each(name, CapValues::polygon);
    }

    List<Circle> circles(String name) {
        return each(name, CapValues::circle);
    }

    // ---- lists that XML writes in one string

    /** One string to be split, or (JSON) an array with one word in each value. */
    List<String> words(String name) {
        List<String> words = new ArrayList<>();
        for (Leaf leaf : stringOrItems(name)) {
            if (leaf.item()) {
                String word = parsed(leaf, CapText::word);
                if (word != null) {
                    words.add(word);
                }
            } else if (!leaf.text().isEmpty()) {
                words.addAll(orEmpty(parsed(leaf, CapText::words)));
            }
        }
        return words;
    }

    List<Reference> references(String name) {
        List<Reference> references = new ArrayList<>();
        for (Leaf leaf : stringOrItems(name)) {
            if (leaf.item() || !leaf.text().isEmpty()) {
                references.addAll(orEmpty(parsed(leaf, CapValues::references)));
            }
        }
        return references;
    }

    private List<Leaf> stringOrItems(String name) {
        List<Leaf> leaves = leaves(name);
        if (leaves.size() > 1 && !leaves.stream().allMatch(Leaf::item)) {
            reportRepetition(name, leaves.size());
        }
        return leaves;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    // ---- groups

    List<Fields> groups(String name, Set<String> known) {
        List<Fields> groups = new ArrayList<>();
        List<RawNode> nodes = nodes(name);
        for (int i = 0; i < nodes.size(); i++) {
            String at = pathOf(name, i, nodes.size());
            if (nodes.get(i) instanceof RawNode.Group inner) {
                groups.add(new Fields(at, inner, known, violations));
            } else if (nodes.get(i) instanceof RawNode.Text text
                    && CapText.strip(text.text()).isEmpty()) {
                groups.add(new Fields(at, new RawNode.Group(Map.of(), ""), known, violations));
            } else {
                violations.add(
                        at, nodes.get(i) instanceof RawNode.Wrong w ? w.expected() : "a group of elements, not text");
            }
        }
        return groups;
    }

    /** {@code valueName}/{@code value} pairs. The value may be empty, as in the field, but must be there. */
    List<Value> values(String name) {
        List<Value> values = new ArrayList<>();
        for (Fields pair : groups(name, Set.of("valueName", "value"))) {
            values.add(new Value(pair.requiredText("valueName"), pair.presentText("value")));
        }
        return values;
    }

    private String presentText(String name) {
        if (nodes(name).isEmpty()) {
            violations.add(join(name), "required (it may be empty)");
        }
        String text = text(name);
        return text == null ? "" : text;
    }

    // ---- what was said at all

    /** Whether anything was given under this name, right or wrong. */
    boolean has(String name) {
        return nodes(name).stream()
                .anyMatch(n ->
                        !(n instanceof RawNode.Text t && CapText.strip(t.text()).isEmpty()));
    }

    boolean says(String name, Enum<?> constant) {
        return nodes(name).stream()
                .anyMatch(n ->
                        n instanceof RawNode.Text t && CapText.strip(t.text()).equals(constant.name()));
    }

    void report(String name, String expected) {
        violations.add(join(name), expected);
    }

    private List<RawNode> nodes(String name) {
        return group.members().getOrDefault(name, List.of());
    }

    private void reportStrangers(Set<String> known) {
        if (!CapText.strip(group.strayText()).isEmpty()) {
            violations.add(path, "elements only, no text between them");
        }
        group.members().forEach((name, nodes) -> {
            if (!known.contains(name)) {
                String sentence = !nodes.isEmpty() && nodes.get(0) instanceof RawNode.Wrong wrong
                        ? wrong.expected()
                        : "unknown member: CAP 1.2 has no such element here";
                violations.add(join(Quotation.bare(name)), sentence);
            }
        });
    }

    private void reportRepetition(String name, int times) {
        violations.add(join(name), "once only, not %d times".formatted(times));
    }

    private <T> @Nullable T one(String name, Parse<T> parse) {
        List<Leaf> leaves = leaves(name);
        if (leaves.size() > 1) {
            reportRepetition(name, leaves.size());
        }
        return leaves.isEmpty() || leaves.get(0).text().isEmpty() ? null : parsed(leaves.get(0), parse);
    }

    private <T> T required(String name, String sentence, Parse<T> parse, T placeholder) {
        if (!has(name)) {
            violations.add(join(name), sentence);
            return placeholder;
        }
        T value = one(name, parse);
        return value == null ? placeholder : value;
    }

    private <T> List<T> each(String name, Parse<T> parse) {
        List<T> values = new ArrayList<>();
        for (Leaf leaf : leaves(name)) {
            T value = leaf.text().isEmpty() ? null : parsed(leaf, parse);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private <T> @Nullable T parsed(Leaf leaf, Parse<T> parse) {
        try {
            return parse.of(leaf.text());
        } catch (Expected e) {
            violations.add(leaf.path(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** The texts under this name, stripped; those that are no sound text are reported and left out. */
    private List<Leaf> leaves(String name) {
        List<Leaf> leaves = new ArrayList<>();
        List<RawNode> nodes = nodes(name);
        for (int i = 0; i < nodes.size(); i++) {
            String at = pathOf(name, i, nodes.size());
            if (nodes.get(i) instanceof RawNode.Text raw) {
                String problem = textProblem(name, raw.text());
                if (problem == null) {
                    leaves.add(new Leaf(at, CapText.strip(raw.text()), raw.item()));
                } else {
                    violations.add(at, problem);
                }
            } else {
                violations.add(at, nodes.get(i) instanceof RawNode.Wrong w ? w.expected() : "text, not elements");
            }
        }
        return leaves;
    }

    private static @Nullable String textProblem(String name, String text) {
        if (text.length() > CapLimits.MAX_TEXT && !AS_LONG_AS_THE_DOCUMENT.contains(name)) {
            return "at most %,d characters".formatted(CapLimits.MAX_TEXT);
        }
        return CapText.unsoundness(text);
    }

    private String pathOf(String name, int index, int count) {
        return join(count > 1 || NUMBERED_ALWAYS.contains(name) ? name + "[" + index + "]" : name);
    }

    private String join(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
