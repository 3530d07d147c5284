package org.tocsin.setup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.tocsin.embedded.StartRefused;

class RouteLintTest {
    private static final String ROUTE = """
            # a comment may name {{what.it.likes}}
            - beans:
                - name: own
                  type: java.lang.Object
            - route:
                id: intake-x
                from:
                  uri: direct:intake-x?block=true
                  parameters:
                    size: "{{known.key}}"
                    rate: "{{other.key:5}}"
                    optional: "{{?third.key}}"
                    factory: "#bean:theirs"
                  steps:
                    - bean:
                        ref: own
                        method: strip
                    - bean:
                        ref: theirs
                    - to:
                        uri: "{{known.url}}/path"
                    - to:
                        uri: direct:intake-x
                    - to:
                        uri: vertx-http:{{known.url}}
                    - to:
                        uri: deliveries:whatsapp
            """;

    @TempDir
    Path routes;

    @Test
    void whatIsRightPasses() {
        assertThatCode(() -> lint(ROUTE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "ref: own, ref: owm, there is no bean owm: correct that name",
        "#bean:theirs, #bean:their, there is no bean their: correct that name",
        "'direct:intake-x\n', 'direct:intake-y\n', no route serves direct:intake-y: correct that uri",
        "vertx-http:, vertex-http:, there is no endpoint vertex-http: correct that uri",
        "deliveries:, delivers:, there is no endpoint delivers: correct that uri",
        "'{{known.key}}', '{{unknown.key}}', 'the key unknown.key is set nowhere: set it in config/application.yaml'",
    })
    void whatIsWrongIsNamedWithItsFile(String right, String wrong, String said) {
        assertThatThrownBy(() -> lint(ROUTE.replace(right, wrong)))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith(routes.resolve("a.camel.yaml") + ": ")
                .hasMessageContaining(said);
    }

    private void lint(String route) throws IOException {
        Files.writeString(routes.resolve("a.camel.yaml"), route);
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("known.key", "1", "known.url", "http://provider.example")));
        RouteLint.check(routes, environment, Set.of("theirs", "deliveries")::contains);
    }
}
