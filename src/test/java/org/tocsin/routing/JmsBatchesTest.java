package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.JmsEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.tocsin.testing.Cap;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.MqttLine;

/** What waits in a queue and is taken in one transaction, of one session on a real broker. */
class JmsBatchesTest {
    @TempDir
    private static Path folder;

    private static IntakeHub hub;

    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws IOException {
        Path sensors = Files.writeString(
                folder.resolve("sensors.yaml"),
                "sensors:\n" + sensor("gauge", "Flood") + sensor("odd", IntakeHub.DEFECT));
        hub = new IntakeHub(
                "--tocsin.intake.sensors=" + sensors,
                "--tocsin.intake.jms-consumers=1",
                "--tocsin.intake.mqtt-consumers=1",
                "--tocsin.intake.speaks-for.jms-incidents=desk@.*");
    }

    @AfterAll
    static void close() {
        hub.close();
    }

    @AfterEach
    void mend() {
        IntakeHub.defect.set(false);
    }

    @Test
    void whatWaitsIsTakenInFewTransactionsAndInItsOrder() throws Exception {
        int many = 120;
        hub.whileTheLedgerWaits(() -> send(session -> {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                messages.add(session.createTextMessage(alert(name + "-" + i)));
            }
            return messages;
        }));

        awaitAlerts(name, many);
        assertThat(hub.count("(select distinct received_at from alert where identifier like '" + name + "%') t"))
                .as("transactions: what the session had in hand, and then fifty each")
                .isLessThanOrEqualTo(1 + 3);
        assertThat(hub.jdbc()
                        .sql("select identifier from alert where identifier like ? order by id")
                        .param(name + "%")
                        .query(String.class)
                        .list())
                .first()
                .isEqualTo(name + "-0");
        awaitEmpty("incidents");
    }

    @Test
    void eachOfThemIsJudgedAloneWhateverTheOthersAre() throws Exception {
        String alert = alert(name + "-1");
        String update = alert.replace(name + "-1", name + "-2")
                .replace("\"Alert\"", "\"Update\"")
                .replace(
                        "\"scope\"",
                        "\"references\":[\"desk@example.org," + name + "-1," + sent(alert) + "\"],\"scope\"");
        long parked = hub.count("parked");
        hub.whileTheLedgerWaits(() -> send(session -> {
            Message hostile = session.createTextMessage(alert(name + "-3"));
            for (String header : List.of("CamelHttpUri", "CAmelHttpUri", "CamelSqlQuery", "JMSXUSERID")) {
                hostile.setStringProperty(header, "http://127.0.0.1:1/");
            }
            return List.of(
                    session.createTextMessage(alert(name + "-0")),
                    session.createTextMessage(update), // before its alert
                    session.createTextMessage("not readable " + name),
                    session.createTextMessage(alert),
                    session.createObjectMessage(new IntakeRoutesTest.Bomb(name)),
                    session.createTextMessage(alert(name + "-f").replace("desk@example", "mayor@example")),
                    hostile,
                    session.createTextMessage(alert(name + "-4")));
        }));

        awaitAlerts(name, 5);
        awaitEmpty("incidents");
        assertThat(hub.jdbc()
                        .sql("select right(identifier, 1) || ' ' || state || ' ' || submitted_by from alert"
                                + " where identifier like ? order by identifier")
                        .param(name + "%")
                        .query(String.class)
                        .list())
                .containsExactly(
                        "0 PLANNING desk",
                        "1 SUPERSEDED desk",
                        "2 PLANNING desk",
                        "3 PLANNING desk",
                        "4 PLANNING desk");
        assertThat(hub.jdbc()
                        .sql("select reason from parked order by id desc limit ?")
                        .param(hub.count("parked") - parked)
                        .query(String.class)
                        .list())
                .as("each once, though the Update was handed back with all of them")
                .hasSize(3)
                .anyMatch(reason -> reason.contains("may not speak for this sender"));
        assertThat(IntakeRoutesTest.Bomb.read).isFalse();
    }

    @Test
    void whatCannotBeCommittedComesAgainAndIsTakenOnce() throws Exception {
        long parked = hub.count("parked");
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            send(session -> {
                List<Message> messages = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    messages.add(session.createTextMessage(alert(name + "-" + i)));
                }
                return messages;
            });
        }

        awaitAlerts(name, 60);
        awaitEmpty("incidents");
        assertThat(hub.count("parked")).isEqualTo(parked);
    }

    @Test
    void oneThatADefectHindersHindersNoOtherAndAnAlarmThatComesAgainWithItIsOneAlert() throws Exception {
        IntakeHub.defect.set(true);
        hub.whileTheLedgerWaits(() -> {
            try (MqttLine line = new MqttLine(hub.broker.mqttPort(), name, "sensor", "sensor")) {
                line.publish("sensors/" + name + "/gauge", 1, false, "{\"level\": 4.5}");
                line.publish("sensors/" + name + "/odd", 2, false, "{\"level\": 4.5}");
                for (int i = 0; i < 30; i++) {
                    line.publish("sensors/" + name + "/gauge", 3 + i, false, "{\"level\": 2." + i + "}");
                }
            }
        });

        String device = "key like '%sensors/" + name;
        await().atMost(Duration.ofSeconds(20))
                .until(() -> hub.count("incident where " + device + "/gauge%' and not open") == 1);
        await().atMost(Duration.ofSeconds(20)).until(() -> hub.broker.waiting("ingest") == 1);
        assertThat(hub.count("alert where incident_" + device + "/odd%'")).isZero();
        IntakeHub.defect.set(false);
        awaitEmpty("ingest");

        assertThat(hub.count("alert where incident_" + device + "/gauge%'")).isEqualTo(1);
        assertThat(hub.count("alert where incident_" + device + "/odd%'")).isEqualTo(1);
    }

    @Test
    void anEndpointWithoutTransactionIsRefused() {
        JmsEndpoint endpoint = hub.bean(CamelContext.class)
                .getEndpoint("jms:queue:incidents?connectionFactory=#brokerConnection", JmsEndpoint.class);

        assertThatThrownBy(() -> hub.bean(JmsBatches.class).createMessageListenerContainer(endpoint))
                .hasMessageContaining("transacted: true");
    }

    private static String sensor(String name, String event) {
        return """
                  - name: %1$s
                    source: mqtt-sensors
                    topic: sensors/*/%1$s
                    value: /level
                    sender: sensors@example.org
                    event: %2$s
                    category: Met
                    levels: [{raise-at: 4, severity: Severe}]
                    clear-at: 3
                    addresses: [flood-zone-a]
                    text: {en: {headline: "{{device}} at {{value}}"}}
                """.formatted(name, event).indent(2);
    }

    private interface Making {
        List<Message> of(Session session) throws Exception;
    }

    private static void send(Making messages) throws Exception {
        try (var factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.broker.jmsPort());
                Connection connection = factory.createConnection("desk", "desk");
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("incidents"))) {
            for (Message message : messages.of(session)) {
                producer.send(message);
            }
            session.commit();
        }
    }

    private static String alert(String identifier) {
        return Cap.from("desk@example.org", identifier, Cap.now(), "Flood", "Water rises", "flood-zone-a");
    }

    private static String sent(String alert) {
        return alert.replaceFirst("(?s)^.*?\"sent\":\"([^\"]*)\".*$", "$1");
    }

    private static void awaitAlerts(String name, int count) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(DataAccessException.class) // of connections that an outage has cut
                .untilAsserted(() -> assertThat(hub.count("alert where identifier like '" + name + "%'"))
                        .isEqualTo(count));
    }

    private static void awaitEmpty(String queue) {
        await().atMost(Duration.ofSeconds(30)).until(() -> hub.broker.waiting(queue) == 0);
    }
}
