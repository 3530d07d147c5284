package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.mapping.BadMappingFile;
import org.tocsin.intake.mapping.MappingFile;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.sensors.SensorMapping.Measure;

class SensorFileTest {
    private static final String GOOD = """
            sensors:
              - name: smoke
                source: mqtt-sensors
                topic: sensors/*/smoke-*
                value: /ppm
                sender: sensors@example.org
                event: Smoke
                category: Fire
                levels:
                  - {raise-at: 50, severity: Severe}
                clear-at: 20
                addresses: [staff]
                text:
                  en: {headline: "Smoke at {{device}}"}
            """;

    @Test
    void theShippedFileIsGood() {
        assertThat(SensorFile.read(Path.of("config/sensors.yaml")))
                .extracting(SensorMapping::name)
                .containsExactly("flood-gauge", "gas", "smoke", "earthquake");
        assertThat(SensorFile.read(Path.of("config/sensors.yaml")))
                .as("in the languages of the sample directory")
                .allMatch(mapping -> mapping.texts().keySet().equals(Set.of("en", "fr")));
    }

    @Test
    void aHubWithoutTheFileHasNoSensors() {
        assertThat(SensorFile.read(Path.of("config/none.yaml"))).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    value: /ppm           | valeu: /ppm            | sensors[0].valeu     | unknown key
                    value: /ppm           | value: ppm             | sensors[0].value     | JSON pointer
                    clear-at: 20          | clear-at: 60           | raise-at             | must lie below clear-at
                    clear-at: 20          | clear-at: 50           | raise-at             | must lie above clear-at
                    clear-at: 20          | clear-at: low          | sensors[0].clear-at  | a number
                    clear-at: 20          | re-arm: 1h             | sensors[0].clear-at  | give either
                    severity: Severe      | severity: severe       | severity             | one of [Extreme
                    severity: Severe      | severity: Unknown      | severity             | how grave
                    addresses: [staff]    | addresses: []          | sensors[0].addresses | nobody would be told
                    "Smoke at {{device}}" | "at {{devcie}}"        | headline             | {{devcie}} is not known
                    category: Fire        | category: Smoke        | sensors[0].category  | one of
                    event: Smoke          | re-arm: soon           | sensors[0].event     | missing
                    name: smoke           | name: Smoke            | sensors[0].name      | lower-case
                    sender: sensors@example.org | sender: a b      | sensors[0].sender    | CAP sender
                    sensors:              | sensor:                | sensor               | unknown key
                    value: /ppm           | format: csv            | sensors[0].value     | is missing
                    value: /ppm           | format: xml            | sensors[0].format    | senml, tasmota
                    value: /ppm           | bytes: {as: uint8}     | sensors[0].bytes.at  | base64
                    value: /ppm           | value: /ppm; quorum: {count: 1, within: 5m} | sensors[0].quorum.count | one device needs no quorum
                    value: /ppm           | value: /ppm; quorum: {count: 2} | sensors[0].quorum.within | is missing
                    value: /ppm           | value: /ppm; quorum: {count: 2, within: 5m, of: [a]} | sensors[0].quorum.of | at least count
                    value: /ppm           | value: /ppm; hold: soon | sensors[0].hold  | 30m
                    value: /ppm           | value: /ppm; place: "1,2" | sensors[0].place | give both
                    raise-at: 50,         | raise-at: 50, within-km: 5, | within-km       | needs place
                    """)
    void aMistakeIsNamedByFileKeyAndRemedy(String good, String bad, String key, String remedy) {
        Path file = IntakeBench.temporary("sensors.yaml", GOOD.replace(good, bad.replace("; ", "\n    ")));

        // A clear-at on the other side says that the danger lies below: then the level is on the wrong side of it.
        if (bad.equals("clear-at: 60")) {
            assertThat(SensorFile.read(file).get(0).reached(new Measure("40", 40.0)))
                    .isNotNull();
            return;
        }
        assertThatThrownBy(() -> SensorFile.read(file))
                .isInstanceOf(BadMappingFile.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(key)
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "sensors/*/flood-*, sensors/a/flood-1, true",
        "sensors/*/flood-*, sensors/a/b/flood-1, false",
        "sensors/*/flood-*, sensors/a/smoke-1, false",
        "sensors/*/flood-*, xsensors/a/flood-1, false",
        "sensors/*/*, sensors/a/, true",
        "sensors/a.b/c, sensors/axb/c, false"
    })
    void aStarStandsForOneLevelOfATopic(String pattern, String topic, boolean fits) {
        assertThat(MappingFile.topicPattern(pattern).matcher(topic).matches()).isEqualTo(fits);
    }

    @Test
    void placeholdersAreReplacedOnceAndWhatReplacesThemIsNeverLookedAt() {
        PlaceholderText text = PlaceholderText.parse("{{value}} of {{ device }} {{/a/b}} {{");

        String filled = text.fill(Map.of("value", "{{device}}", "device", "${bean:x}", "/a/b", "{{sys:x}}")::get);

        assertThat(filled).isEqualTo("{{device}} of ${bean:x} {{sys:x}} {{");
    }
}
