package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.MqttServer;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.Poison;
import org.tocsin.testing.Trap;

/** Messages of a real broker that is not the hub's own, and that comes after the hub. */
class MqttOutsideTest {
    private static final String ROUTE = "intake-mqtt-outside";
    private static final String CLIENT = "hub-1";
    private static final String PASSWORD = "#a+b %41&c=(d)";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final MqttServer broker = new MqttServer(PASSWORD);
    private static final IntakeHub hub = new IntakeHub(
            "--tocsin.mqtt.broker-url=" + broker.url(),
            "--tocsin.mqtt.topics=plant/#, $share/hubs/desk/+, tele/+/+, zigbee2mqtt/#, application/+/device/+/event/up,"
                    + "v3/+/devices/+/up",
            "--tocsin.intake.sensors=src/test/resources/sensors/default-topics.yaml",
            "--tocsin.mqtt.username=" + MqttServer.USER,
            "--tocsin.mqtt.password=" + PASSWORD,
            "--tocsin.mqtt.client-id=" + CLIENT);

    @BeforeAll
    static void start() throws Exception {
        broker.start();
        awaitSubscribed();
    }

    @AfterAll
    static void close() throws Exception {
        hub.close();
        broker.close();
    }

    private final String name = UUID.randomUUID().toString();

    @Test
    void aReadingBecomesAnAlertByTheMappingOfItsTopicAndTheSameAgainDoesNot() {
        publish("plant/1/level", reading(4.2));
        publish("plant/1/level", reading(4.2));
        awaitDone();

        awaitAlerts("incident_key like '%" + name + "%' and source = 'mqtt-outside'", 1);
    }

