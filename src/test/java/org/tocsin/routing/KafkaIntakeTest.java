package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.OutsideClient;

/** Records of a real Kafka, over its own protocol. */
class KafkaIntakeTest {
    private static final String TRIGGERS = "tocsin.triggers";
    private static final String GAUGES = "plant.gauges";
    private static final String ALARMS = "plant.alarms";
    private static final String OTHERS = "plant.others";
    private static final String GROUP = "hubs";
    private static final List<String> TOPICS = List.of(TRIGGERS, GAUGES, ALARMS);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final KafkaServer kafka = new KafkaServer(3, TRIGGERS, GAUGES, ALARMS, OTHERS);
    private static IntakeHub hub;

    /** By what routes/README.md shows under "Connect your Kafka", a second cluster included. */
    @BeforeAll
    static void start() throws IOException {
        Path folder = Files.createTempDirectory("kafka");
        Path events = Files.writeString(folder.resolve("events.yaml"), "events:\n" + readme("event"));
        String second = Files.readString(Path.of("routes/intake-kafka-triggers.camel.yaml"))
                .replace("tocsin.kafka.", "tocsin.kafka-plant.")
                .replace("kafka-triggers", "kafka-plant");
        for (String bean : List.of("kafkaHeaders", "kafkaRecordHeaders", "kafkaClients", "kafkaOffsets")) {
            second = second.replace(bean, "plant" + bean);
        }
        second = second.replaceAll("(?m)^( +id: )(?!intake-)(.*)$", "$1plant-$2");
        Files.writeString(folder.resolve("intake-kafka-plant.camel.yaml"), second);
        var resource = new ByteArrayResource(readme("kafka").getBytes(StandardCharsets.UTF_8));
        var settings = (EnumerablePropertySource<?>)
                new YamlPropertySourceLoader().load("readme", resource).get(0);
        hub = new IntakeHub(kafka.arguments(Stream.concat(
                        Arrays.stream(settings.getPropertyNames())
                                .filter(key -> !key.equals("tocsin.kafka.brokers"))
                                .map(key -> "--" + key + "=" + settings.getProperty(key)),
                        Stream.of(
                                "--tocsin.intake.events=" + events,
                                "--tocsin.kafka-plant.brokers=" + kafka.brokers(),
                                "--tocsin.kafka-plant.topics=" + OTHERS,
                                "--camel.main.routes-include-pattern=file:routes/intake-kafka-triggers.camel.yaml,file:"
                                        + folder + "/intake-*.camel.yaml,file:routes/accept-alert.camel.yaml,"
                                        + "file:routes/error-handling.camel.yaml"))
                .toArray(String[]::new)));
    }

    private static String readme(String block) throws IOException {
        String page = Files.readString(Path.of("routes/README.md"));
        String from = page.substring(page.indexOf("<!-- " + block + ": read by KafkaIntakeTest -->"));
        String code = from.substring(from.indexOf("```yaml\n") + 8);
        return code.substring(0, code.indexOf("```"));
    }

    @AfterAll
    static void close() {
        if (hub != null) {
            hub.close();
        }
        kafka.close();
    }

    private final String name = UUID.randomUUID().toString();

    @ParameterizedTest
    @CsvSource({"xml,", "json,", "xml, application/cap+xml", "json, application/json", "json, text/plain"})
    void aRecordWithCapBecomesAnAlert(String form, String contentType) {
        kafka.send(
                TRIGGERS,
                form.equals("xml") ? xml(name) : json(name),
                contentType == null ? Map.of() : Map.of("content-type", contentType));

        awaitAlert("source = 'kafka-triggers' and submitted_by = 'kafka-triggers'");
    }

    @Test
    void anyJsonBecomesAnAlertByTheMappingOfItsTopicAndTheSameAgainDoesNot() {
        kafka.send(GAUGES, reading(4.2), Map.of());
        kafka.send(GAUGES, reading(4.3), Map.of());

        awaitAlerts("incident_key like '%" + name + "%' and cap like '%" + name + " at 4.%'", 1);
    }

