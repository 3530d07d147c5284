package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

class EmbeddedServersTest {
    /** One for all tests: only the first start has to make a database. */
    @TempDir
    static Path folder;

    private static final List<String> events = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        events.clear();
        Files.writeString(Files.createDirectories(folder.resolve("routes")).resolve("a.camel.yaml"), "- route: {}\n");
    }

    @Test
    void beansFindTheServersAtTheirStartAndStillAtTheirEnd() throws IOException {
        ConfigurableApplicationContext context =
                run(environment -> () -> events.add("simulators stop"), Uses.class, "--tocsin.demo=true");
        assertThat(events).containsExactly("start sees database and broker");
        assertThat(context.getEnvironment().getProperty("local.broker.mqtt-port", int.class))
                .isPositive();
        context.close();
        assertThat(events)
                .containsExactly("start sees database and broker", "end sees database and broker", "simulators stop");
        assertNothingRuns();
    }

    @Test
    void theDemoHasItsUsersAndLiveHasNone() throws Exception {
        try (ConfigurableApplicationContext context =
                run(environment -> () -> {}, Nothing.class, "--tocsin.demo=true")) {
            connect(context.getEnvironment(), "sensor", "sensor").close();
        }
        try (ConfigurableApplicationContext context = run(environment -> () -> {}, Nothing.class)) {
            assertThatThrownBy(() -> connect(context.getEnvironment(), "sensor", "sensor"))
                    .isInstanceOf(jakarta.jms.JMSSecurityException.class);
        }
    }

    @Test
    void liveStartsNoSimulators() {
        run(
                        environment -> {
                            throw new AssertionError("simulators in live use");
                        },
                        Nothing.class)
                .close();
    }

    @Test
    void whatIsConfiguredElsewhereIsNotStarted() {
        try (ConfigurableApplicationContext context = run(
                environment -> () -> {},
                Nothing.class,
                "--tocsin.data-dir=" + folder.resolve("elsewhere"),
                "--spring.datasource.url=jdbc:postgresql://db.invalid/x",
                "--tocsin.broker.url=tcp://broker.invalid:1")) {
            assertThat(context.getEnvironment().getProperty("spring.datasource.url"))
                    .contains("db.invalid");
            assertThat(context.getEnvironment().getProperty("tocsin.broker.url"))
                    .contains("broker.invalid");
            assertThat(folder.resolve("elsewhere/postgres")).doesNotExist();
            assertThat(folder.resolve("elsewhere/broker")).doesNotExist();
        }
    }

    /** A second one of the same name would, at its start, take what the first has claimed for abandoned. */
    @Test
    void aHubWithoutServersOfItsOwnHasItsDataFolderAloneToo() {
        String[] outside = {
            "--tocsin.data-dir=" + folder.resolve("shared"),
            "--spring.datasource.url=jdbc:postgresql://db.invalid/x",
            "--tocsin.broker.url=tcp://broker.invalid:1"
        };
        try (ConfigurableApplicationContext context = run(environment -> () -> {}, Nothing.class, outside)) {
            assertThat(context.isRunning()).isTrue();
            assertThatThrownBy(() -> run(environment -> () -> {}, Nothing.class, outside))
                    .hasMessageContaining("is in use by")
                    .hasMessageContaining("name another folder");
        }
    }

    @Test
    void aStartThatFailsInABeanStopsThem() throws IOException {
        assertThatThrownBy(() ->
                        run(environment -> () -> events.add("simulators stop"), Fails.class, "--tocsin.demo=true"))
                .hasRootCauseMessage("no");
        assertThat(events).containsExactly("simulators stop");
        assertNothingRuns();
    }

    @Test
    void aStartThatFailsBetweenTheServersStopsThoseThatRun() throws IOException {
        EmbeddedServers servers = new EmbeddedServers(environment -> {
            throw new IllegalStateException("no simulators");
        });
        assertThatThrownBy(() -> application(servers, Nothing.class).run(arguments("--tocsin.demo=true")))
                .hasMessage("no simulators");
        assertNothingRuns();
    }

    private void assertNothingRuns() throws IOException {
        Path postgres = folder.resolve("data/postgres");
        assertThat(Postmaster.of(postgres)).isEmpty();
        DataFolder.claim(folder.resolve("data")).close();
    }

    private ConfigurableApplicationContext run(DemoServers demo, Class<?> beans, String... more) {
        return application(new EmbeddedServers(demo), beans).run(arguments(more));
    }

    private static SpringApplicationBuilder application(EmbeddedServers servers, Class<?> beans) {
        return new SpringApplicationBuilder(beans)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .initializers(servers);
    }

    private String[] arguments(String... more) {
        List<String> keys = Arrays.stream(more).map(a -> a.split("=")[0]).toList();
        return Stream.concat(
                        Stream.of(
                                        "--tocsin.data-dir=" + folder.resolve("data"),
                                        "--tocsin.routes-dir=" + folder.resolve("routes"),
                                        "--tocsin.broker.jms-port=0",
                                        "--tocsin.broker.mqtt-port=0",
                                        "--server.port=0",
                                        "--management.server.port=0")
                                .filter(argument -> !keys.contains(argument.split("=")[0])),
                        Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static Connection connect(Environment environment, String user, String password) throws Exception {
        return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + environment.getProperty("local.broker.jms-port"))
                .createConnection(user, password);
    }

    private static String look(Environment environment) {
        try (var database = DriverManager.getConnection(
                        environment.getRequiredProperty("spring.datasource.url"),
                        environment.getProperty("spring.datasource.username"),
                        environment.getProperty("spring.datasource.password"));
                var broker = new ActiveMQConnectionFactory(environment.getProperty("tocsin.broker.url"))
                        .createConnection(
                                environment.getProperty("tocsin.broker.username"),
                                environment.getProperty("tocsin.broker.password"))) {
            return database.isValid(5) && broker.getMetaData() != null ? "sees database and broker" : "sees little";
        } catch (Exception e) {
            return "sees " + e;
        }
    }

    static class Nothing {}

    static class Uses {
        @Bean
        DisposableBean user(Environment environment) {
            events.add("start " + look(environment));
            return () -> events.add("end " + look(environment));
        }
    }

    static class Fails {
        @Bean
        Object broken() {
            throw new IllegalStateException("no");
        }
    }
}