    /** As each of them publishes when nobody tells it otherwise; what is in them is in SensorFormatsTest. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    tele/$/SENSOR | {"Time":"2026-11-26T05:59:50","DS18B20":{"Temperature":63.4},"TempUnit":"C"}
                    tele/$/LWT | Offline
                    zigbee2mqtt/$ | {"battery":4,"water_leak":true}
                    zigbee2mqtt/$/availability | {"state":"offline"}
                    zigbee2mqtt/$/availability | offline
                    application/b5b1ad7f-5e5c-4d7c-9d0f-1f2f3a4b5c6d/device/$/event/up | {"deviceInfo":{"devEui":"$"},"devAddr":"00189440","fCnt":10,"fPort":2,"data":"ARBo"}
                    v3/plant@town/devices/$/up | {"end_device_ids":{"device_id":"$"},"uplink_message":{"session_key_id":"AXBSH1Pk6Z0G166ewq2xsA==","f_port":2,"frm_payload":"ARBo"}}
                    """)
    void devicesAreHeardOnTheTopicsThatTheyUseByThemselves(String topic, String payload) {
        publish(topic.replace("$", name), payload.replace("$", name));

        awaitAlerts("source = 'mqtt-outside' and cap like '%" + name + "%'", 1);
    }

    @Test
    void capBecomesAnAlertAsXmlAndAsJsonAndBySharedSubscription() {
        publish("plant/alerts", cap(name + "j"));
        publish("desk/alerts", """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses>
                <info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>
                <severity>Severe</severity><certainty>Observed</certainty></info></alert>
                """.formatted(name + "x", now()));

        awaitAlerts("identifier in ('" + name + "j', '" + name + "x') and source = 'mqtt-outside'", 2);
    }

    @Test
    void aRetainedMessageThatTheBrokerSendsAtEachNewSubscriptionIsOneAlert() throws Exception {
        awaitDone();
        var routes = hub.bean(CamelContext.class).getRouteController();
        routes.stopRoute(ROUTE);
        broker.forget(CLIENT);
        broker.publish("plant/2/level", reading(4.2), true, Map.of());
        routes.startRoute(ROUTE);
        // Nobody was subscribed when it was published.
        awaitAlerts("incident_key like '%" + name + "%'", 1);

        broker.forget(CLIENT);
        awaitSubscribed();
        awaitDone();
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isEqualTo(1);
    }

    @Test
    void poisonIsParkedAndWhatIsBehindItGoesOn() {
        long parked = hub.count("parked");
        publish("plant/alerts", "{\"nonsense\": \"" + name + "\"");
        publish("plant/alerts", "");
        publish("plant/3/level", "{\"gauge\": \"" + name + "\"}");
        publish("plant/alerts", cap(name));

        awaitAlerts("identifier = '" + name + "'", 1);
        awaitDone();
        assertThat(hub.count("parked")).isEqualTo(parked + 3);
    }

    @Test
    void nothingThatAHostileDocumentNamesIsFetched() {
        try (Trap trap = new Trap()) {
            List<String> attacks = Poison.documents()
                    .map(document -> ((String) document.get()[2]).replace("TRAP", trap.address()))
                    .toList();
            attacks.forEach(attack -> publish("plant/attacks/" + name, attack));

            awaitDone();
            assertThat(hub.jdbc()
                            .sql("select reason from parked order by id desc limit ?")
                            .param(attacks.size())
                            .query(String.class)
                            .list())
                    .hasSize(attacks.size())
                    .noneMatch(reason -> reason.contains("root:"));
            assertThat(trap.calls()).isZero();
        }
    }

    @Test
    void aMessageOverOneMebibyteIsNotSentToUsByItsBrokerAndWhatIsBehindItIs() {
        long parked = hub.count("parked");
        String spaces = " ".repeat(1 << 20);
        publish("plant/alerts", cap(name + "large") + spaces);
        publish("plant/alerts", cap(name + "less") + spaces.substring(4096));
        publish("plant/alerts", cap(name));

        awaitAlerts("identifier in ('" + name + "', '" + name + "less')", 2);
        awaitDone();
        assertThat(hub.count("alert where identifier like '" + name + "%'")).isEqualTo(2);
        assertThat(hub.count("parked")).isEqualTo(parked);
    }

    @Test
    void aMessageThatHitsADefectOfOursIsToldByItsTopicAndWaitsWithWhatIsBehindIt() {
        awaitDone();
        IntakeHub.defect.set(true);
        try {
            publish("plant/odd", cap(name).replace("Flood", IntakeHub.DEFECT));
            publish("plant/alerts", cap(name + "b"));
            await().atMost(LONG)
                    .until(() -> hub.count("hub_event where what = 'A trigger of mqtt-outside cannot be taken'"
                                    + " and detail like '%topic plant/odd, tried%'")
                            == 1);
            assertThat(broker.waiting(CLIENT)).isEqualTo(2);
        } finally {
            IntakeHub.defect.set(false);
        }

        awaitAlerts("identifier like '" + name + "%'", 2);
        awaitDone();
        await().atMost(LONG)
                .until(() ->
                        hub.count("hub_event where what = 'What was stuck of mqtt-outside is stuck no more'") == 1);
    }

    /** Behind a first one that waits for its commit they gather, and are taken together. */
    @Test
    void whatIsTakenTogetherWithADefectIsTakenAndIsTheSameWhenItIsTriedAgain() throws Exception {
        awaitDone();
        IntakeHub.defect.set(true);
        try {
            hub.whileTheLedgerWaits(() -> {
                broker.with("together-" + name, client -> {
                    send(client, "plant/alerts", cap(name + "a"));
                    send(client, "plant/1/level", reading(4.2));
                    send(client, "plant/odd", cap(name).replace("Flood", IntakeHub.DEFECT));
                    send(client, "plant/1/level", reading(1.0));
                    send(client, "plant/alerts", cap(name + "b"));
                });
                await().atMost(LONG).until(() -> broker.sent(CLIENT) == 5);
            });
            awaitAlerts("identifier in ('" + name + "a', '" + name + "b')", 2);
            await().atMost(LONG).until(() -> broker.waiting(CLIENT) == 3);
        } finally {
            IntakeHub.defect.set(false);
        }
        awaitDone();

        assertThat(hub.count("alert where identifier = '" + name + "'")).isEqualTo(1);
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isEqualTo(1);
        assertThat(hub.count("incident where key like '%" + name + "%' and not open"))
                .isEqualTo(1);
    }

