package org.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.yaml.snakeyaml.Yaml;

/** As much of docker/ as can be checked without an engine. */
class DockerFilesTest {
    private static final Pattern TOCSIN = Pattern.compile("\\bTOCSIN_[A-Z_]+\\b");
    /** What the compose file alone understands. */
    private static final Set<String> OF_THE_COMPOSE_FILE = Set.of(
            "TOCSIN_ACME",
            "TOCSIN_CPUS",
            "TOCSIN_DATABASE_MEMORY",
            "TOCSIN_DATABASE_PASSWORD",
            "TOCSIN_HTTP",
            "TOCSIN_HTTPS",
            "TOCSIN_IMAGE",
            "TOCSIN_MEMORY",
            "TOCSIN_MQTT",
            "TOCSIN_SECRETS");

    private static final Path FOLDER = Path.of("docker");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::[-?][^}]*)?}");
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\|", Pattern.MULTILINE);
    private static final Pattern COPY = Pattern.compile("^COPY ([^-\\s]\\S*) ", Pattern.MULTILINE);

    @Test
    void theTableOfVariablesIsComplete() throws IOException {
        Set<String> used = all(VARIABLE, "compose.yaml");
        // Those without a value are taken over from the environment.
        compose().at("/services/hub-1/environment").properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                used.add(entry.getKey());
            }
        });

        assertThat(all(ROW, "README.md")).isEqualTo(used);
    }

    /** What runs without being asked for, and what only with {@code --profile}; an empty list would be read as none. */
    @Test
    void theProfilesAreThoseOfTheReadme() throws IOException {
        Map<String, Set<String>> services = new TreeMap<>();
        compose().path("services").properties().forEach(service -> {
            JsonNode profiles = service.getValue().path("profiles");
            if (profiles.isEmpty()) {
                services.computeIfAbsent("", none -> new TreeSet<>()).add(service.getKey());
            }
            profiles.forEach(profile -> services.computeIfAbsent(profile.asText(), p -> new TreeSet<>())
                    .add(service.getKey()));
        });

        assertThat(services)
                .isEqualTo(Map.of(
                        "", Set.of("broker", "database", "hub-1", "hub-2", "proxy"),
                        "kafka", Set.of("kafka"),
                        "watch", Set.of("grafana", "prometheus")));
        String readme = Files.readString(FOLDER.resolve("README.md"));
        assertThat(services.keySet().stream().filter(profile -> !profile.isEmpty()))
                .allSatisfy(profile -> assertThat(readme).contains("--profile " + profile));
    }

    @Test
    void noSecretStandsInTheComposeFile() throws IOException {
        Map<String, String> literal = compose().path("services").properties().stream()
                .flatMap(service -> service.getValue().path("environment").properties().stream())
                .filter(entry -> entry.getKey().matches(".*(PASSWORD|TOKEN|SECRET|KEYS)"))
                .filter(entry ->
                        !entry.getValue().isNull() && !entry.getValue().asText().startsWith("${"))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText()));

        assertThat(literal).isEmpty();
    }

    /** As the hub itself sees it: a name that is nearly right stops its start, and one that is none does nothing. */
    @Test
    void everyTocsinVariableInThisFolderIsAKeyOfTheHubOrOfTheComposeFile() throws IOException {
        Set<String> keys = new TreeSet<>();
        addKeys("", new YAMLMapper().readTree(Path.of("config/application.yaml").toFile()), keys);
        Set<String> named = new TreeSet<>();
        for (Path file : everyFile()) {
            TOCSIN.matcher(Files.readString(file)).results().forEach(found -> named.add(found.group()));
        }
        named.removeAll(OF_THE_COMPOSE_FILE);

        assertThat(named).hasSizeGreaterThan(20).isSubsetOf(keys);
        assertThat(all(VARIABLE, "compose.yaml")).containsAll(OF_THE_COMPOSE_FILE);
    }

    private static void addKeys(String prefix, JsonNode node, Set<String> keys) {
        node.properties().forEach(entry -> {
            String key = prefix + entry.getKey().replace("-", "").toUpperCase(Locale.ROOT);
            keys.add(key);
            addKeys(key + "_", entry.getValue(), keys);
        });
    }

    @Test
    void theHubsDifferInTheirDataFoldersAloneAndShareTheirKeys() throws IOException {
        JsonNode one = compose().at("/services/hub-1");
        JsonNode two = compose().at("/services/hub-2");

        assertThat(one.at("/volumes/0").asText()).isEqualTo("hub-1:/tocsin/data");
        assertThat(two.at("/volumes/0").asText()).isEqualTo("hub-2:/tocsin/data");
        assertThat(one.toString().replace("hub-1:/", "hub-2:/")).isEqualTo(two.toString());
        JsonNode environment = one.path("environment");
        assertThat(one.path("volumes").toString()).contains("\"keys:/tocsin/keys\"");
        assertThat(environment.path("TOCSIN_KEYSFILE").asText()).startsWith("/tocsin/keys/");
    }

    @Test
    void theHubReadsItsFoldersOnlyAndIsGivenTimeToStop() throws IOException {
        JsonNode hub = compose().at("/services/hub-1");
        assertThat(hub.path("read_only").asBoolean()).isTrue();
        hub.path("volumes").forEach(volume -> assertThat(volume.asText()).matches(".*:/tocsin/(data|keys)|.*:ro"));
        String phase = new YAMLMapper()
                .readTree(Path.of("src/main/resources/application.yaml").toFile())
                .at("/spring/lifecycle/timeout-per-shutdown-phase")
                .asText();
        // Web server, routes, workers, and what is left of each: four steps at most are waited for.
        assertThat(Duration.parse("PT" + hub.path("stop_grace_period").asText()))
                .isGreaterThan(Duration.parse("PT" + phase).multipliedBy(4));
    }

    @Test
    void everyImageHasAVersionAndEveryServiceRotatesItsLog() throws IOException {
        JsonNode services = compose().path("services");
        services.properties().forEach(service -> {
            JsonNode what = service.getValue();
            assertThat(what.path("image").asText())
                    .as(service.getKey())
                    .matches("[a-z/]+:v?\\d+(\\.\\d+)+|\\$\\{(ARTEMIS|TOCSIN)_IMAGE:.*}");
            assertThat(what.at("/logging/options/max-size").asText())
                    .as(service.getKey())
                    .isNotEmpty();
            assertThat(what.has("mem_limit")).as(service.getKey()).isTrue();
        });
    }

    @Test
    void theImageIsNotRootAndHasAHealthCheck() throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve("Dockerfile"));
        List<String> last = lines.subList(lines.lastIndexOf("USER 10001"), lines.size());

        assertThat(lines.stream().filter(line -> line.startsWith("USER "))).containsExactly("USER 10001");
        assertThat(last).anyMatch(line -> line.startsWith("HEALTHCHECK"));
        assertThat(last).anyMatch(line -> line.startsWith("ENTRYPOINT [\"java\""));
        assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
                .allMatch(line -> line.matches("FROM \\S+:\\d+\\.\\d+.*"));
    }

    /** A JVM that does not find its cache, or has other flags than the one that made it, says nothing and starts without. */
    @Test
    void theHubStartsFromTheCacheThatTheImageMakes() throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve("Dockerfile"));
        assertThat(lines)
                .contains(
                        "COPY config/jvm.options ./",
                        "COPY docker/aot-cache.sh ./",
                        "RUN bash aot-cache.sh aot/tocsin.aot");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("ENTRYPOINT"))
                .singleElement()
                .asString()
                .contains("\"-XX:AOTCache=aot/tocsin.aot\"", "\"@jvm.options\"", "\"-jar\", \"tocsin.jar\"");
        assertThat(FOLDER.resolve("aot-cache.sh"))
                .content()
                .contains("-XX:AOTCacheOutput=\"$cache\"", "jar=${2:-tocsin.jar}", "\"@$options\" -jar \"$jar\" serve");
    }

    @Test
    void everyYamlAndJsonFileIsReadable() throws IOException {
        int read = 0;
        for (Path file : everyFile()) {
            if (file.toString().endsWith(".yaml")) {
                assertThat(new YAMLMapper().readTree(file.toFile()).isObject())
                        .as(file.toString())
                        .isTrue();
                read++;
            } else if (file.toString().endsWith(".json")) {
                assertThat(new ObjectMapper().readTree(file.toFile()).isObject())
                        .as(file.toString())
                        .isTrue();
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(7);
    }

    @Test
    void whatIsMountedIsThere() throws IOException {
        for (Map.Entry<String, JsonNode> service : compose().path("services").properties()) {
            for (JsonNode volume : service.getValue().path("volumes")) {
                String source = volume.asText().split(":")[0];
                if (source.startsWith(".")) {
                    assertThat(FOLDER.resolve(source)).as(service.getKey()).exists();
                }
            }
        }
    }

    @Test
    void aSecretInAFileIsItsKey(@TempDir Path secrets) throws IOException {
        Files.writeString(secrets.resolve("tocsin.whatsapp.access-token"), "from-the-file\n");
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("spring.config.import", "optional:configtree:" + secrets + "/")));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);

        assertThat(environment.getProperty("tocsin.whatsapp.access-token"))
                .as("wins over config/application.yaml, and the end of the line is no part of it")
                .isEqualTo("from-the-file");
        assertThat(compose()
                        .at("/services/hub-1/environment/SPRING_CONFIG_IMPORT")
                        .asText())
                .isEqualTo("optional:configtree:/run/secrets/tocsin/");
    }

    /** Where the machine has a client with compose, it must accept the file with all profiles. */
    @Test
    void composeAcceptsItsFile() throws Exception {
        assumeTrue(run(Map.of(), "docker", "compose", "version") == 0, "no docker client with compose on the PATH");
        Map<String, String> needed = Map.of(
                "TOCSIN_DATABASE_PASSWORD", "a", "TOCSIN_BROKER_PASSWORD", "b", "ARTEMIS_IMAGE", "broker:2.57.0");
        String[] command =
                "docker compose -f docker/compose.yaml --profile watch --profile kafka config --quiet".split(" ");

        assertThat(run(needed, command)).isZero();
        assertThat(run(Map.of(), command)).as("without a password").isNotZero();
    }

    private static int run(Map<String, String> environment, String... command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("TOCSIN_"));
        builder.environment().putAll(environment);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1; // there is no such program
        }
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

    /** With what its anchors stand for. */
    private static JsonNode compose() throws IOException {
        Object file = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
        return new ObjectMapper().valueToTree(file);
    }

    private static List<Path> everyFile() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(FOLDER.resolve("secrets"))
                            && !file.endsWith(".env")
                            && !file.toString().endsWith(".properties"))
                    .toList();
        }
    }

    private static Set<String> all(Pattern pattern, String file) throws IOException {
        return pattern.matcher(Files.readString(FOLDER.resolve(file)))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
