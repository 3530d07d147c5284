package org.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.junit.jupiter.api.Test;

/** As much of docker/ as can be checked without an engine. */
class DockerFilesTest {
    private static final Path FOLDER = Path.of("docker");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::[-?][^}]*)?}");
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\|", Pattern.MULTILINE);
    private static final Pattern COPY = Pattern.compile("^COPY ([^-\\s]\\S*) ", Pattern.MULTILINE);

    @Test
    void theTableOfVariablesIsComplete() throws IOException {
        Set<String> used = all(VARIABLE, "compose.yaml");

        assertThat(all(ROW, "README.md")).isEqualTo(used);
    }

    @Test
    void noSecretStandsInTheComposeFile() throws IOException {
        JsonNode services = new YAMLMapper()
                .readTree(FOLDER.resolve("compose.yaml").toFile())
                .path("services");
        Map<String, String> literal = services.properties().stream()
                .flatMap(service -> service.getValue().path("environment").properties().stream())
                .filter(entry -> entry.getKey().matches(".*(PASSWORD|TOKEN|SECRET|KEYS)"))
                .filter(entry -> !entry.getValue().asText().startsWith("${"))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText()));

        assertThat(services.path("hub").path("environment").properties()).isNotEmpty();
        assertThat(literal).isEmpty();
    }

    @Test
    void everySettingOfTheHubIsAKeyOfOurs() throws IOException {
        String reference = Files.readString(Path.of("config/application.yaml"));
        JsonNode environment = new YAMLMapper()
                .readTree(FOLDER.resolve("compose.yaml").toFile())
                .at("/services/hub/environment");
        environment.fieldNames().forEachRemaining(name -> {
            if (name.startsWith("TOCSIN_")) {
                String last = name.substring(name.lastIndexOf('_') + 1).toLowerCase(java.util.Locale.ROOT);
                assertThat(reference.lines().map(line -> line.replace("-", "").strip()))
                        .as(name)
                        .anyMatch(line -> line.startsWith(last + ":"));
            }
        });
    }

    @Test
    void whatTheImageCopiesIsThere() throws IOException {
        assertThat(all(COPY, "Dockerfile")).isNotEmpty().allSatisfy(source -> assertThat(Path.of(source))
                .exists());
    }

    @Test
    void theBrokerHasTheQueuesThatTheRoutesReadAndSyncsItsJournal() throws Exception {
        FileConfiguration broker = new FileConfiguration();
        FileDeploymentManager manager = new FileDeploymentManager(
                FOLDER.resolve("artemis/broker.xml").toUri().toString());
        manager.addDeployable(broker);
        manager.readConfiguration();

        Map<String, CoreAddressConfiguration> addresses = broker.getAddressConfigurations().stream()
                .collect(Collectors.toMap(CoreAddressConfiguration::getName, address -> address));
        assertThat(addresses).containsOnlyKeys("sensors.#", "incidents");
        assertThat(addresses.get("sensors.#").getQueueConfigs()).singleElement().satisfies(queue -> {
            assertThat(queue.getName().toString()).isEqualTo("ingest");
            assertThat(queue.getRoutingType()).isEqualTo(RoutingType.MULTICAST);
            assertThat(queue.isDurable()).isTrue();
        });
        assertThat(addresses.get("incidents").getQueueConfigs()).singleElement().satisfies(queue -> {
            assertThat(queue.getName().toString()).isEqualTo("incidents");
            assertThat(queue.getRoutingType()).isEqualTo(RoutingType.ANYCAST);
        });
        assertThat(broker.isJournalDatasync()).isTrue();
        assertThat(broker.isJournalSyncTransactional()).isTrue();
        assertThat(broker.isJournalSyncNonTransactional()).isTrue();
        assertThat(broker.isPopulateValidatedUser()).isTrue();
        assertThat(broker.getAddressSettings().get("#").getMaxDeliveryAttempts())
                .isEqualTo(-1);
    }

    private static Set<String> all(Pattern pattern, String file) throws IOException {
        return pattern.matcher(Files.readString(FOLDER.resolve(file)))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
