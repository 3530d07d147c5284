package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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

    /** Of a message of 1 MiB at most, and what the system keeps of what is under way. */
    private static final long MOST_TAKEN = 16L << 20;

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
        // To Camel, JMSXUSERID is the same header as the broker's JMSXUserID.
        send(
                protocol,
                "desk",
                "incidents",
                kind,
                cap(),
                "@user-id=boss",
                "JMSXUserID=boss",
                "JMSXUSERID=boss",
                "jmsxuserid=boss",
                "JMSTIMESTAMP=1",
                "JMSDESTINATION=sensors.x",
                "CamelHttpUri=http://x");

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

    /** Nobody has said who it is: all of it would be kept until its end came. */
    @ParameterizedTest
    @ValueSource(
            strings = {"SEND\ndestination:incidents\n\n", "CONNECT\nlogin:", "x", "\n\nCONNECT\nlogin:desk\nx:1\n"})
    void aFrameThatDoesNotEndIsCutOffBeforeAnybodyLoggedIn(String start) throws Exception {
        assertThat(taken(hub.broker.stompPort(), start.getBytes(StandardCharsets.UTF_8)))
                .isLessThan(MOST_TAKEN);
    }

    /** Its size, where its content begins, and of which kind it is; 3: before the login. */
    @ParameterizedTest
    @ValueSource(bytes = {0, 3})
    void aFrameOfAmqpThatIsTooLargeIsNotReadBeforeAnybodyLoggedIn(byte protocol) throws Exception {
        byte kind = (byte) (protocol == 3 ? 1 : 0);
        assertThat(taken(
                        hub.broker.amqpPort(),
                        new byte[] {'A', 'M', 'Q', 'P', protocol, 1, 0, 0, 0x7f, 0, 0, 0, 2, kind, 0, 0}))
                .isLessThan(MOST_TAKEN);
    }

    /** How many bytes of a message that does not end somebody gets rid of, before the line is cut or nobody reads it. */
    private static long taken(int port, byte[] start) throws IOException {
        ByteBuffer megabyte = ByteBuffer.wrap("x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
        try (SocketChannel line = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                Selector selector = Selector.open()) {
            line.write(ByteBuffer.wrap(start));
            line.configureBlocking(false);
            line.register(selector, SelectionKey.OP_WRITE);
            long taken = 0;
            try {
                while (taken < 4 * MOST_TAKEN && selector.select(1_500) > 0) {
                    selector.selectedKeys().clear();
                    taken += line.write(megabyte);
                    megabyte.rewind();
                }
            } catch (IOException cut) {
                return taken;
            }
            return taken;
        }
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
