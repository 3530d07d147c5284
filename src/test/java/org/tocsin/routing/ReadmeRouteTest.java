package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.IntakeHub;

/**
 * What routes/README.md shows under "Add an intake route" is read from that page and run as it stands there, beside a broker
 * that is not the hub's. So is the shipped route of the queue incidents, with a mapping for JSON of its own.
 */
class ReadmeRouteTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- route: read by ReadmeRouteTest -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String MAPPING = """
            events:
              - name: building
                source: %s
                identity: [/alarm]
                state: {at: /state, open: [on], closed: [off]}
                sender: building@example.org
                event: Fire alarm
                category: Fire
                severity: {at: /grade, words: {high: Extreme, low: Minor}}
                addresses: [flood-zone-a]
                text: {en: {headline: "{{/where}}"}}
                closed-text: {en: {headline: "Over: {{/where}}"}}
            """;

    private static final int port = HubProcess.freePort();
    private static final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private static IntakeHub hub;

    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setMinDiskFree(256L << 20)
                .addAcceptorConfiguration("jms", "tcp://127.0.0.1:" + port + "?protocols=CORE");
        for (String queue : new String[] {"building-alarms", "incidents"}) {
            configuration.addQueueConfiguration(QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST));
        }
        broker.setConfiguration(configuration);
        broker.start();
        Path folder = Files.createTempDirectory("readme");
        Path route = Files.writeString(folder.resolve("intake-building-alarms.camel.yaml"), block());
        Path events = Files.writeString(folder.resolve("events.yaml"), MAPPING.formatted("jms-incidents"));
        hub = new IntakeHub(
                "--tocsin.broker.url=tcp://127.0.0.1:" + port,
                "--tocsin.intake.events=" + events,
                "--camel.main.routes-include-pattern=file:" + route + ",file:routes/intake-jms-incidents.camel.yaml,"
                        + "file:routes/accept-alert.camel.yaml,file:routes/error-handling.camel.yaml");
    }

    @AfterAll
    static void stop() throws Exception {
        if (hub != null) {
            hub.close();
        }
        broker.stop();
    }

    private static String block() throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void anAlarmBecomesAnAlertAndNoHeaderOfItSteersAnything() {
        send("building-alarms", cap(name));

        awaitAlerts(
                "identifier = '" + name + "' and source = 'building-alarms' and submitted_by = 'building-alarms'", 1);
    }

    @Test
    void poisonIsParkedAndTheNextOneGoesOn() {
        send("building-alarms", "poison " + name);
        send("building-alarms", cap(name));

        awaitAlerts("identifier = '" + name + "'", 1);
        await().atMost(LONG).until(() -> hub.count("parked where source = 'building-alarms'") == 1);
        await().atMost(LONG)
                .until(() -> broker.getActiveMQServer()
                                .locateQueue("building-alarms")
                                .getMessageCount()
                        == 0);
    }

    /** A source with a mapping of its own: its JSON is what the mapping says, and CAP in XML is still CAP. */
    @Test
    void jsonByAMappingOpensChangesAndEndsByJms() {
        send("incidents", alarm("on", "low"));
        awaitAlerts("incident_key like '%" + name + "%'", 1);
        send("incidents", alarm("on", "high"));
        awaitAlerts("incident_key like '%" + name + "%'", 2);
        send("incidents", alarm("off", "high"));
        send("incidents", cap(name));

        awaitAlerts("incident_key like '%" + name + "%'", 3);
        awaitAlerts("identifier = '" + name + "' and source = 'jms-incidents'", 1);
        assertThat(hub.jdbc()
                        .sql("select msg_type || ' ' || severity from alert where incident_key like ? order by id")
                        .param("%" + name + "%")
                        .query(String.class)
                        .list())
                .containsExactly("Alert Minor", "Update Extreme", "Update Extreme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"alarm\": 1", "{\"alarm\": \"x\", \"state\": \"on\", \"grade\": \"unheard-of\"}"})
    void jsonThatTheMappingCannotUseIsParkedByItsField(String json) {
        long parked = hub.count("parked where source = 'jms-incidents'");
        send("incidents", json);

        await().atMost(LONG).until(() -> hub.count("parked where source = 'jms-incidents'") == parked + 1);
    }

    private String alarm(String state, String grade) {
        return "{\"alarm\": \"%s\", \"state\": \"%s\", \"grade\": \"%s\", \"where\": \"Hall 3\"}"
                .formatted(name, state, grade);
    }

    private static void awaitAlerts(String where, long count) {
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.count("alert where " + where))
                .isEqualTo(count));
    }

    private static void send(String queue, String text) {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            TextMessage message = session.createTextMessage(text);
            message.setStringProperty("CAmelHttpUri", "http://stranger");
            message.setStringProperty("JMSDestination_", "sensors/x");
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            producer.send(message);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String cap(String identifier) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>building@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses><info><category>Fire</category>
                <event>Fire alarm</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty></info></alert>
                """.formatted(identifier, OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME));
    }
}
