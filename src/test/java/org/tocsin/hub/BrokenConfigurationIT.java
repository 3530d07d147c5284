package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.testing.Installation;

/**
 * One thing of a whole live installation is wrong: its hub ends, with one sentence that names where, what and what to
 * do within 15 s, and leaves nothing behind. One at a time, since the time counts.
 */
class BrokenConfigurationIT {
    private static final double AIM_SECONDS = 15;
    /** On a machine where this many processes want each processor, a time says little of the hub. */
    private static final double MUCH_LOAD = 1.5;
    /** Until a process counts as one that does not end. */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private static final ServerSocket TAKEN = taken();
    private static final int PORT = TAKEN.getLocalPort();
    private static final String APPLICATION = "config/application.yaml";
    private static final String PLAN = "config/delivery-plan.yaml";

    private static EmbeddedPostgres careless;

    @TempDir
    private Path folder;

    private interface Break extends UnaryOperator<Installation> {}

    @AfterAll
    static void release() throws IOException {
        TAKEN.close();
        if (careless != null) {
            careless.close();
        }
    }

    static Stream<Arguments> broken() {
        return Stream.of(credentialsAndKeys(), plansAndTexts(), routes(), servers())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> credentialsAndKeys() {
        return Stream.of(
                broken(
                        "no WhatsApp credentials",
                        i -> i.without("tocsin.whatsapp.access-token").without("tocsin.whatsapp.phone-number-id"),
                        "tocsin.whatsapp.access-token",
                        "tocsin.whatsapp.phone-number-id",
                        "set it in " + APPLICATION),
                broken(
                        "empty app secret",
                        i -> i.set("tocsin.whatsapp.app-secret", ""),
                        "tocsin.whatsapp.app-secret is empty",
                        "set it"),
                broken(
                        "no SMPP host",
                        i -> i.without("tocsin.sms.smpp.host"),
                        "tocsin.sms.smpp.host is empty",
                        "TOCSIN_SMS_SMPP_HOST"),
                broken(
                        "misspelt key",
                        i -> i.replace(APPLICATION, "    app-secret:", "    app-secrt:"),
                        APPLICATION + ", line ",
                        "tocsin.whatsapp.app-secrt",
                        "did you mean tocsin.whatsapp.app-secret?"),
                broken(
                        "broken YAML",
                        i -> i.replace(APPLICATION, "  broker:\n", "  broker: {\n"),
                        APPLICATION + ", line ",
                        "correct it"),
                broken(
                        "a word for a number",
                        i -> i.replace(APPLICATION, "    jms-port: 61616", "    jms-port: many")
                                .without("tocsin.broker.jms-port"),
                        APPLICATION + ", line ",
                        "tocsin.broker.jms-port",
                        "correct it"),
                broken(
                        "bad API key entry",
                        i -> i.set("tocsin.api.keys[0]", "ops:secret-itself:operator"),
                        "tocsin.api.keys[0]",
                        "sha256sum"),
                broken(
                        "bad broker user",
                        i -> i.set("tocsin.broker.users[0]", "gauge:password"),
                        "tocsin.broker.users",
                        "name:password:role"),
                broken(
                        "no such time zone",
                        i -> i.set("tocsin.time-zone", "Mars/Olympus"),
                        "tocsin.time-zone",
                        "correct"),
                broken(
                        "started in the wrong folder",
                        i -> i.set("tocsin.routes-dir", "rutes"),
                        "tocsin.routes-dir",
                        "start in the folder that holds"));
    }

    private static Stream<Arguments> plansAndTexts() {
        return Stream.of(
                broken(
                        "ladder with a single channel",
                        i -> i.replace(PLAN, "ladders:\n", "ladders:\n  solo:\n    - channels: [sms]\n"),
                        PLAN,
                        "ladders.solo",
                        "needs a second"),
                broken(
                        "unknown channel in the plan",
                        i -> i.replace(PLAN, "channels: [sms]", "channels: [pigeon]"),
                        PLAN,
                        "pigeon",
                        "whatsapp"),
                broken(
                        "plan names no ladder",
                        i -> i.replace(PLAN, "ladder: duty", "ladder: duti"),
                        PLAN,
                        "duti",
                        "duty"),
                broken(
                        "a time without unit",
                        i -> i.replace(PLAN, "delivered-within: 60s", "delivered-within: 60"),
                        PLAN,
                        "delivered-within",
                        "90s"),
                broken(
                        "unknown placeholder in a template",
                        i -> i.replace("config/templates/flood/en.yaml", "{{instruction}}", "{{instructoin}}"),
                        "flood/en.yaml",
                        "instructoin"),
                broken(
                        "directory without a column",
                        i -> i.replace("config/contacts.csv", ",phone,", ",telephone,"),
                        "config/contacts.csv",
                        "missing: phone"),
                broken("no directory", i -> i.delete("config/contacts.csv"), "config/contacts.csv", "tocsin.contacts"),
                broken(
                        "sensors: unknown key",
                        i -> i.replace("config/sensors.yaml", "raise-at: 4.0", "raise_at: 4.0"),
                        "config/sensors.yaml",
                        "raise_at"),
                broken(
                        "sensors: broken YAML",
                        i -> i.replace("config/sensors.yaml", "sensors:\n", "sensors: [\n"),
                        "config/sensors.yaml",
                        "line "));
    }

    private static Stream<Arguments> routes() {
        return Stream.of(
                broken(
                        "a route names a missing bean",
                        i -> i.replace("routes/intake-webhook.camel.yaml", "ref: intakeAnswer", "ref: intakeAnsewr"),
                        "routes/intake-webhook.camel.yaml",
                        "intakeAnsewr",
                        "correct"),
                broken(
                        "a route names a missing endpoint",
                        i -> i.replace("routes/intake-webhook.camel.yaml", "uri: direct:accept-alert", "uri: drect:x"),
                        "routes/intake-webhook.camel.yaml",
                        "drect",
                        "correct"),
                broken(
                        "a route names a key that is not set",
                        i -> i.replace(
                                "routes/deliver-sms.camel.yaml",
                                "{{tocsin.sms.smpp.source-address}}",
                                "{{sms.sender}}"),
                        "routes/deliver-sms.camel.yaml",
                        "sms.sender",
                        "set it"),
                broken(
                        "a route is no YAML",
                        i -> i.replace("routes/accept-alert.camel.yaml", "- route:", "- route: ["),
                        "routes/accept-alert.camel.yaml, line ",
                        "correct it"));
    }

    private static Stream<Arguments> servers() {
        return Stream.of(
                broken(
                        "a database that does not sync",
                        i -> i.set("spring.datasource.url", careless())
                                .set("spring.datasource.username", "postgres")
                                .set("spring.datasource.password", "x"),
                        "spring.datasource.url",
                        "fsync is off",
                        "set "),
                broken(
                        "a database that is not there",
                        i -> i.set("spring.datasource.url", "jdbc:postgresql://127.0.0.1:9/tocsin"),
                        "spring.datasource.url",
                        "start it, or correct"),
                broken(
                        "a database of another kind",
                        i -> i.set("spring.datasource.url", "jdbc:mysql://127.0.0.1/tocsin"),
                        "spring.datasource.url",
                        "jdbc:postgresql://"),
                busy("server.port"),
                busy("management.server.port"),
                busy("tocsin.broker.mqtt-port"),
                busy("tocsin.broker.jms-port"),
                broken(
                        "busy database port",
                        i -> i.set("tocsin.database.port", Integer.toString(PORT)),
                        "tocsin.database.port",
                        "is taken",
                        "free it"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void broken(String what, Break breaking, List<String> expected) throws Exception {
        try (Installation installation = new Installation(folder)) {
            breaking.apply(installation);
            long start = System.nanoTime();
            boolean ended = installation.start().ends(PATIENCE);
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(ended)
                    .as("ended by itself; it said: %s", installation.read("out"))
                    .isTrue();
            String said = installation.read("err");
            System.out.printf("%5.1f s  %s: %s%n", seconds, what, said.strip());
            assertThat(installation.process().exitValue()).isEqualTo(1);
            assertThat(said.lines()).as("one sentence").hasSize(1);
            assertThat(said).contains(expected).doesNotContain("secret-itself");
            assertThat(installation.read("out")).doesNotContain("\tat ", " ERROR ");
            assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
            assertThat(installation.processes()).isEmpty();
            if (!muchLoad()) {
                assertThat(seconds).as("seconds from the launch to the end").isLessThan(AIM_SECONDS);
            }
        }
    }

    private static boolean muchLoad() {
        OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
        return machine.getSystemLoadAverage() > MUCH_LOAD * machine.getAvailableProcessors();
    }

    /** Else all the others might fail for some other reason. */
    @Test
    void theUnbrokenInstallationStartsAndStops() throws Exception {
        try (Installation installation = new Installation(folder).start()) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(installation.process().isAlive())
                        .as(() -> installation.read("err"))
                        .isTrue();
                return installation.read("out").contains("Started ");
            });
            installation.process().destroy();
            assertThat(installation.ends(PATIENCE)).isTrue();
            assertThat(installation.processes()).isEmpty();
        }
    }

    private static Arguments broken(String what, Break breaking, String... expected) {
        return Arguments.of(what, breaking, List.of(expected));
    }

    private static Arguments busy(String key) {
        return broken(
                "busy " + key,
                i -> i.set(key, Integer.toString(PORT)),
                key,
                Integer.toString(PORT),
                "is taken",
                "free it");
    }

    private static ServerSocket taken() {
        try {
            return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As developers run theirs, and as one is started by default: quick, and forgetful when the power fails. */
    private static synchronized String careless() {
        try {
            if (careless == null) {
                careless = EmbeddedPostgres.builder().start();
            }
            return careless.getJdbcUrl("postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
