package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.MqttLine;

/** The three sources, over their own protocols. */
class IntakeRoutesTest {
    private static final IntakeHub hub = new IntakeHub("--tocsin.intake.speaks-for.jms-incidents=desk@.*");
    private static final HttpClient http = HttpClient.newHttpClient();

    @AfterAll
    static void close() {
        hub.close();
    }

    private final String name = UUID.randomUUID().toString();

    @Test
    void aReadingByMqttBecomesAnAlert() throws Exception {
        publish("sensors/river/flood-" + name, "{\"level\": 4.2}");

        awaitAlerts("incident_key like '%sensors/river/flood-" + name + "%'", 1);
        assertThat(hub.jdbc()
                        .sql(
                                "select source || ' ' || submitted_by || ' ' || state from alert where incident_key like ?")
                        .param("%" + name + "%")
                        .query(String.class)
                        .single())
                .isEqualTo("mqtt-sensors sensor PLANNING");
    }

    @Test
    void unreadableReadingsAreParkedAndTheNextOnesGoOn() throws Exception {
        publish("sensors/river/flood-" + name, "level 4.2");
        publish("sensors/river/noise-" + name, "{\"db\": 1}");
        publish("sensors/river/flood-" + name, "{\"level\": 4.2}");

        awaitAlerts("incident_key like '%" + name + "%'", 1);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(hub.jdbc()
                        .sql("select reason from parked where source = 'mqtt-sensors' order by id desc limit 2")
                        .query(String.class)
                        .list())
                .anyMatch(r -> r.contains("readable JSON"))
                .anyMatch(r -> r.contains("noise-") && r.contains("add one and replay this")));
    }

    @ParameterizedTest
    @CsvSource({"CAP_XML, text", "CAP_XML, bytes", "CAP_JSON, text", "CAP_JSON, bytes"})
    void anIncidentByJmsBecomesAnAlert(String format, String kind) throws Exception {
        String cap = format.equals("CAP_XML") ? xml(name) : json(name);
        String lead = format.equals("CAP_XML") ? "" : "\n  ";
        sendToIncidents(session -> kind.equals("text")
                ? session.createTextMessage(lead + cap)
                : bytes(session, cap.getBytes(StandardCharsets.UTF_8)));

        awaitAlerts("identifier = '" + name + "' and source = 'jms-incidents' and submitted_by = 'desk'", 1);
    }

    @ParameterizedTest
    @CsvSource({"xml", "json"})
    void aSenderForWhomASourceMayNotSpeakIsParkedAndTheNextOneGoesOn(String form) throws Exception {
        String foreign = form.equals("xml") ? xml("f-" + name) : json("f-" + name);
        sendToIncidents(session -> session.createTextMessage(foreign.replace("desk@example", "mayor@example")));
        sendToIncidents(session -> session.createTextMessage(xml(name)));

        awaitAlerts("identifier = '" + name + "'", 1);
        assertThat(hub.count("alert where identifier = 'f-" + name + "'")).isZero();
        assertThat(hub.jdbc()
                        .sql("select source || ': ' || reason from parked order by id desc limit 1")
                        .query(String.class)
                        .single())
                .isEqualTo("jms-incidents: desk may not speak for this sender.");
    }

    @Test
    void anUpdateAndACancelByJmsChangeWhatCameBefore() throws Exception {
        String alert = json(name + "-1");
        String update = follows(alert, name + "-2", "Update");
        sendToIncidents(session -> session.createTextMessage(alert));
        awaitStates("Alert PLANNING");
        sendToIncidents(session -> session.createTextMessage(update));
        awaitStates("Alert SUPERSEDED, Update PLANNING");
        sendToIncidents(session -> session.createTextMessage(follows(update, name + "-3", "Cancel")));
        awaitStates("Alert SUPERSEDED, Update CANCELLED, Cancel PLANNING");
        sendToIncidents(session -> session.createTextMessage(update));

        assertThat(hub.count("alert a join alert b on b.id = any (a.follows) where a.identifier = '" + name
                        + "-3' and b.identifier = '" + name + "-2' and a.tells = 'REACHED'"))
                .isEqualTo(1);
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(() -> states().equals(
                        "Alert SUPERSEDED, Update CANCELLED, Cancel PLANNING"));
    }

    /** As when one of many sessions is faster with it; the queue's first tries are within 1.5 s. */
    @Test
    void anUpdateThatOvertakesItsAlertInTheQueueIsTriedAgainAndOneOfNothingIsHeld() throws Exception {
        String alert = json(name + "-1");
        String update = follows(alert, name + "-2", "Update");
        sendToIncidents(session -> session.createTextMessage(update));
        sendToIncidents(session -> session.createTextMessage(alert));
        awaitStates("Alert SUPERSEDED, Update PLANNING");

        String nothing = json(name + "-x");
        sendToIncidents(session -> session.createTextMessage(follows(nothing, name + "-y", "Update")));
        awaitStates("Alert SUPERSEDED, Update PLANNING, Update HELD");
    }

    private void awaitStates(String states) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(states()).isEqualTo(states));
    }

    /** Of all that this test sent, in the order of their identifiers. */
    private String states() {
        return String.join(
                ", ",
                hub.jdbc()
                        .sql("select msg_type || ' ' || state from alert where identifier like ? order by identifier")
                        .param(name + "%")
                        .query(String.class)
                        .list());
    }

    @Test
    void aSerialisedObjectIsParkedUnread() throws Exception {
        sendToIncidents(session -> session.createObjectMessage(new Bomb(name)));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(hub.count("parked where format = 'UNREAD'")).isEqualTo(1));
        assertThat(Bomb.read).isFalse();
    }

    @Test
    void headersThatWouldSteerCamelAreDroppedAndTheTextIsKeptLiterally() throws Exception {
        String text = "${bean:x} {{sys:x}} ${jndi:ldap://127.0.0.1/x}";
        sendToIncidents(session -> {
            Message message = session.createTextMessage(json(name).replace("Water rises", text));
            for (String header : new String[] {"CamelHttpUri", "CAmelHttpUri", "CamelSqlQuery", "CamelFileName"}) {
                message.setStringProperty(header, "http://127.0.0.1:1/");
            }
            message.setJMSReplyTo(session.createQueue("incidents"));
            return message;
        });

        awaitAlerts("identifier = '" + name + "'", 1);
        assertThat(hub.jdbc()
                        .sql("select cap from alert where identifier = ?")
                        .param(name)
                        .query(String.class)
                        .single())
                .contains(text);
    }

    @Test
    void whatComesWhileTheDatabaseIsAwayIsAcceptedAfterwardsAndNothingIsParked() throws Exception {
        long parked = hub.count("parked");
        HttpResponse<String> refused;
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            publish("sensors/river/flood-" + name, "{\"level\": 4.2}");
            sendToIncidents(session -> session.createTextMessage(json(name)));
            refused = post("monitor", "{\"status\": \"firing\", \"groupKey\": \"" + name + "\"}");
            HttpResponse<String> poison = post("monitor", "{\"status\": 1");
            assertThat(poison.statusCode()).isEqualTo(503);
        }

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        awaitNoneParked(parked);
        awaitAlerts("identifier = '" + name + "'", 1);
        awaitAlerts("incident_key like '%" + name + "%' and source = 'mqtt-sensors'", 1);
        awaitNoneParked(parked);
    }

    private static void awaitNoneParked(long before) {
        await().pollDelay(Duration.ofSeconds(6)).untilAsserted(() -> assertThat(hub.count("parked"))
                .as(() -> hub.jdbc()
                        .sql("select * from parked")
                        .query()
                        .listOfRows()
                        .toString())
                .isEqualTo(before));
    }

    @Test
    void anyJsonByWebhookBecomesAnAlertByItsMapping() throws Exception {
        String firing = "{\"status\": \"firing\", \"groupKey\": \"" + name + "\", \"title\": \"Disk {{sys:x}}\"}";

        HttpResponse<String> first = post("monitor", firing);
        HttpResponse<String> again = post("monitor", firing);
        HttpResponse<String> resolved = post("monitor", firing.replace("firing", "resolved"));

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(first.body()).contains("\"state\":\"PLANNING\"").contains("\"id\":\"");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(resolved.statusCode()).isEqualTo(200);
        assertThat(hub.count("alert where source = 'hook:monitor' and submitted_by = 'console'"
                        + " and cap like '%Disk {{sys:x}} on " + name + "%'"))
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    monitor               | {"status": 1             | 422
                    monitor               | {"groupKey": "x"}        | 422
                    unheard-of                 | {}                       | 422
                    monitor?source=other&CamelHttpUri=http://127.0.0.1:1/ | {"status": "resolved", "groupKey": "q"} | 200
                    m%6fnitor                   | {"status": "resolved", "groupKey": "q"} | 200
                    ..%2fapi                   | {}                       | 400
                    a.b                        | {}                       | 404
                    """)
    void whatAWebhookAnswers(String path, String body, int status) throws Exception {
        assertThat(post(path, body).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200", "application/vnd.x+json, 200", "text/plain, 200",
        "multipart/form-data;boundary=x, 415", "application/x-www-form-urlencoded, 415", "text/xml, 415"
    })
    void aWebhookTakesJsonOnly(String type, int status) throws Exception {
        HttpRequest.Builder request = hook("monitor").header("Content-Type", type);

        assertThat(send(request.POST(
                                HttpRequest.BodyPublishers.ofString("{\"status\": \"resolved\", \"groupKey\": \"q\"}")))
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void theWebhookOfWhatsAppIsNotTakenByTheRoute() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + hub.port() + "/hooks/whatsapp");

        assertThat(send(HttpRequest.newBuilder(uri).GET()).body()).isEqualTo("handshake");
        assertThat(send(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .body())
                .isEqualTo("receipts");
    }

    /** Five lives of one client id: each takes the connection over, and says again, to be retained, what it said before. */
    @Test
    void whatAReconnectStormRepeatsIsOneAlert() throws Exception {
        String topic = "sensors/river/flood-" + name;
        List<MqttClient> storm = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            MqttClient client = connect("gauge-" + name, null);
            storm.add(client);
            for (int again = 0; again < 10; again++) {
                client.publish(topic, "{\"level\": 4.2}".getBytes(StandardCharsets.UTF_8), 1, true);
            }
        }
        publish(topic, "{\"level\": 1.0}");
        for (MqttClient client : storm) {
            drop(client);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hub.count("incident where key like '%" + name + "%' and not open"))
                        .isEqualTo(1));
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isEqualTo(1);
    }

    /** The PUBACKs were lost with the line: the device sends all of it again, on the next one. */
    @Test
    void whatADeviceSendsAgainIsOneAlertAndWhatItSendsAfterThatIsTheNext() throws Exception {
        String topic = "sensors/river/flood-" + name;
        for (boolean again : new boolean[] {false, true}) {
            try (MqttLine device = new MqttLine(hub.broker.mqttPort(), "gauge-" + name, "sensor", "sensor")) {
                device.publish(topic, 1, again, "{\"level\": 4.2}");
                device.publish(topic, 2, again, "{\"level\": 1.0}");
            }
        }
        publish(topic, "{\"level\": 4.5}");

        awaitAlerts("incident_key like '%" + name + "%' and cap like '%4.5 m%'", 1);
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isEqualTo(2);
    }

    /** A line that breaks again and again: each time the broker says its last will, and then it is there again. */
    @Test
    void aSensorThatComesBackEachTimeIsNoAlertAndOneThatStaysAwayIsOne() throws Exception {
        String topic = "sensors/river/" + name + "/status";
        for (int life = 0; life < 5; life++) {
            MqttClient client = connect("gauge-" + name, topic);
            client.publish(topic, "online".getBytes(StandardCharsets.UTF_8), 1, true);
            awaitHeld(0);
            drop(client);
            awaitHeld(1);
        }
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isZero();

        awaitAlerts("incident_key like '%" + name + "/status%' and cap like '%" + name + " is offline%'", 1);
        assertThat(hub.count("alert where incident_key like '%" + name + "%'")).isEqualTo(1);
    }

    private void awaitHeld(long count) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hub.count("held_reading where key like '%" + name + "%'"))
                        .isEqualTo(count));
    }

    @Test
    void thePackOfAGatewayIsAnAlertForEachOfItsDevicesBeyondTheThreshold() throws Exception {
        publish("sensors/" + name + "/senml", """
                [{"bn":"urn:dev:a:","n":"level","v":4.2},{"n":"battery","v":80},
                 {"bn":"urn:dev:b:","n":"level","v":4.3},{"bn":"urn:dev:c:","n":"level","v":1.0}]""");

        awaitAlerts("incident_key like '%" + name + "/senml%'", 2);
    }

    private static MqttClient connect(String id, @Nullable String will) throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + hub.broker.mqttPort(), id, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName("sensor");
        options.setPassword("sensor".getBytes(StandardCharsets.UTF_8));
        if (will != null) {
            MqttMessage offline = new MqttMessage("offline".getBytes(StandardCharsets.UTF_8));
            offline.setQos(1);
            offline.setRetained(true);
            options.setWill(will, offline);
        }
        client.connect(options);
        return client;
    }

    /** Without a word to the broker. */
    private static void drop(MqttClient client) throws Exception {
        if (client.isConnected()) {
            client.disconnectForcibly(0, 100, false);
        }
        client.close(true);
    }

    private interface Making {
        Message of(Session session) throws Exception;
    }

    private static Message bytes(Session session, byte[] content) throws Exception {
        var message = session.createBytesMessage();
        message.writeBytes(content);
        return message;
    }

    private static void sendToIncidents(Making message) throws Exception {
        try (var factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.broker.jmsPort());
                Connection connection = factory.createConnection("desk", "desk");
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("incidents"))) {
            producer.send(message.of(session));
        }
    }

    private static void publish(String topic, String text) throws Exception {
        MqttClient client = new MqttClient(
                "tcp://127.0.0.1:" + hub.broker.mqttPort(), UUID.randomUUID().toString(), new MemoryPersistence());
        try {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName("sensor");
            options.setPassword("sensor".getBytes(StandardCharsets.UTF_8));
            client.connect(options);
            MqttMessage message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
            message.setQos(1);
            MqttProperties properties = new MqttProperties();
            properties.setUserProperties(java.util.List.of(new UserProperty("CamelHttpUri", "http://127.0.0.1:1/")));
            message.setProperties(properties);
            client.publish(topic, message);
            client.disconnect();
        } finally {
            client.close();
        }
    }

    private static HttpRequest.Builder hook(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/hooks/" + path))
                .header("Authorization", "Bearer " + IntakeHub.TRIGGER_KEY)
                .header("CamelHttpUri", "http://127.0.0.1:1/")
                .header("source", "other");
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return send(
                hook(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitAlerts(String where, long count) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(hub.count("alert where " + where))
                .isEqualTo(count));
    }

    private static String now() {
        return OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME);
    }

    private static String json(String identifier) {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "Water rises"}}
                """.formatted(identifier, now());
    }

    /** What follows that alert, in the words of the alert itself but for its end. */
    private static String follows(String alert, String identifier, String type) {
        String sent = alert.replaceFirst("(?s)^.*?\"sent\": \"([^\"]*)\".*$", "$1");
        String former = alert.replaceFirst("(?s)^.*?\"identifier\": \"([^\"]*)\".*$", "$1");
        String follower = alert.replace(former, identifier)
                .replaceFirst("\"msgType\": \"[A-Za-z]*\"", "\"msgType\": \"" + type + "\"")
                .replaceFirst(" \"references\": \"[^\"]*\",", "")
                .replace("\"scope\"", "\"references\": \"desk@example.org," + former + "," + sent + "\", \"scope\"");
        return type.equals("Cancel") ? follower.replaceFirst("(?s),\\s*\"info\".*$", "}") : follower;
    }

    private static String xml(String identifier) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses>
                <info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>
                <severity>Severe</severity><certainty>Observed</certainty></info></alert>
                """.formatted(identifier, now()).trim();
    }

    /** Says when it is deserialised. */
    static final class Bomb implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        static volatile boolean read;
        private final String name;

        Bomb(String name) {
            this.name = name;
        }

        private void readObject(java.io.ObjectInputStream in) throws java.io.IOException, ClassNotFoundException {
            in.defaultReadObject();
            read = name != null;
        }
    }
}