    @Test
    void aCloudEventIsReadAlikeInBothModes() {
        kafka.send(TRIGGERS, json(name + "b"), Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_type", "cap"));
        kafka.send(
                TRIGGERS,
                event("\"data\":" + json(name + "s")),
                Map.of("content-type", "application/cloudevents+json; x"));
        kafka.send(
                TRIGGERS,
                event("\"data_base64\":\""
                        + Base64.getEncoder().encodeToString(xml(name + "x").getBytes(StandardCharsets.UTF_8)) + "\""),
                Map.of());
        kafka.send(GAUGES, event("\"data\":" + reading(5)), Map.of("content-type", "application/cloudevents+json"));

        for (String mode : List.of("b", "s", "x")) {
            awaitAlerts("identifier = '" + name + mode + "'", 1);
        }
        awaitAlerts("incident_key like '%" + name + "%'", 1);
    }

    /** The binary one says in its headers alone what it is, and of which incident. */
    @Test
    void theEventsOfAnIncidentAreOneInBothModesOfCloudEvents() {
        kafka.send(ALARMS, 0, bytes("{\"severity\": \"moderate\", \"message\": \"no pressure\"}"), binary("raised", 0));
        kafka.send(
                ALARMS,
                0,
                bytes("""
                        {"specversion": "1.0", "id": "2", "source": "/plants/north", "type": "com.example.alarm.raised",
                         "subject": "pump %s", "time": "2025-11-26T03:01:00Z", "data": {"severity": "severe", "message": "no pressure"}}
                        """.formatted(name)),
                Map.of("content-type", "application/cloudevents+json; charset=utf-8"));
        kafka.send(ALARMS, 0, bytes("{\"severity\": \"severe\"}"), binary("seen", 2));
        kafka.send(ALARMS, 0, bytes("{\"severity\": \"severe\"}"), binary("cleared", 3));
        kafka.flush();

        awaitAlerts("incident_key like '%pump " + name + "%'", 3);
        assertThat(hub.jdbc()
                        .sql("select msg_type || ' ' || severity || ' ' || (cap like '%AllClear%') from alert"
                                + " where incident_key like ? order by id")
                        .param("%pump " + name + "%")
                        .query(String.class)
                        .list())
                .containsExactly("Alert Moderate false", "Update Severe false", "Update Severe true");
        assertThat(hub.count("incident where key like '%pump " + name + "%'")).isEqualTo(1);
    }

    private Map<String, String> binary(String type, int minute) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                type,
                "ce_source",
                "/plants/north",
                "ce_type",
                "com.example.alarm." + type,
                "ce_subject",
                "pump " + name,
                "ce_time",
                "2025-11-26T03:0" + minute + ":00Z",
                "content-type",
                "application/json");
    }

    @Test
    void aPollIsOneTransaction() throws Exception {
        var routes = hub.bean(CamelContext.class).getRouteController();
        routes.stopRoute("intake-kafka-triggers");
        for (int i = 0; i < 50; i++) {
            kafka.send(TRIGGERS, 0, bytes(json(name + i)), Map.of());
        }
        kafka.flush();
        routes.startRoute("intake-kafka-triggers");

        awaitAlerts("identifier like '" + name + "%'", 50);
        assertThat(hub.jdbc()
                        .sql("select count(distinct xmin::text) from alert where identifier like ?")
                        .param(name + "%")
                        .query(Long.class)
                        .single())
                .as("two, where the broker gave them in two answers")
                .isBetween(1L, 2L);
    }

    @Test
    void aSecondClusterIsACopyOfTheRouteWithKeysOfItsOwn() {
        kafka.send(OTHERS, json(name), Map.of());

        awaitAlert("source = 'kafka-plant' and submitted_by = 'kafka-plant'");
    }

    /** The first three as one poll may have them, the others as they come an hour later. */
    @Test
    void anUpdateAndACancelChangeWhatCameBeforeAlsoInOnePoll() {
        String alert = json(name + "-1");
        String update = follows(alert, name + "-2", "Update");
        String cancel = follows(update, name + "-3", "Cancel");
        for (String record : List.of(alert, update, cancel)) {
            kafka.send(TRIGGERS, 0, bytes(record), Map.of());
        }
        kafka.flush();
        await().atMost(LONG).untilAsserted(() -> assertThat(states())
                .isEqualTo("Alert SUPERSEDED, Update CANCELLED, Cancel PLANNING"));

        String next = json(name + "-4");
        String after = follows(next, name + "-5", "Update");
        kafka.send(TRIGGERS, 0, bytes(next), Map.of());
        awaitAlerts("identifier = '" + name + "-4'", 1);
        kafka.send(TRIGGERS, 1, bytes(after), Map.of());
        awaitAlerts("identifier = '" + name + "-5'", 1);
        kafka.send(TRIGGERS, 2, bytes(follows(after, name + "-6", "Cancel")), Map.of());
        await().atMost(LONG).untilAsserted(() -> assertThat(states())
                .isEqualTo("Alert SUPERSEDED, Update CANCELLED, Cancel PLANNING,"
                        + " Alert SUPERSEDED, Update CANCELLED, Cancel PLANNING"));
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
    void poisonAmongTheRecordsIsParkedAndTheOthersGoOn() {
        long parked = hub.count("parked");
        for (int i = 0; i < 20; i++) {
            kafka.send(
                    TRIGGERS, 0, bytes(i % 10 == 4 ? "{\"nonsense\": \"" + name + i + "\"" : json(name + i)), Map.of());
        }
        kafka.send(TRIGGERS, 0, null, Map.of());
        kafka.flush();

        awaitAlerts("identifier like '" + name + "%'", 18);
        await().atMost(LONG).until(() -> hub.count("parked") == parked + 3);
        awaitAllCommitted();
    }

    /** Kafka hands over a record that is larger than it is asked for at once. */
    @Test
    void aRecordThatIsTooLargeIsParkedWithItsBeginningAloneAndWhatIsBehindItGoesOn() {
        kafka.send(TRIGGERS, 0, bytes("<alert><!--" + name + "x".repeat(3 << 20) + "--></alert>"), Map.of());
        kafka.send(TRIGGERS, 0, bytes(json(name)), Map.of());
        kafka.flush();

        awaitAlert("source = 'kafka-triggers'");
        awaitAllCommitted();
        assertThat(hub.jdbc()
                        .sql("select reason, length(payload_enc) as kept from parked where reason like '%at most%'")
                        .query()
                        .singleRow())
                .containsEntry("reason", "message: at most 2,097,152 bytes; of this one only the beginning was kept")
                .satisfies(row -> assertThat((int) row.get("kept")).isLessThan(10_000));
    }

    /** Poison it is not: nothing says that it can never be taken. */
    @Test
    void aRecordThatHitsADefectOfOursIsToldByItsPlaceAndTheOthersOfItsPollAreTaken() {
        awaitAllCommitted();
        long committed = committed();
        long before = hub.count("hub_event");
        String place = TRIGGERS + ", partition 1, offset " + (end(TRIGGERS, 1) + 1);
        IntakeHub.defect.set(true);
        try {
            kafka.send(TRIGGERS, 1, bytes(json(name + "a")), Map.of());
            kafka.send(TRIGGERS, 1, bytes(json(name).replace("Flood", IntakeHub.DEFECT)), Map.of());
            kafka.send(TRIGGERS, 1, bytes(json(name + "b")), Map.of());
            kafka.flush();

            awaitAlerts("identifier in ('" + name + "a', '" + name + "b')", 2);
            await().atMost(LONG).untilAsserted(() -> assertThat(hub.jdbc()
                            .sql("select what || ': ' || detail from hub_event")
                            .query(String.class)
                            .list())
                    .anyMatch(told -> told.startsWith("A trigger of kafka-triggers cannot be taken")
                            && told.contains(place + ", tried")));
            assertThat(stuck()).isEqualTo(1);
            assertThat(committed()).as("it blocks its partition").isLessThan(committed + 3);
        } finally {
            IntakeHub.defect.set(false);
        }

        awaitAlert("source = 'kafka-triggers'");
        awaitAllCommitted();
        await().atMost(LONG)
                .until(() ->
                        hub.count("hub_event where what = 'What was stuck of kafka-triggers is stuck no more'") == 1);
        assertThat(stuck()).isZero();
        assertThat(hub.count("hub_event"))
                .as("told once, and once that it is over")
                .isEqualTo(before + 2);
    }

    private static double stuck() {
        return hub.bean(MeterRegistry.class).get("tocsin.intake.stuck").gauge().value();
    }

    @Test
    void noHeaderOfARecordSteersARoute() {
        // As the topic of a mapping, this would make the record a reading; as anything else, it would lose it.
        kafka.send(
                TRIGGERS,
                json(name),
                Map.of(
                        "kafka.TOPIC",
                        GAUGES,
                        "kafka.OVERRIDE_TOPIC",
                        GAUGES,
                        "kafka.HEADERS",
                        "x",
                        "CamelKafkaManualCommit",
                        "x",
                        "kafka.TIMESTAMP",
                        "x",
                        "kafka.PARTITION",
                        "x",
                        "CAmelHttpUri",
                        "http://127.0.0.1:1/"));

        awaitAlert("source = 'kafka-triggers'");
        awaitAllCommitted();
    }

    @Test
    void whatComesWhileTheDatabaseIsAwayIsCommittedToKafkaAfterItIsInTheLedgerAndNotBefore() {
        awaitAllCommitted();
        long committed = committed();
        long parked = hub.count("parked");
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            for (int i = 0; i < 30; i++) {
                kafka.send(TRIGGERS, i % 3, bytes(i == 7 ? name : json(name + i)), Map.of());
            }
            kafka.flush();
            await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> committed() == committed);
        }

        awaitAlerts("identifier like '" + name + "%'", 29);
        await().atMost(LONG).until(() -> committed() == committed + 30);
        assertThat(hub.count("parked")).isEqualTo(parked + 1);
    }

    @Test
    void recordsThatComeAgainAreKnown() throws Exception {
        kafka.send(TRIGGERS, json(name), Map.of());
        kafka.send(GAUGES, reading(4.2), Map.of());
        awaitAlert("source = 'kafka-triggers'");
        awaitAlerts("incident_key like '%" + name + "%'", 1);
        awaitAllCommitted();
        long committed = committed();
        long alerts = hub.count("alert");
        long parked = hub.count("parked");
        var routes = hub.bean(CamelContext.class).getRouteController();
        routes.stopRoute("intake-kafka-triggers");
        kafka.rewind(GROUP);
        assertThat(committed()).isZero();
        routes.startRoute("intake-kafka-triggers");

        await().atMost(LONG).until(() -> committed() == committed);
        assertThat(hub.count("alert")).isEqualTo(alerts);
        assertThat(hub.count("parked")).isEqualTo(parked);
    }

    @Test
    void whatAnotherMemberOfTheGroupHadAndDidNotCommitComesToThisHub() {
        Set<String> sent = new HashSet<>();
        try (var other = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.brokers(), "group.id", GROUP, "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            other.subscribe(List.of(TRIGGERS));
            await().atMost(LONG).until(() -> {
                other.poll(Duration.ofMillis(100));
                return !other.assignment().isEmpty();
            });
            int taken = 0;
            while (taken == 0) {
                String identifier = name + sent.size();
                sent.add(identifier);
                kafka.send(TRIGGERS, sent.size() % 3, bytes(json(identifier)), Map.of());
                kafka.flush();
                taken += other.poll(Duration.ofMillis(200)).count();
            }
        }

        awaitAlerts("identifier like '" + name + "%'", sent.size());
        awaitAllCommitted();
    }

    @Test
    void kcatProduces() {
        OutsideClient.KCAT.required();
        OutsideClient.KCAT.run(
                json(name).replace("\n", " "),
                "-P",
                "-b",
                kafka.brokers(),
                "-t",
                TRIGGERS,
                "-H",
                "CamelHttpUri=http://x");

        awaitAlert("source = 'kafka-triggers'");
    }

    private static long committed() {
        return TOPICS.stream().mapToLong(topic -> kafka.committed(GROUP, topic)).sum();
    }

    /** The end of all topics of the group. */
    private static void awaitAllCommitted() {
        try (var reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.brokers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = TOPICS.stream()
                    .flatMap(topic -> reader.partitionsFor(topic).stream())
                    .map(info -> new org.apache.kafka.common.TopicPartition(info.topic(), info.partition()))
                    .toList();
            long all = reader.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            await().atMost(LONG).until(() -> committed() == all);
        }
    }

    private static long end(String topic, int partition) {
        try (var reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.brokers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var one = new org.apache.kafka.common.TopicPartition(topic, partition);
            return reader.endOffsets(List.of(one)).get(one);
        }
    }

    private void awaitAlert(String where) {
        awaitAlerts("identifier = '" + name + "' and " + where, 1);
    }

    private static void awaitAlerts(String where, long count) {
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.count("alert where " + where))
                .isEqualTo(count));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String reading(double level) {
        return "{\"gauge\": \"" + name + "\", \"level\": " + level + "}";
    }

    private String event(String data) {
        return """
                {"specversion": "1.0", "id": "%s", "source": "/plant", "type": "org.example.alert", %s}
                """.formatted(name, data);
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
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses>
                <info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>
                <severity>Severe</severity><certainty>Observed</certainty></info></alert>
                """.formatted(identifier, now());
    }
}
