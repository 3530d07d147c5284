package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.OutsideClient;

/** Programs that are not ours send to the queue incidents of the embedded broker, in their own protocols. */
class OtherProtocolsTest {
    private static final String CLIENTS = "src/test/resources/clients/";
    private static final Duration LONG = Duration.ofSeconds(20);

    private static IntakeHub hub;

    @BeforeAll
    static void start() {
        OutsideClient.STOMP.required();
        OutsideClient.PROTON.required();
        hub = new IntakeHub();
    }

    @AfterAll
    static void close() {
        if (hub != null) {
            hub.close();
        }
    }

    private final String name = UUID.randomUUID().toString();

    @ParameterizedTest
    @CsvSource({"stomp, text", "stomp, bytes", "amqp, value", "amqp, data"})
    void anIncidentBecomesAnAlert(String protocol, String kind) {
        // Whom the broker let in counts, not what the message says of itself.
        send(protocol, "desk", "incidents", kind, cap(), "@user-id=boss", "JMSXUserID=boss", "CamelHttpUri=http://x");

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.count("alert where identifier = '" + name
                        + "' and source = 'jms-incidents' and submitted_by = 'desk'"))
                .isEqualTo(1));
    }

    /** Maps and lists unread; a bare number arrives as the bytes of AMQP, which are no document. */
    @ParameterizedTest
    @ValueSource(strings = {"map", "list", "number"})
    void whatIsNeitherTextNorBytesIsParked(String kind) {
        long before = hub.count("parked where source = 'jms-incidents'");

        send("amqp", "desk", "incidents", kind, cap());

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.count("parked where source = 'jms-incidents'"))
                .isEqualTo(before + 1));
        assertThat(hub.count("alert where identifier = '" + name + "'")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "stomp, sensor, incidents", "stomp, desk, other", "stomp, nobody, incidents",
        "amqp, sensor, incidents", "amqp, desk, other", "amqp, nobody, incidents"
    })
    void nobodyElseSendsAndNothingElsewhere(String protocol, String user, String queue) {
        OutsideClient.Run run = attempt(protocol, user, queue, protocol.equals("stomp") ? "text" : "value", cap());

        assertThat(run.exit()).as(run.output()).isNotZero();
        assertThat(hub.count("alert where identifier = '" + name + "'")).isZero();
    }

    @Test
    void anOversizedIncidentIsRefusedToItsSender() {
        String large = "x".repeat(3 << 20);
        long parked = hub.count("parked");

        assertThat(attempt("stomp", "desk", "incidents", "text", large).exit()).isNotZero();
        assertThat(attempt("stomp", "desk", "incidents", "bytes", large).exit()).isNotZero();
        assertThat(attempt("amqp", "desk", "incidents", "data", large).exit()).isNotZero();
        assertThat(hub.count("parked")).isEqualTo(parked);
    }

    @Test
    void mosquittoPublishesAReading() {
        OutsideClient.MOSQUITTO_PUB.run(
                "",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(hub.broker.mqttPort()),
                "-u",
                "sensor",
                "-P",
                "sensor",
                "-V",
                "5",
                "-q",
                "1",
                "-t",
                "sensors/river/flood-" + name,
                "-D",
                "PUBLISH",
                "user-property",
                "CamelHttpUri",
                "http://x",
                "-m",
                "{\"level\": 4.2}");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.count("alert where incident_key like '%flood-" + name + "%'"))
                        .isEqualTo(1));
    }

    private void send(String protocol, String user, String queue, String kind, String body, String... headers) {
        OutsideClient.Run run = attempt(protocol, user, queue, kind, body, headers);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    private OutsideClient.Run attempt(
            String protocol, String user, String queue, String kind, String body, String... headers) {
        boolean stomp = protocol.equals("stomp");
        List<String> arguments = new ArrayList<>(List.of(
                CLIENTS + protocol + "-send.py",
                Integer.toString(stomp ? hub.broker.stompPort() : hub.broker.amqpPort()),
                user,
                user,
                queue,
                kind));
        arguments.addAll(List.of(headers));
        return (stomp ? OutsideClient.STOMP : OutsideClient.PROTON).attempt(body, arguments.toArray(String[]::new));
    }

    private String cap() {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "Water rises"}}
                """.formatted(
                name, java.time.OffsetDateTime.now(java.time.ZoneOffset.UTC).format(IntakeHub.CAP_TIME));
    }
}
