package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.privacy.Secret;

class BrokerServerTest {
    @TempDir
    Path folder;

    private BrokerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new BrokerFixture(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** The clock of a sender, or of this machine, may be hours off: that makes no message old. */
    @Test
    void whenAMessageCameIsWhatTheHubSays() throws Exception {
        for (Duration off : List.of(Duration.ofHours(2), Duration.ofHours(-1))) {
            Clock ledgers = Clock.offset(Clock.systemUTC(), off);
            fixture.broker().dateBy(ledgers);
            try (BrokerFixture.Device sensor = fixture.sensor()) {
                BrokerFixture.publish(sensor, "sensors/river/gauge-1", "{\"level\":3.1}");
            }
            send("desk", "desk-secret", "incidents", "<alert/>");
            for (String queue : List.of(BrokerFixture.INGEST, "incidents")) {
                Message got = fixture.drain(queue, 1).get(0);
                assertThat(Instant.ofEpochMilli(got.getJMSTimestamp()))
                        .as(queue)
                        .isCloseTo(ledgers.instant(), within(1, ChronoUnit.MINUTES));
            }
        }
    }

    /** Its disk was full for a while. */
    @Test
    void aBrokerThatStoppedItselfIsStartedAgainWithAllThatItHad() throws Exception {
        try (BrokerFixture.Device sensor = fixture.sensor()) {
            BrokerFixture.publish(sensor, "sensors/river/gauge-1", "{\"level\":3.1}");
        }
        fixture.broker().server().getStorageManager().criticalError(new IOException("No space left on device"));
        await().until(() -> !fixture.broker().running());
        await().atMost(Duration.ofSeconds(60)).until(fixture.broker()::running);

        try (BrokerFixture.Device sensor = fixture.sensor()) {
            BrokerFixture.publish(sensor, "sensors/river/gauge-1", "{\"level\":3.2}");
        }
        assertThat(fixture.drain(BrokerFixture.INGEST, 2)).hasSize(2);
    }

    @Test
    void aReadingPublishedWhileNobodyListensArrivesLater() throws Exception {
        try (BrokerFixture.Device sensor = fixture.sensor()) {
            BrokerFixture.publish(sensor, "sensors/river/gauge-1", "{\"level\":3.1}");
        }
        List<Message> got = fixture.drain(BrokerFixture.INGEST, 1);
        assertThat(got).hasSize(1);
        assertThat(got.get(0).getBody(byte[].class)).asString().isEqualTo("{\"level\":3.1}");
        assertThat(got.get(0).getJMSDestination().toString()).contains("sensors.river.gauge-1");
        assertThat(got.get(0).getStringProperty("JMSXUserID")).isEqualTo("sensor");
        assertThat(got.get(0).getStringProperty("JMSXGroupID")).isEqualTo("sensors.river.gauge-1");
    }

    @Test
    void acknowledgedReadingsSurviveARestartOfTheBroker() throws Exception {
        try (BrokerFixture.Device sensor = fixture.sensor()) {
            for (int i = 0; i < 50; i++) {
                BrokerFixture.publish(sensor, "sensors/river/gauge-" + i % 5, "reading " + i);
            }
        }
        fixture.restart();
        assertThat(texts(fixture.drain(BrokerFixture.INGEST, 50)))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "reading " + i).toList());
    }

    @Test
    void moreThanFitsIntoMemoryWaitsOnTheDiskOverARestart() throws Exception {
        String padding = " ".repeat(200_000);
        try (BrokerFixture.Device sensor = fixture.sensor()) {
            for (int i = 0; i < 600; i++) {
                BrokerFixture.publish(sensor, "sensors/river/gauge-" + i % 10, i + padding);
            }
        }
        try (var pages = Files.walk(folder.resolve("data/broker/paging"))) {
            assertThat(pages.filter(file -> file.toString().endsWith(".page"))).isNotEmpty();
        }
        fixture.restart();
        assertThat(texts(fixture.drain(BrokerFixture.INGEST, 600)))
                .map(String::strip)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 600).mapToObj(String::valueOf).toList());
    }

    @Test
    void theJournalSyncsEveryWrite() {
        var configuration = BrokerConfiguration.of(folder, BrokerFixture.settings(0, 0), 1);
        assertThat(configuration.isPersistenceEnabled()).isTrue();
        assertThat(configuration.isJournalDatasync()).isTrue();
        assertThat(configuration.isJournalSyncNonTransactional()).isTrue();
        assertThat(configuration.isJournalSyncTransactional()).isTrue();
    }

    @Test
    void readingsOfOneDeviceKeepTheirOrderOverEightConsumers() throws Exception {
        int devices = 16;
        int readings = 25;
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        try (Connection hub = fixture.hub();
                BrokerFixture.Device sensor = fixture.sensor()) {
            for (int c = 0; c < 8; c++) {
                Session session = hub.createSession(true, Session.SESSION_TRANSACTED);
                session.createConsumer(session.createQueue(BrokerFixture.INGEST))
                        .setMessageListener(message -> {
                            try {
                                seen.computeIfAbsent(
                                                message.getStringProperty("JMSXGroupID"),
                                                d -> Collections.synchronizedList(new ArrayList<>()))
                                        .add(new String(message.getBody(byte[].class)));
                                session.commit();
                            } catch (JMSException e) {
                                throw new IllegalStateException(e);
                            }
                        });
            }
            for (int r = 0; r < readings; r++) {
                for (int d = 0; d < devices; d++) {
                    BrokerFixture.publish(sensor, "sensors/s/d" + d, String.valueOf(r));
                }
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> seen.values().stream().mapToInt(List::size).sum() >= devices * readings);
        }
        List<String> inOrder =
                IntStream.range(0, readings).mapToObj(String::valueOf).toList();
        assertThat(seen).hasSize(devices).allSatisfy((device, order) -> assertThat(order)
                .isEqualTo(inOrder));
    }

    @ParameterizedTest
    @CsvSource({"sensor, wrong", "nobody, sen:sor", "hub, hub", "hub, ''", "'', ''"})
    void nobodyElseGetsIn(String user, String password) {
        assertThatThrownBy(() -> fixture.mqtt(user, password)).isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> fixture.jms(user, password)).isInstanceOf(JMSSecurityException.class);
    }

    @Test
    void withoutAUserNobodyGetsIn() {
        assertThatThrownBy(() -> fixture.factory().createConnection()).isInstanceOf(JMSSecurityException.class);
    }

    @Test
    void anIncidentToolSendsIncidents() throws Exception {
        send("desk", "desk-secret", "incidents", "<alert/>");
        List<Message> got = fixture.drain("incidents", 1);
        assertThat(got).hasSize(1);
        assertThat(got.get(0).getBody(String.class)).isEqualTo("<alert/>");
        assertThat(got.get(0).getStringProperty("JMSXUserID")).isEqualTo("desk");
    }

    @ParameterizedTest
    @CsvSource({
        "sensor, sen:sor, incidents",
        "sensor, sen:sor, other",
        "desk, desk-secret, sensors.a.b",
        "desk, desk-secret, incidents2",
        "desk, desk-secret, activemq.management",
        "sensor, sen:sor, activemq.management",
    })
    void aUserSendsNowhereElse(String user, String password, String queue) {
        assertThatThrownBy(() -> send(user, password, queue, "x"))
                .isInstanceOf(JMSException.class)
                .hasMessageMatching(".*(no queue with name|does not have permission).*");
    }

    @ParameterizedTest
    @CsvSource({
        "sensor, sen:sor, sensors.#::ingest",
        "desk, desk-secret, incidents",
        "desk, desk-secret, sensors.#::ingest"
    })
    void aUserReadsNothing(String user, String password, String queue) {
        assertThatThrownBy(() -> {
                    try (Connection connection = fixture.jms(user, password);
                            Session session = connection.createSession()) {
                        session.createConsumer(session.createQueue(queue));
                    }
                })
                .isInstanceOf(JMSSecurityException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sensors/#", "incidents", "#", "sensors/a/b", "$share/x/sensors/#"})
    void aSensorSubscribesToNothing(String filter) throws Exception {
        try (BrokerFixture.Device publisher = fixture.sensor();
                BrokerFixture.Device reader = fixture.sensor()) {
            reader.setCallback(reader);
            try {
                reader.subscribe(filter, 1);
            } catch (MqttException | RuntimeException refused) {
                // refused in the SUBACK, or by closing the connection
            }
            BrokerFixture.publish(publisher, "sensors/a/b", "secret reading");
            assertThat(fixture.drain(BrokerFixture.INGEST, 1)).hasSize(1);
            assertThat(reader.arrived).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"incidents", "other/topic", "sensorsX/a/b", "$SYS/x", "activemq/management"})
    void aSensorPublishesNowhereElse(String topic) throws Exception {
        try (BrokerFixture.Device sensor = fixture.sensor()) {
            sensor.setCallback(sensor);
            BrokerFixture.publish(sensor, topic, "x");
            await().untilAsserted(() ->
                    assertThat(sensor.reasons).containsExactly(MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED));
        }
        assertThat(fixture.drain("incidents", 0)).isEmpty();
    }

    @Test
    void anOversizedReadingIsCutOffBeforeItIsRead() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), fixture.broker().mqttPort())) {
            socket.setSoTimeout(10_000);
            // CONNECT with a remaining length of 200 MB, before any password
            socket.getOutputStream().write(new byte[] {0x10, (byte) 0x80, (byte) 0x84, (byte) 0xAF, 0x5F});
            byte[] chunk = new byte[64 * 1024];
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 64; i++) {
                            socket.getOutputStream().write(chunk);
                        }
                        if (socket.getInputStream().read() < 0) {
                            throw new java.io.IOException("closed");
                        }
                    })
                    .isInstanceOf(java.io.IOException.class)
                    .isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void anOversizedIncidentIsRefusedToItsSender() {
        assertThatThrownBy(() -> send("desk", "desk-secret", "incidents", "x".repeat(3 * IntakeGuard.MAX_MESSAGE)))
                .isInstanceOf(JMSException.class);
    }

    @ParameterizedTest
    @CsvSource({"tocsin.broker.jms-port, true", "tocsin.broker.mqtt-port, false"})
    void aPortThatIsTakenIsNamed(String key, boolean jms) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DataFolder other = DataFolder.claim(folder.resolve("other"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> BrokerServer.start(other, BrokerFixture.settings(jms ? port : 0, jms ? 0 : port)))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining(key)
                    .hasMessageContaining(String.valueOf(port));
        }
    }

    /** Linux answers on all of 127.0.0.0/8. */
    @Test
    void mqttListensOnAnAddressOfItsOwnWhileJmsStays() throws Exception {
        BrokerSettings settings = new BrokerSettings(
                "", "", null, "127.0.0.1", "127.0.0.2", 0, 0, -1, -1, List.of(Secret.of("s:p:sensor")));
        try (DataFolder other = DataFolder.claim(folder.resolve("two-addresses"));
                BrokerServer broker = BrokerServer.start(other, settings)) {
            assertThat(listens("127.0.0.2", broker.mqttPort())).isTrue();
            assertThat(listens("127.0.0.1", broker.mqttPort())).isFalse();
            assertThat(listens("127.0.0.1", broker.jmsPort())).isTrue();
            assertThat(listens("127.0.0.2", broker.jmsPort())).isFalse();
        }
    }

    @Test
    void anAddressOfMqttThatIsNotOursIsNamedByItsKey() {
        BrokerSettings settings = new BrokerSettings("", "", null, "127.0.0.1", "192.0.2.1", 0, 0, -1, -1, List.of());
        assertThatThrownBy(() -> BrokerServer.requireFree(settings))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("tocsin.broker.mqtt-bind");
    }

    private static boolean listens(String address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void send(String user, String password, String queue, String text) throws JMSException {
        try (Connection connection = fixture.jms(user, password);
                Session session = connection.createSession()) {
            session.createProducer(session.createQueue(queue)).send(session.createTextMessage(text));
        }
    }

    private static List<String> texts(List<Message> messages) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message : messages) {
            texts.add(new String(message.getBody(byte[].class)));
        }
        return texts;
    }
}
