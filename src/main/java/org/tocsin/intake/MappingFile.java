package org.tocsin.intake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A YAML file of one list of entries, {@code config/sensors.yaml} or {@code config/events.yaml}. */
final class MappingFile {
    private MappingFile() {}

    /**
     * @param list the name of the list, which is all that the file may hold
     * @return its entries; none where there is no file, or nothing in it
     * @throws BadSensorFile with one sentence, when it cannot be read
     */
    static List<YamlNode> entries(Path file, String list) {
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
                    .build()
                    .readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null
                    ? "?"
                    : String.valueOf(e.getLocation().getLineNr());
            throw new BadSensorFile(file.toString(), "line " + line, "is not readable YAML; correct it");
        } catch (IOException e) {
            throw new BadSensorFile(file.toString(), "file", "cannot be read; check its permissions");
        }
    }
}
