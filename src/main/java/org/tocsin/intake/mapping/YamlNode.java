package org.tocsin.intake.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** One node of a configuration file that knows where it stands, so that each complaint names file and key. */
public record YamlNode(String file, String path, JsonNode json) {

    public BadMappingFile bad(String key, String remedy) {
        return new BadMappingFile(file, path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key, remedy);
    }

    /** A misspelt key must not be a silent default. */
    public void allowOnly(Set<String> keys) {
        if (!json.isObject()) {
            throw bad("", "expected keys and values");
        }
        Iterator<String> names = json.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!keys.contains(name)) {
                throw bad(
                        name,
                        "unknown key; known are "
                                + String.join(", ", keys.stream().sorted().toList()));
            }
        }
    }

    public boolean has(String key) {
        return !json.path(key).isMissingNode() && !json.path(key).isNull();
    }

    public YamlNode at(String key) {
        return new YamlNode(file, path.isEmpty() ? key : path + "." + key, json.path(key));
    }

    public List<YamlNode> list(String key) {
        JsonNode array = json.path(key);
        if (!has(key)) {
            return List.of();
        }
        if (!array.isArray()) {
            throw bad(key, "expected a list");
        }
        List<YamlNode> nodes = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            nodes.add(new YamlNode(file, at(key).path + "[" + i + "]", array.get(i)));
        }
        return nodes;
    }

    public Map<String, YamlNode> entries(String key) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        json.path(key).fieldNames().forEachRemaining(name -> entries.put(name, at(key).at(name)));
        return entries;
    }

    public List<String> texts(String key) {
        return list(key).stream().map(YamlNode::asText).toList();
    }

    public String asText() {
        if (!json.isValueNode() || json.asText().isBlank()) {
            throw bad("", "expected a text");
        }
        return json.asText();
    }

    public String text(String key) {
        String text = optionalText(key);
        if (text == null) {
            throw bad(key, "is missing; give it a text");
        }
        return text;
    }

    public YamlNode required(String key) {
        if (!has(key)) {
            throw bad(key, "is missing");
        }
        return at(key);
    }

    @Nullable
    public String optionalText(String key) {
        return has(key) ? at(key).asText() : null;
    }

    @Nullable
    public Double optionalNumber(String key) {
        if (!has(key)) {
            return null;
        }
        if (!json.path(key).isNumber()) {
            throw bad(key, "expected a number");
        }
        return json.path(key).doubleValue();
    }

    /** False when it is not there. */
    public boolean flag(String key) {
        if (has(key) && !json.path(key).isBoolean()) {
            throw bad(key, "expected true or false");
        }
        return json.path(key).booleanValue();
    }

    public Duration duration(String key, Duration otherwise) {
        String text = optionalText(key);
        if (text == null) {
            return otherwise;
        }
        try {
            Duration duration = DurationStyle.detectAndParse(text);
            if (duration.isNegative() || duration.isZero()) {
                throw bad(key, "expected a time longer than zero");
            }
            return duration;
        } catch (IllegalArgumentException e) {
            throw bad(key, "expected a time such as 30m, 12h or 2d");
        }
    }

    public <E extends Enum<E>> E oneOf(String key, Class<E> type, @Nullable E otherwise) {
        String text = optionalText(key);
        return text == null && otherwise != null ? otherwise : at(key).is(type);
    }

    /** This node itself as one of these names. */
    public <E extends Enum<E>> E is(Class<E> type) {
        for (E value : type.getEnumConstants()) {
            if (json.isValueNode() && value.name().equals(json.asText())) {
                return value;
            }
        }
        throw bad("", "expected one of " + Arrays.toString(type.getEnumConstants()));
    }
}
