package org.tocsin.intake.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A YAML file of one list of entries, {@code config/sensors.yaml} or {@code config/events.yaml}. */
public final class MappingFile {
    private MappingFile() {}

    /**
     * @param list the name of the list, which is all that the file may hold
     * @return its entries; none where there is no file, or nothing in it
     * @throws BadMappingFile with one sentence, when it cannot be read
     */
    public static List<YamlNode> entries(Path file, String list) {
        if (!Files.exists(file)) {
            return List.of();
        }
        YamlNode root = new YamlNode(file.toString(), "", yaml(file));
        if (root.json().isMissingNode() || root.json().isNull()) {
            return List.of();
        }
        root.allowOnly(Set.of(list));
        return root.list(list);
    }

    private static JsonNode yaml(Path file) {
        try {
            return YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    // Devices say ON and off, and to a reader of YAML 1.1 these are no words, but true and false.
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build()
                    .readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null
                    ? "?"
                    : String.valueOf(e.getLocation().getLineNr());
            throw new BadMappingFile(file.toString(), "line " + line, "is not readable YAML; correct it");
        } catch (IOException e) {
            throw new BadMappingFile(file.toString(), "file", "cannot be read; check its permissions");
        }
    }

    /** {@code *} stands for anything within one level of the topic. */
    public static Pattern topicPattern(String topic) {
        StringBuilder regex = new StringBuilder();
        for (String piece : topic.split("(?<=\\*)|(?=\\*)")) {
            regex.append(piece.equals("*") ? "[^/]*" : Pattern.quote(piece));
        }
        return Pattern.compile(regex.toString());
    }
}
