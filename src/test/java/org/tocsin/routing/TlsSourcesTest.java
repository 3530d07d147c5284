package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.testing.Console;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.MqttServer;
import org.tocsin.testing.SecureKafka;
import org.tocsin.testing.TestAuthority;

/**
 * Sources over TLS, by configuration alone: the shipped routes, and copies of them under other names and with other keys,
 * as routes/README.md says, each of which has one thing wrong. The certificates are of 127.0.0.1, and of no other name.
 */
class TlsSourcesTest {
    private static final String TOPIC = "tocsin.triggers";
    private static final Duration LONG = Duration.ofSeconds(60);

    /** From before the hub: its start sets logging up anew. */
    private static final Console said = new Console();

    private static final TestAuthority authority = new TestAuthority();
    private static final TestAuthority stranger = new TestAuthority();

    private static MqttServer broker;
    private static SecureKafka kafka;
    private static IntakeHub hub;

    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void start(@TempDir Path routes) throws Exception {
        TestAuthority.Issued server = authority.issue("server", "ip:127.0.0.1");
        TestAuthority.Issued client = authority.issue("client", "dns:hub.example.org");
        TestAuthority.Issued other = stranger.issue("client", "dns:hub.example.org");
        broker = new MqttServer("mqtt-password-of-the-tests");
        int mqtts = broker.alsoOverTls(authority, server);
        broker.start();
        kafka = new SecureKafka(authority, server, TOPIC);

        List<String> arguments = new ArrayList<>();
        arguments.addAll(mqtt("mqtt", "127.0.0.1:" + mqtts, authority, client));
        arguments.addAll(mqtt("mqtt-other-ca", "127.0.0.1:" + mqtts, stranger, client));
        arguments.addAll(mqtt("mqtt-other-host", "localhost:" + mqtts, authority, client));
        arguments.addAll(mqtt("mqtt-other-client", "127.0.0.1:" + mqtts, authority, other));
        arguments.addAll(mqtt("mqtt-nobody", "127.0.0.1:" + mqtts, authority, null));
        arguments.addAll(kafka("kafka", "127.0.0.1", authority, client));
        arguments.addAll(kafka("kafka-other-ca", "127.0.0.1", stranger, client));
        arguments.addAll(kafka("kafka-other-host", "localhost", authority, client));
        arguments.addAll(kafka("kafka-nobody", "127.0.0.1", authority, null));
        copy(routes, "intake-mqtt-outside", "mqtt", "outside", "other-ca", "other-host", "other-client", "nobody");
        copy(routes, "intake-kafka-triggers", "kafka", "triggers", "other-ca", "other-host", "nobody");
        arguments.add("--camel.main.routes-include-pattern=file:" + routes + "/*.camel.yaml,"
                + "file:routes/intake-mqtt-outside.camel.yaml,file:routes/intake-kafka-triggers.camel.yaml,"
                + "file:routes/accept-alert.camel.yaml,file:routes/error-handling.camel.yaml");
        hub = new IntakeHub(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void close() throws Exception {
        said.close();
        if (hub != null) {
            hub.close();
        }
        kafka.close();
        broker.close();
    }

    private static List<String> mqtt(
            String keys, String address, TestAuthority trusted, TestAuthority.Issued certificate) {
        String prefix = "--tocsin." + keys + ".";
        return List.of(
                prefix + "broker-url=ssl://" + address,
                prefix + "topics=plant/#",
                prefix + "client-id=client-" + keys,
                prefix + "username=" + MqttServer.USER,
                prefix + "password=mqtt-password-of-the-tests",
                prefix + "truststore=" + trusted.certificate(),
                prefix + "certificate=" + (certificate == null ? "" : certificate.certificate()),
                prefix + "private-key=" + (certificate == null ? "" : certificate.key()));
    }

    private static List<String> kafka(
            String keys, String host, TestAuthority trusted, TestAuthority.Issued certificate) {
        String prefix = "--tocsin." + keys + ".";
        return List.of(
                prefix + "brokers=" + host + ":" + kafka.port,
                prefix + "group=group-" + keys,
                prefix + "security-protocol=SASL_SSL",
                prefix + "sasl-mechanism=PLAIN",
                prefix + "sasl-jaas-config=" + SecureKafka.JAAS,
                prefix + "truststore=" + trusted.certificate(),
                prefix + "keystore=" + (certificate == null ? "" : certificate.both()));
    }

    /** Of a route whose keys begin with {@code tocsin.<kind>.}, and whose beans and steps are called after {@code word}. */
    private static void copy(Path folder, String route, String kind, String word, String... names) throws IOException {
        String text = Files.readString(Path.of("routes", route + ".camel.yaml"));
        for (String each : names) {
            String copy = text.replace("tocsin." + kind + ".", "tocsin." + kind + "-" + each + ".")
                    .replace(route, "intake-" + kind + "-" + each)
                    .replaceAll("(name: |ref: |#bean:)(kafka|outside)", "$1" + kind + each)
                    .replaceAll("(?m)^( +id: )(?!intake-)(.*)$", "$1$2-" + each);
            Files.writeString(folder.resolve("intake-" + kind + "-" + each + ".camel.yaml"), copy);
        }
    }

    @Test
    void anMqttBrokerIsReadOverTlsWithACertificateOfOurs() {
        await().atMost(LONG).until(() -> broker.knows("client-mqtt"));
        broker.publish("plant/alerts", cap(), false, Map.of());

        awaitAlert("mqtt-outside");
    }

    @Test
    void aKafkaIsReadOverTlsWithPasswordAndCertificate() {
        kafka.send(TOPIC, cap());

        awaitAlert("kafka-triggers");
    }

    @Test
    void anMqttBrokerThatCannotShowWhoItIsGetsNothingAndNeitherDoesOneThatAsksWhoWeAre() {
        for (String wrong : List.of("other-ca", "other-host", "other-client", "nobody")) {
            await().atMost(LONG).until(() -> saidOf("intake-mqtt-" + wrong + ": no connection to its broker"));
            assertThat(broker.knows("client-mqtt-" + wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void aKafkaThatCannotShowWhoItIsGetsNothingAndNeitherDoesOneThatAsksWhoWeAre() {
        await().atMost(LONG).until(() -> kafka.groups().contains("group-kafka"));
        for (String wrong : List.of("other-ca", "other-host", "nobody")) {
            await().atMost(LONG).until(() -> saidOf("groupId=group-kafka-" + wrong + "]"));
            assertThat(kafka.groups()).as(wrong).doesNotContain("group-kafka-" + wrong);
        }
    }

    @Test
    void aFileThatIsMissingIsNamedByItsKeys() {
        TlsFiles gone = new TlsFiles("tocsin.mqtt", "not/there.pem", "", "");
        assertThatThrownBy(gone::context).hasMessageContaining("tocsin.mqtt.truststore cannot be read");
        assertThatThrownBy(() -> new TlsFiles("tocsin.mqtt", "", "certificate.pem", ""))
                .hasMessageContaining("tocsin.mqtt.private-key");
    }

    private static boolean saidOf(String words) {
        return said.text().contains(words);
    }

    private void awaitAlert(String source) {
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        hub.count("alert where identifier = '" + name + "' and source = '" + source + "'"))
                .isEqualTo(1));
    }

    private String cap() {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "Water rises"}}
                """.formatted(name, OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME));
    }
}
