package org.tocsin.intake.sensors;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.intake.mapping.MappedArea;
import org.tocsin.intake.mapping.MappingFile;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.mapping.YamlNode;
import org.tocsin.intake.sensors.SensorMapping.Condition;
import org.tocsin.intake.sensors.SensorMapping.Level;
import org.tocsin.intake.sensors.SensorMapping.Text;

/** Reads {@code config/sensors.yaml}; whatever is wrong in it stops the start with one sentence. */
public final class SensorFile {
    private static final Set<String> KEYS = Set.of(
            "name",
            "source",
            "topic",
            "sender",
            "sender-name",
            "event",
            "category",
            "levels",
            "clear-at",
            "clear-on",
            "re-arm",
            "expires-after",
            "addresses",
            "area",
            "text");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern CAP_NAME = Pattern.compile("[^\\s,<&]{1,200}");
    /** So long without a reading, and the next one is not of the same flood. */
    private static final Duration REARM = Duration.ofHours(24);

    private SensorFile() {}

    /** A file that is not there is a hub without sensors: what they send is parked, and says so. */
    static List<SensorMapping> read(Path file) {
        List<SensorMapping> mappings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode node : MappingFile.entries(file, "sensors")) {
            SensorMapping mapping = mapping(node);
            if (!names.add(mapping.name())) {
                throw node.bad("name", "is used twice; alerts are identified by it, so give it another");
            }
            if (mappings.stream().anyMatch(earlier -> sharesIncident(earlier, mapping))) {
                throw node.bad(
                        "event", "an entry before it goes on to this one and has the same event; give it another");
            }
            mappings.add(mapping);
        }
        return List.copyOf(mappings);
    }

    /** Both may read the same message, and could not tell their incidents apart. */
    private static boolean sharesIncident(SensorMapping earlier, SensorMapping mapping) {
        return earlier.layout().continues()
                && earlier.source().equals(mapping.source())
                && earlier.event().equals(mapping.event());
    }

    private static SensorMapping mapping(YamlNode node) {
        node.allowOnly(Stream.of(KEYS, SensorLayoutFile.KEYS, SensorTermsFile.KEYS)
                .flatMap(Set::stream)
                .collect(Collectors.toUnmodifiableSet()));
        String topic = node.optionalText("topic");
        List<Area> areas = node.has("area") ? List.of(MappedArea.read(node.at("area"))) : List.of();
        List<String> addresses = node.texts("addresses");
        if (addresses.isEmpty() && areas.isEmpty()) {
            throw node.bad("addresses", "nobody would be told; name groups or contacts, or give an area");
        }
        Condition clear = clear(node);
        return new SensorMapping(
                matching(node, "name", NAME, "expected lower-case letters, digits and hyphens"),
                node.text("source"),
                topic == null ? null : MappingFile.topicPattern(topic),
                SensorLayoutFile.read(node),
                matching(node, "sender", CAP_NAME, "expected a CAP sender without spaces, commas, < or &"),
                node.optionalText("sender-name"),
                node.text("event"),
                node.oneOf("category", Category.class, Category.Other),
                levels(node, clear),
                clear,
                node.duration("re-arm", REARM),
                SensorTermsFile.read(node),
                node.duration("expires-after", Duration.ofHours(6)),
                addresses,
                areas,
                node.has("area") && MappedArea.intersects(node.at("area")),
                texts(node));
    }

    private static Condition clear(YamlNode node) {
        Double at = node.optionalNumber("clear-at");
        if ((at == null) == node.texts("clear-on").isEmpty()) {
            throw node.bad("clear-at", "give either clear-at (a number) or clear-on (a list of words)");
        }
        if (at == null) {
            return new Condition.Word(node.texts("clear-on"));
        }
        // The first level tells on which side the danger lies: above clear-at, or below it.
        Double first = node.list("levels").isEmpty()
                ? null
                : node.list("levels").get(0).optionalNumber("raise-at");
        return first != null && first < at ? new Condition.AtLeast(at) : new Condition.AtMost(at);
    }

    private static List<Level> levels(YamlNode node, Condition clear) {
        List<Level> levels = new ArrayList<>();
        for (YamlNode entry : node.list("levels")) {
            entry.allowOnly(Set.of("raise-at", "raise-on", "within-km", "severity", "urgency", "certainty"));
            Level level = new Level(
                    raise(entry, clear),
                    within(node, entry),
                    entry.oneOf("severity", Severity.class, null),
                    entry.oneOf("urgency", Urgency.class, Urgency.Immediate),
                    entry.oneOf("certainty", Certainty.class, Certainty.Observed));
            if (level.severity() == Severity.Unknown) {
                throw entry.bad(
                        "severity", "a level must say how grave it is; expected Extreme, Severe, Moderate or Minor");
            }
            if (!levels.isEmpty() && !graver(level, levels.get(levels.size() - 1))) {
                throw entry.bad("severity", "each level must be graver than the one before it");
            }
            levels.add(level);
        }
        if (levels.isEmpty()) {
            throw node.bad("levels", "is missing; give at least one, with raise-at and severity");
        }
        return List.copyOf(levels);
    }

    private static @Nullable Double within(YamlNode node, YamlNode entry) {
        Double km = entry.optionalNumber("within-km");
        if (km != null && !node.has("place")) {
            throw entry.bad("within-km", "needs place and position: kilometres from where to where");
        }
        if (km != null && km <= 0) {
            throw entry.bad("within-km", "expected kilometres above 0");
        }
        return km;
    }

    private static boolean graver(Level level, Level before) {
        return level.severity().ordinal() < before.severity().ordinal();
    }

    private static Condition raise(YamlNode entry, Condition clear) {
        Double at = entry.optionalNumber("raise-at");
        if (clear instanceof Condition.Word over) {
            List<String> words = entry.texts("raise-on");
            if (words.isEmpty() || words.stream().anyMatch(over.words()::contains)) {
                throw entry.bad("raise-on", "expected words, none of them in clear-on");
            }
            return new Condition.Word(words);
        }
        if (at == null) {
            throw entry.bad("raise-at", "is missing; give the value that raises the alert");
        }
        if (clear instanceof Condition.AtLeast over) {
            if (at >= over.bound()) {
                throw entry.bad("raise-at", "must lie below clear-at, as the first level does");
            }
            return new Condition.AtMost(at);
        }
        if (clear instanceof Condition.AtMost over && at <= over.bound()) {
            throw entry.bad("raise-at", "must lie above clear-at, so that a level at the edge does not flap");
        }
        return new Condition.AtLeast(at);
    }

    private static Map<String, Text> texts(YamlNode node) {
        Map<String, Text> texts = new LinkedHashMap<>();
        node.entries("text").forEach((language, entry) -> {
            entry.allowOnly(Set.of("headline", "description", "instruction"));
            try {
                new Locale.Builder().setLanguageTag(language);
            } catch (IllformedLocaleException e) {
                throw entry.bad("", "expected a language such as en or fr-BE");
            }
            PlaceholderText headline = text(entry, "headline");
            if (headline == null) {
                throw entry.bad("headline", "is missing; say in one line what happens");
            }
            texts.put(language, new Text(headline, text(entry, "description"), text(entry, "instruction")));
        });
        if (texts.isEmpty()) {
            throw node.bad("text", "is missing; give at least one language with a headline");
        }
        return texts;
    }

    private static @Nullable PlaceholderText text(YamlNode entry, String key) {
        String text = entry.optionalText(key);
        try {
            return text == null ? null : PlaceholderText.parse(text);
        } catch (IllegalArgumentException e) {
            throw entry.bad(key, String.valueOf(e.getMessage()));
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
