package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A change of this value makes stored alerts look like conflicts when they come again. */
    @Test
    void theHashOfAnAlertDoesNotChangeFromReleaseToRelease() throws CapProblem {
        Alert alert = CapXml.read(Documents.xml(Documents.draft()));
        assertThat(new String(CapJson.write(alert), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"identifier\":\"flood-1\",\"sender\":\"gauge@example.org\","
                                + "\"sent\":\"2026-11-22T14:03:00+01:00\",\"status\":\"Actual\",\"msgType\":\"Alert\","
                                + "\"scope\":\"Public\",\"info\":[{\"language\":\"en\",\"category\":[\"Met\"],\"event\":\"Flood\","
                                + "\"urgency\":\"Immediate\",\"severity\":\"Severe\",\"certainty\":\"Observed\","
                                + "\"parameter\":[{\"valueName\":\"level\",\"value\":\"4.2\"}],"
                                + "\"area\":[{\"areaDesc\":\"Lower town\",\"polygon\":[\"46.2,6.1 46.3,6.1 46.3,6.2 46.2,6.1\"],"
                                + "\"circle\":[\"46.2,6.15 12.5\"],\"geocode\":[{\"valueName\":\"FIPS\",\"value\":\"123\"}]}]}]}");
        assertThat(ContentHash.of(alert)).isEqualTo("5f8e4a9f18a5cb9dff3023e19cd27462f8be16a55cc3938ad29bb6d92e2f2ca1");
    }

    @Test
    void layoutOrderOfMembersAndFormDoNotMatter() throws CapProblem, IOException {
        Map<String, Object> draft = Documents.draft();
        String hash = ContentHash.of(CapXml.read(Documents.xml(draft)));
        byte[] pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new TreeMap<>(draft));
        assertThat(ContentHash.of(CapJson.read(pretty))).isEqualTo(hash).matches("[0-9a-f]{64}");
        draft.put("sent", "2026-11-22T14:03:00.000+01:00");
        assertThat(ContentHash.of(CapJson.read(Documents.json(draft)))).isEqualTo(hash);
    }

    /** Leaves out, one after the other, every member and list item of alerts that have everything. */
    @Test
    void everythingThatIsSaidCounts() throws IOException, CapProblem {
        for (String name : List.of("bilingual-with-resource.json", "dwd-wind-bilingual.xml")) {
            byte[] document = Documents.resource(name);
            Alert alert = name.endsWith("xml") ? CapXml.read(document) : CapJson.read(document);
            JsonNode whole = JSON.readTree(CapJson.write(alert));
            Set<String> hashes = new HashSet<>(Set.of(ContentHash.of(alert)));
            int variants = 0;
            for (JsonNode lesser : withOneLess(whole)) {
                try {
                    hashes.add(ContentHash.of(CapJson.read(JSON.writeValueAsBytes(lesser))));
                    variants++;
                } catch (CapProblem required) {
                    // what is left is no alert
                }
            }
            assertThat(variants).isGreaterThan(15);
            assertThat(hashes).hasSize(variants + 1);
        }
    }

    private static List<JsonNode> withOneLess(JsonNode node) {
        List<JsonNode> variants = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                variants.add(object.deepCopy().without(name));
                withOneLess(object.get(name))
                        .forEach(v -> variants.add(object.deepCopy().set(name, v)));
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                ArrayNode copy = array.deepCopy();
                copy.remove(i);
                if (!copy.isEmpty()) {
                    variants.add(copy);
                }
                for (JsonNode v : withOneLess(array.get(i))) {
                    ArrayNode changed = array.deepCopy();
                    changed.set(i, v);
                    variants.add(changed);
                }
            }
        }
        return variants;
    }
}
