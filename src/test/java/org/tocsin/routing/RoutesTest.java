package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The linter of {@code routes/}: Camel's own schema, and the rules of routes/README.md. */
class RoutesTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern NAME =
            Pattern.compile("(intake|accept|deliver|call|receive|publish|error)-[a-z0-9-]+");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");
    /** Steps that carry no message text into an endpoint or a language of ours. */
    private static final Set<String> FORBIDDEN = Set.of(
            "toD",
            "recipientList",
            "routingSlip",
            "dynamicRouter",
            "enrich",
            "pollEnrich",
            "script",
            "delay",
            "wireTap",
            "loadBalance",
            "threads");

    private static final Set<String> SCRIPTING =
            Set.of("groovy", "js", "java", "joor", "mvel", "ognl", "python", "spel", "ref", "method");
    private static final Pattern LITERAL_PLACE =
            Pattern.compile("localhost|\\d{1,3}(\\.\\d{1,3}){3}|//[a-z0-9.-]+\\.[a-z]{2,}|:\\d{2,5}\\b");
    private static final Pattern LITERAL_SECRET =
            Pattern.compile("(?i)(password|secret|token|access-?key)\"?\\s*[:=]\\s*\"?(?!\\{\\{|[#$])[^\\s\"{]+");
    private static final int MAX_STEPS = 8;

    static Stream<Path> files() throws IOException {
        return Files.list(Path.of("routes")).filter(file -> file.toString().endsWith(".yaml"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsValidForCamel(Path file) throws IOException {
        assertThat(schema().validate(YAML.readTree(file.toFile()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsNamedForItsRouteAndItsGroup(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        assertThat(name).matches(NAME);
        List<JsonNode> routes = routes(file);
        if (name.startsWith("error-")) {
            assertThat(routes).isEmpty();
            return;
        }
        // Mostly one; a second one for another verb of the same endpoint carries the first one's name.
        assertThat(routes).extracting(route -> route.path("id").asText()).contains(name);
        String group = name.startsWith("call-") ? "deliver" : name.substring(0, name.indexOf('-'));
        for (JsonNode route : routes) {
            assertThat(route.path("id").asText()).startsWith(name);
            assertThat(route.path("group").asText()).isEqualTo(group);
            assertThat(route.path("description").asText()).isNotBlank().doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void aRouteSaysWhatHappensWhenItFails(Path file) throws IOException {
        Set<String> known = new TreeSet<>();
        for (Path each : files().toList()) {
            for (JsonNode entry : YAML.readTree(each.toFile())) {
                if (entry.has("routeConfiguration")) {
                    known.add(entry.path("routeConfiguration").path("id").asText());
                }
            }
        }
        for (JsonNode route : routes(file)) {
            String named = route.path("routeConfigurationId").asText();
            assertThat(known).as(file.toString()).contains(named.split(","));
            if (route.path("group").asText().equals("intake")) {
                assertThat(named).as("poison is parked").contains("park");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void stepsAreFewNamedAndDecideNothing(Path file) throws IOException {
        for (JsonNode route : routes(file)) {
            List<JsonNode> steps = new ArrayList<>();
            collect(route.path("from"), steps);
            assertThat(steps).as(file + ": at most " + MAX_STEPS + " steps").hasSizeLessThanOrEqualTo(MAX_STEPS);
            for (JsonNode step : steps) {
                String kind = step.fieldNames().next();
                assertThat(FORBIDDEN).as(file + ": " + kind).doesNotContain(kind);
                if (kind.equals("to") || kind.equals("bean")) {
                    assertThat(step.path(kind).path("id").asText())
                            .as(file + ": id of " + step)
                            .matches(ID);
                }
                if (kind.equals("bean")) {
                    assertThat(step.path(kind).path("method").asText())
                            .as(file + ": method")
                            .matches("[a-z]\\w*");
                }
            }
        }
        assertThat(YAML.readTree(file.toFile()).findParents("expression"))
                .as(file + ": no scripting language")
                .noneMatch(parent -> SCRIPTING.stream().anyMatch(parent.path("expression")::has));
    }

    @ParameterizedTest
    @MethodSource("files")
    void placesAndSecretsAreConfiguration(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String code = line.replaceFirst("(^|\\s)#\\s.*", "").replaceAll("\"?(RAW\\()?\\{\\{[^}]*}}\\)?\"?", "");
            assertThat(LITERAL_PLACE
                            .matcher(code.replace("sensors.#::ingest", ""))
                            .find())
                    .as(file + ": a literal host or port in: " + line)
                    .isFalse();
            assertThat(LITERAL_SECRET.matcher(code).find())
                    .as(file + ": a literal secret in: " + line)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void anIntakeRouteFirstDropsTheHeadersItDoesNotKnow(Path file) throws IOException {
        for (JsonNode route : routes(file)) {
            JsonNode steps = route.path("from").path("steps");
            if (!route.path("group").asText().equals("intake")) {
                continue;
            }
            String list = steps.path(0).path("bean").path("ref").asText();
            assertThat(steps.path(0).path("bean").path("method").asText()).isEqualTo("strip");
            assertThat(YAML.readTree(file.toFile()).findParents("type"))
                    .as(file + ": the allow-list " + list)
                    .anyMatch(bean -> bean.path("name").asText().equals(list)
                            && bean.path("type").asText().equals(HeaderAllowList.class.getName()));
            assertThat(steps.findValuesAsText("uri")).contains("direct:accept-alert");
        }
    }

    @Test
    void eachIdIsUsedOnceAndEachDirectHasItsRoute() throws IOException {
        Map<String, Path> ids = new HashMap<>();
        Set<String> consumed = new TreeSet<>();
        Set<String> called = new TreeSet<>();
        for (Path file : files().toList()) {
            for (JsonNode route : routes(file)) {
                consumed.add(route.path("from").path("uri").asText());
                route.path("from").path("steps").findValuesAsText("uri").stream()
                        .filter(uri -> uri.startsWith("direct:"))
                        .forEach(called::add);
            }
            for (String id : YAML.readTree(file.toFile()).findValuesAsText("id")) {
                assertThat(ids.put(id, file)).as("id " + id + " in " + file).isNull();
            }
        }
        assertThat(consumed).containsAll(called);
    }

    private static List<JsonNode> routes(Path file) throws IOException {
        List<JsonNode> routes = new ArrayList<>();
        for (JsonNode entry : YAML.readTree(file.toFile())) {
            if (entry.has("route")) {
                routes.add(entry.path("route"));
            }
        }
        return routes;
    }

    private static void collect(JsonNode node, List<JsonNode> into) {
        for (JsonNode child : node) {
            collect(child, into);
        }
        node.path("steps").forEach(into::add);
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream schema = RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(schema);
        }
    }
}
