package org.tocsin.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mapping of a YAML file, read key by key; whatever is missing, misspelled or left over is a sentence. */
final class YamlSection {
    static final int MAX_BYTES = 64 * 1024;

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> known = new HashSet<>();

    private YamlSection(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw new TemplateProblem(file, path, "is not a mapping", "write \"key: value\" lines below it");
        }
    }

    static YamlSection parse(String file, byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new TemplateProblem(file, "", "is larger than 64 KiB", "a template is a few lines: shorten it");
        }
        try {
            return new YamlSection(file, "", YAML.readTree(content));
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String line = at == null ? "" : " at line " + at.getLineNr();
            throw new TemplateProblem(
                    file, "", "is not valid YAML" + line, "check indentation, quotes and that no key comes twice");
        } catch (IOException e) {
            throw new TemplateProblem(file, "", "cannot be parsed", "save it as UTF-8 text");
        }
    }

    TemplateProblem problem(String key, String problem, String remedy) {
        return new TemplateProblem(file, pathOf(key), problem, remedy);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
    }

    private @Nullable JsonNode at(String key) {
        known.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String key) {
        return at(key) != null;
    }

    String text(String key) {
        String value = textOrNull(key);
        if (value == null) {
            throw problem(key, "is missing", "add it (see config/templates/README.md)");
        }
        return value;
    }

    @Nullable
    String textOrNull(String key) {
        JsonNode value = at(key);
        if (value == null) {
            return null;
        }
        if (!value.isValueNode()) {
            throw problem(key, "is not a text", "write one value");
        }
        String text = value.asText().replace("\r\n", "\n").stripTrailing();
        if (text.isBlank()) {
            throw problem(key, "is empty", "write the text, or remove the key");
        }
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw problem(key, "holds a control character", "remove it (a tab is one too)");
        }
        return text;
    }

    /** A text that must match; {@code form} says what is allowed. */
    String word(String key, String regex, String form) {
        String value = text(key);
        if (!value.matches(regex)) {
            throw problem(key, "is not " + form, "write " + form);
        }
        return value;
    }

    int number(String key, int fallback, int min, int max) {
        JsonNode value = at(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
            throw problem(key, "is not a whole number from " + min + " to " + max, "write one, such as " + fallback);
        }
        return value.intValue();
    }

    YamlSection section(String key) {
        JsonNode value = at(key);
        if (value == null) {
            throw problem(key, "is missing", "add it (see config/templates/README.md)");
        }
        return new YamlSection(file, pathOf(key), value);
    }

    /** Every entry of an optional mapping of texts, in the order of the file. */
    Map<String, String> texts(String key) {
        var entries = new LinkedHashMap<String, String>();
        if (has(key)) {
            YamlSection section = section(key);
            for (String name : section.keys()) {
                entries.put(name, section.text(name));
            }
        }
        return entries;
    }

    /** One text or a list of them; empty when the key is absent. */
    List<String> list(String key) {
        JsonNode value = at(key);
        if (value == null) {
            return List.of();
        }
        var items = new ArrayList<String>();
        if (value.isValueNode()) {
            items.add(value.asText());
        } else {
            value.forEach(item -> items.add(item.asText()));
        }
        if (value.isObject() || items.isEmpty() || items.stream().anyMatch(String::isBlank)) {
            throw problem(key, "is not a list of texts", "write one text, or [first, second]");
        }
        return items;
    }

    /** The mappings of a list; none when the key is absent. */
    List<YamlSection> sections(String key) {
        JsonNode value = at(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw problem(key, "is not a list", "write one \"- {key: value}\" line each");
        }
        var sections = new ArrayList<YamlSection>();
        for (int i = 0; i < value.size(); i++) {
            sections.add(new YamlSection(file, pathOf(key) + "[" + i + "]", value.get(i)));
        }
        return sections;
    }

    List<String> keys() {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Call it last: a key that nobody asked for is a misspelled one. */
    void nothingElse() {
        for (String key : keys()) {
            if (!known.contains(key)) {
                throw problem(
                        key,
                        "is not known here",
                        "use " + known.stream().sorted().toList());
            }
        }
    }
}
