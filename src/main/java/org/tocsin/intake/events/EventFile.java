package org.tocsin.intake.events;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.events.EventMapping.Text;
import org.tocsin.intake.events.EventMapping.Times;
import org.tocsin.intake.mapping.MappingFile;
import org.tocsin.intake.mapping.Place;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.mapping.YamlNode;

/** Reads {@code config/events.yaml}; whatever is wrong in it stops the start with one sentence. */
final class EventFile {
    private static final Set<String> KEYS = Set.of(
            "name",
            "source",
            "topic",
            "split",
            "when",
            "identity",
            "state",
            "closes-with",
            "observed-at",
            "started-at",
            "closed-at",
            "time-zone",
            "expires",
            "expires-after",
            "re-arm",
            "sender",
            "sender-name",
            "event",
            "category",
            "severity",
            "urgency",
            "certainty",
            "addresses",
            "addresses-by",
            "area",
            "parameters",
            "web",
            "substance",
            "text",
            "closed-text");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern CAP_NAME = Pattern.compile("[^\\s,<&]{1,200}");
    /** So long without an event, and its end was lost. */
    private static final Duration REARM = Duration.ofHours(24);

    private EventFile() {}

    /** A file that is not there is a hub without such events. */
    static List<EventMapping> read(Path file) {
        List<EventMapping> mappings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Map<String, String> splits = new HashMap<>();
        for (YamlNode node : MappingFile.entries(file, "events")) {
            EventMapping mapping = mapping(node);
            if (!names.add(mapping.name())) {
                throw node.bad("name", "is used twice; alerts are identified by it, so give it another");
            }
            String split = mapping.split() == null ? "" : mapping.split().written();
            if (!split.equals(splits.computeIfAbsent(mapping.source(), source -> split))) {
                throw node.bad("split", "differs from that of an earlier entry of the same source; give it the same");
            }
            mappings.add(mapping);
        }
        return List.copyOf(mappings);
    }

    private static EventMapping mapping(YamlNode node) {
        node.allowOnly(KEYS);
        boolean cancels = cancels(node);
        Map<String, Text> over = texts(node, "closed-text");
        if (node.has("state") && !cancels && over.isEmpty()) {
            throw node.bad(
                    "closed-text", "is missing; say what people read when it is over, or set closes-with: Cancel");
        }
        Map<String, Text> texts = texts(node, "text");
        if (texts.isEmpty()) {
            throw node.bad("text", "is missing; give at least one language with a headline");
        }
        List<Place> identity = places(node, "identity");
        if (identity.isEmpty()) {
            throw node.bad("identity", "is missing; give the JSON pointers to what names the incident, such as /id");
        }
        List<String> addresses = node.texts("addresses");
        Words<List<String>> by = node.has("addresses-by") ? EventWords.addressesBy(node.at("addresses-by")) : null;
        EventArea area = node.has("area") ? EventArea.read(node.at("area")) : null;
        if (addresses.isEmpty() && by == null && area == null) {
            throw node.bad("addresses", "nobody would be told; name groups or contacts, or give an area");
        }
        Map<String, Place> parameters = new LinkedHashMap<>();
        node.entries("parameters").forEach((name, entry) -> parameters.put(name, place(entry)));
        return new EventMapping(
                matching(node, "name", NAME, "expected lower-case letters, digits and hyphens"),
                node.text("source"),
                node.has("topic") ? MappingFile.topicPattern(node.text("topic")) : null,
                optionalPlace(node, "split"),
                EventWords.filters(node),
                identity,
                node.has("state") ? EventWords.state(node.at("state")) : null,
                cancels,
                times(node),
                node.duration("re-arm", REARM),
                matching(node, "sender", CAP_NAME, "expected a CAP sender without spaces, commas, < or &"),
                node.optionalText("sender-name"),
                EventWords.meaning(node),
                addresses,
                by,
                area,
                parameters,
                optionalPlace(node, "web"),
                places(node, "substance"),
                texts,
                over);
    }

    private static boolean cancels(YamlNode node) {
        String with = node.optionalText("closes-with");
        if (with != null && !with.equals("Cancel") && !with.equals("AllClear")) {
            throw node.bad("closes-with", "expected AllClear or Cancel");
        }
        return "Cancel".equals(with);
    }

    private static Times times(YamlNode node) {
        String zone = node.optionalText("time-zone");
        try {
            return new Times(
                    optionalPlace(node, "observed-at"),
                    optionalPlace(node, "started-at"),
                    optionalPlace(node, "closed-at"),
                    optionalPlace(node, "expires"),
                    node.duration("expires-after", Duration.ofHours(6)),
                    zone == null ? null : ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw node.bad("time-zone", "expected a time zone such as UTC or Europe/Paris");
        }
    }

    private static Map<String, Text> texts(YamlNode node, String key) {
        Map<String, Text> texts = new LinkedHashMap<>();
        node.entries(key).forEach((language, entry) -> {
            entry.allowOnly(Set.of("headline", "description", "instruction"));
            try {
                new Locale.Builder().setLanguageTag(language);
            } catch (IllformedLocaleException e) {
                throw entry.bad("", "expected a language such as en or fr-BE");
            }
            texts.put(
                    language,
                    new Text(
                            placeholders(entry, "headline"),
                            entry.has("description") ? placeholders(entry, "description") : null,
                            entry.has("instruction") ? placeholders(entry, "instruction") : null));
        });
        return texts;
    }

    static PlaceholderText placeholders(YamlNode entry, String key) {
        try {
            return PlaceholderText.parse(entry.text(key), Set.of());
        } catch (IllegalArgumentException e) {
            throw entry.bad(key, String.valueOf(e.getMessage()));
        }
    }

    private static List<Place> places(YamlNode node, String key) {
        return node.list(key).stream().map(EventFile::place).toList();
    }

    private static @Nullable Place optionalPlace(YamlNode node, String key) {
        return node.has(key) ? place(node.at(key)) : null;
    }

    /** One pointer, or a list of them. */
    static Place place(YamlNode node) {
        try {
            if (node.json().isArray() && !node.json().isEmpty()) {
                List<String> pointers = new ArrayList<>();
                node.json().forEach(one -> pointers.add(one.asText()));
                return Place.of(pointers);
            }
            return Place.of(node.asText());
        } catch (IllegalArgumentException e) {
            throw node.bad("", "expected a JSON pointer such as /labels/severity, or a list of them");
        }
    }

    private static String matching(YamlNode node, String key, Pattern pattern, String expected) {
        String text = node.text(key);
        if (!pattern.matcher(text).matches()) {
            throw node.bad(key, expected);
        }
        return text;
    }
}