    @Test
    void whatComesWhileTheDatabaseIsAwayIsAcknowledgedAfterItIsInTheLedgerAndNotBefore() {
        awaitDone();
        long parked = hub.count("parked");
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            publishCap(30, 7);
            await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> broker.waiting(CLIENT) == 30);
        }

        awaitAlerts("identifier like '" + name + "%'", 29);
        awaitDone();
        assertThat(hub.count("parked")).isEqualTo(parked + 1);
    }

    @Test
    void aBrokerThatGoesAwayWhileTheDatabaseIsAwayKeepsWhatItHasAndIsFoundAgain() throws Exception {
        awaitDone();
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            publishCap(15, -1);
            broker.stop();
            broker.start();
            await().atMost(LONG).until(() -> broker.waiting(CLIENT) == 15);
        }

        awaitAlerts("identifier like '" + name + "%'", 15);
        awaitDone();
    }

    @Test
    void whatHasArrivedIsTakenEvenIfTheBrokerForgetsTheSession() {
        awaitDone();
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            publishCap(5, -1);
            // Sent, and then some time to be read.
            await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> broker.sent(CLIENT) == 5);
            broker.forget(CLIENT);
            await().atMost(LONG).until(() -> broker.waiting(CLIENT) == 0);
        }

        awaitAlerts("identifier like '" + name + "%'", 5);
        awaitSubscribed();
    }

    @Test
    void whatComesWhileTheHubIsAwayIsTakenWhenItIsBackAllOfIt() throws Exception {
        awaitDone();
        var routes = hub.bean(CamelContext.class).getRouteController();
        routes.stopRoute(ROUTE);
        publishCap(200, -1);
        assertThat(broker.waiting(CLIENT)).isEqualTo(200);
        routes.startRoute(ROUTE);

        awaitAlerts("identifier like '" + name + "%'", 200);
        awaitDone();
    }

    @Test
    void nothingThatASenderWritesBesideTheBodySteersARoute() {
        broker.publish(
                "plant/${bean:acceptAlert?method=park}{{x}}/level",
                reading(4.2),
                false,
                Map.of(
                        "CamelHttpUri", "http://127.0.0.1:1/",
                        "CamelMqttTopic", "plant/alerts",
                        "JMSXUserID", "chief",
                        "JMSTimestamp", "1",
                        "content-type", "application/cap+xml"));

        awaitAlerts("incident_key like '%" + name + "%' and submitted_by = 'mqtt-outside'", 1);
        awaitDone();
    }

    @Test
    void mosquittoPublishes() {
        OutsideClient.MOSQUITTO_PUB.required();
        OutsideClient.MOSQUITTO_PUB.run(
                cap(name),
                "-L",
                "mqtt://127.0.0.1:" + broker.url().replaceAll(".*:", "") + "/plant/alerts",
                "-u",
                MqttServer.USER,
                "-P",
                PASSWORD,
                "-V",
                "5",
                "-q",
                "1",
                "-D",
                "PUBLISH",
                "user-property",
                "CamelHttpUri",
                "http://x",
                "-s");

        awaitAlerts("identifier = '" + name + "'", 1);
    }

    private static void publish(String topic, String text) {
        broker.publish(topic, text, false, Map.of());
    }

    /** So many, on one connection; one of them is none. */
    private void publishCap(int count, int poison) {
        broker.with("many-" + name, client -> {
            for (int i = 0; i < count; i++) {
                String text = i == poison ? name : cap(name + i);
                send(client, "plant/alerts", text);
            }
        });
    }

    private static void send(MqttClient client, String topic, String text) throws MqttException {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    /** A message sent now arrives. */
    private static void awaitSubscribed() {
        await().atMost(LONG).pollInterval(Duration.ofMillis(300)).until(() -> {
            String probe = "probe-" + UUID.randomUUID();
            publish("plant/alerts", cap(probe));
            return hub.count("alert where identifier = '" + probe + "'") == 1;
        });
    }

    private static void awaitDone() {
        await().atMost(LONG).until(() -> broker.waiting(CLIENT) == 0);
    }

    private static void awaitAlerts(String where, long count) {
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.count("alert where " + where))
                .isEqualTo(count));
    }

    private String reading(double level) {
        return "{\"gauge\": \"" + name + "\", \"level\": " + level + "}";
    }

    private static String now() {
        return OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME);
    }

    private static String cap(String identifier) {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "Water rises"}}
                """.formatted(identifier, now());
    }
}
