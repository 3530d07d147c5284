package org.tocsin.intake.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.intake.events.EventMapping.Filter;
import org.tocsin.intake.events.EventMapping.Meaning;
import org.tocsin.intake.events.EventMapping.State;
import org.tocsin.intake.mapping.YamlNode;

/** Those parts of {@code config/events.yaml} that say what a tool's words mean. */
final class EventWords {
    private EventWords() {}

    static Meaning meaning(YamlNode node) {
        return new Meaning(
                words(node, "event", null, YamlNode::asText),
                words(node, "category", Category.Other, value -> value.is(Category.class)),
                words(node, "severity", null, value -> value.is(Severity.class)),
                words(node, "urgency", Urgency.Immediate, value -> value.is(Urgency.class)),
                words(node, "certainty", Certainty.Observed, value -> value.is(Certainty.class)));
    }

    static List<Filter> filters(YamlNode node) {
        List<YamlNode> entries = node.json().path("when").isObject() ? List.of(node.at("when")) : node.list("when");
        return entries.stream()
                .map(entry -> {
                    entry.allowOnly(Set.of("at", "words"));
                    return new Filter(EventFile.place(entry.required("at")), folded(entry, "words", true));
                })
                .toList();
    }

    static State state(YamlNode node) {
        node.allowOnly(Set.of("at", "open", "closed"));
        State state = new State(
                EventFile.place(node.required("at")), folded(node, "open", false), folded(node, "closed", true));
        if (state.open().stream().anyMatch(state.closed()::contains)) {
            throw node.bad("open", "has a word that is in closed too");
        }
        return state;
    }

    private static Set<String> folded(YamlNode node, String key, boolean required) {
        Set<String> words = node.texts(key).stream().map(Words::folded).collect(Collectors.toUnmodifiableSet());
        if (required && words.isEmpty()) {
            throw node.bad(key, "is missing; give a list of words");
        }
        return words;
    }

    static Words<List<String>> addressesBy(YamlNode node) {
        return words(node, null, value -> {
            List<String> addresses = new ArrayList<>();
            value.json().forEach(address -> addresses.add(new YamlNode(value.file(), value.path(), address).asText()));
            if (!value.json().isArray()) {
                throw value.bad("", "expected a list of groups or contacts");
            }
            return List.copyOf(addresses);
        });
    }

    private static <T> Words<T> words(YamlNode node, String key, @Nullable T otherwise, Function<YamlNode, T> read) {
        if (!node.has(key) && otherwise != null) {
            return Words.constant(otherwise);
        }
        YamlNode value = node.required(key);
        return value.json().isObject() ? words(value, key, read) : Words.constant(read.apply(value));
    }

    private static <T> Words<T> words(YamlNode node, @Nullable String key, Function<YamlNode, T> read) {
        node.allowOnly(Set.of("at", "words", "otherwise"));
        Map<String, T> words = new HashMap<>();
        node.entries("words").forEach((word, value) -> {
            if (words.put(Words.folded(word), read.apply(value)) != null) {
                throw value.bad("", "is the same word as another one here, but for its letters' case");
            }
        });
        if (words.isEmpty()) {
            throw node.bad("words", "is missing; say which word means which " + (key == null ? "addresses" : key));
        }
        return new Words<>(
                EventFile.place(node.required("at")),
                Map.copyOf(words),
                node.has("otherwise") ? read.apply(node.at("otherwise")) : null);
    }
}
