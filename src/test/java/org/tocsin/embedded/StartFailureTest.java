package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

class StartFailureTest {
    @TempDir
    Path folder;

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new StartRefused("x.y is wrong: do z"), "x.y is wrong: do z"),
                arguments(
                        new IllegalStateException("outer", new StartRefused("tocsin.api.token is empty: set it")),
                        "tocsin.api.token is empty: set it"),
                arguments(new IllegalArgumentException("tocsin.a is wrong: do b"), "tocsin.a is wrong: do b"),
                arguments(
                        new PortInUseException(8080),
                        "server.port: port 8080 is taken by another program: free it, or set server.port to another"),
                arguments(
                        new PortInUseException(9999),
                        "management.server.port: port 9999 is taken by another program: free it, or set"
                                + " management.server.port to another"),
                arguments(
                        new RuntimeException(new SQLException("refused for canary-pw", "08001")),
                        "spring.datasource.url: the database does not answer: start it, or correct host and port"),
                arguments(
                        new SQLException("no", "28P01"),
                        "spring.datasource.username and spring.datasource.password: the database refuses them: correct"
                                + " them"),
                arguments(
                        new SQLException("no", "3D000"),
                        "spring.datasource.url: the database named there does not exist: create it, or correct the"
                                + " name"),
                arguments(
                        new SQLException("Key (phone)=(+33612345678) exists", "23505"),
                        "spring.datasource.url: the database answered with SQLSTATE 23505: look into its log"),
                arguments(
                        new FlywayException("Found more than one migration with version 1\nOffenders"),
                        "spring.datasource.url: the schema cannot be brought to this release (Found more than one"
                                + " migration with version 1): use the database with the release that made it, or an"
                                + " empty one"),
                arguments(
                        new IllegalArgumentException(
                                "Could not resolve placeholder 'tocsin.public-url' in value \"${tocsin.public-url}\""),
                        "tocsin.public-url is set nowhere: set it in config/application.yaml or as TOCSIN_PUBLICURL"),
                arguments(
                        new IllegalStateException("first line\r\nsecond \u001b[31mline"),
                        "Tocsin did not start: java.lang.IllegalStateException: first line: start again with --debug"
                                + " for the whole story"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void itIsOneSentence(Throwable failure, String sentence) {
        assertThat(StartFailure.explain(failure, environment())).isEqualTo(sentence);
    }

    @ParameterizedTest
    @MethodSource("private_")
    void nothingPrivateIsQuoted(String message, String... secrets) {
        assertThat(StartFailure.explain(new IllegalStateException(message), environment()))
                .doesNotContain(secrets);
    }

    static Stream<Arguments> private_() {
        return Stream.of(
                arguments("login with canary-pw failed", new String[] {"canary-pw"}),
                arguments("smpp://host?systemId=a&password=RAW(geheim)&x=1", new String[] {"geheim"}),
                arguments("https://user:geheim@host/", new String[] {"geheim"}),
                arguments("Authorization: Bearer EAAG123", new String[] {"EAAG123"}),
                arguments("to +33 6 12 34 56 78 and anna@example.org", new String[] {"12 34", "anna"}));
    }

    @Test
    void aValueOfTheWrongKindIsNamedByFileAndLineAndNotQuoted() throws IOException {
        Path file = Files.writeString(folder.resolve("application.yaml"), "tocsin:\n  broker:\n    jms-port: canary\n");
        ConfigurableEnvironment environment = environment();
        new YamlPropertySourceLoader()
                .load("file", new FileSystemResource(file))
                .forEach(environment.getPropertySources()::addLast);
        ConfigurationPropertySources.attach(environment);
        String sentence =
                explain(() -> Binder.get(environment).bind("tocsin.broker", BrokerSettings.class), environment);
        assertThat(sentence).isEqualTo(file + ", line 3: tocsin.broker.jms-port: its value is no int: correct it");
    }

    @Test
    void aPortOutOfRangeIsNamed() {
        ConfigurableEnvironment environment = environment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("x", Map.of("tocsin.broker.mqtt-port", "70000")));
        ConfigurationPropertySources.attach(environment);
        assertThat(explain(() -> Binder.get(environment).bind("tocsin.broker", BrokerSettings.class), environment))
                .isEqualTo("tocsin.broker.mqtt-port: 70000 is not a port: use 1 to 65535, or 0 for any free one");
    }

    @Test
    void aRouteFileIsNamedWithItsLine() {
        String sentence =
                explain(() -> load("- route:\n    id: b\n    from:\n      uri: timer:x\n      stepz: []\n"), null);
        assertThat(sentence).contains("b.camel.yaml, line 5").contains("stepz").contains("correct that route");
    }

    @Test
    void aKeyThatARouteMissesIsNamed() {
        String sentence = explain(
                () -> load("- route:\n    id: b\n    from:\n      uri: \"timer:x\"\n      steps:\n        - to:\n"
                        + "            uri: \"log:{{tocsin.no-where}}\"\n"),
                null);
        assertThat(sentence).contains("tocsin.no-where is set nowhere").contains("TOCSIN_NOWHERE");
    }

    @Test
    void aRouteThatCannotBeMadeIsNamed() {
        Throwable failure = new FailedToCreateRouteException(
                "intake-x",
                null,
                "Route(intake-x)[From[nosuch:a]]",
                new IllegalStateException("nosuch password=geheim"));
        assertThat(StartFailure.explain(failure))
                .contains("intake-x")
                .contains("IllegalStateException")
                .doesNotContain("geheim");
    }

    private void load(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("b.camel.yaml"), yaml);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveResource(camel, "file:" + file));
            camel.start();
        }
    }

    private interface Failing {
        void run() throws Exception;
    }

    private static String explain(Failing failing, ConfigurableEnvironment environment) {
        try {
            failing.run();
        } catch (Exception e) {
            return StartFailure.explain(e, environment);
        }
        throw new AssertionError("it did not fail");
    }

    private static ConfigurableEnvironment environment() {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("tocsin.sms.smpp.password", "canary-pw", "management.server.port", "9999")));
        return environment;
    }
}
