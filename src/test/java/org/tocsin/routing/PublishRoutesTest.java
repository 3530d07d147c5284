package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.Cap;
import org.tocsin.testing.EventReceiver;
import org.tocsin.testing.EventReceiver.Posted;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.OutsideClient;

/** Events out, by the shipped routes and that of routes/README.md, counted by the tools that get them. */
class PublishRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String OUT = "alerts.out";
    private static final String WEBHOOK = "/webhook";
    private static final String BOARD = "/board";
    private static final String OLD = secret("the secret of last year, 32 byte");
    private static final String NEW = secret("the secret of this year, 32 byte");
    private static final HttpClient http = HttpClient.newHttpClient();

    private static final EventReceiver tool = new EventReceiver();
    private static KafkaServer kafka;
    private static IntakeHub hub;
    private static JMSContext jms;
    private static final List<TextMessage> fromBroker = new CopyOnWriteArrayList<>();

    private final String name = UUID.randomUUID().toString();
    private final Predicate<JsonNode> mine = event -> event.toString().contains(name);

    @BeforeAll
    static void start() throws IOException, JMSException {
        kafka = new KafkaServer(3, OUT, "tocsin.triggers");
        Path folder = Files.createTempDirectory("publish");
        Path events = folder.resolve("events.yaml");
        Files.writeString(
                events, Files.readString(Path.of("config/events.yaml")).replace("[staff]", "[flood-zone-a]"));
        Files.writeString(folder.resolve("publish-ops-board.camel.yaml"), readme());
        hub = new IntakeHub(kafka.arguments(
                "--camel.main.routes-include-pattern=file:routes/intake-*.camel.yaml,"
                        + "file:routes/accept-alert.camel.yaml,file:routes/publish-*.camel.yaml,"
                        + "file:routes/error-handling.camel.yaml,file:" + folder + "/publish-*.camel.yaml",
                "--tocsin.intake.events=" + events,
                // Its own events come back to it.
                "--tocsin.kafka.topics=tocsin.triggers," + OUT,
                "--tocsin.progress.every=300ms",
                "--tocsin.publish.webhook.scopes=Public,Private",
                "--tocsin.publish.kafka.scopes=Public,Private",
                "--tocsin.publish.jms.scopes=Public,Private",
                "--tocsin.publish.kafka.topic=" + OUT,
                "--tocsin.publish.jms.destination=queue:alert-events",
                "--tocsin.publish.webhook.url=" + tool.url(WEBHOOK),
                "--tocsin.publish.webhook.secrets=" + OLD + ",whsec_" + NEW,
                "--tocsin.publish.webhook.internal-hosts=127.0.0.1",
                "--tocsin.publish.webhook.timeout=700ms",
                "--tocsin.publish.ops-board.url=" + tool.url(BOARD),
                "--tocsin.publish.ops-board.secrets=" + NEW,
                "--tocsin.publish.ops-board.internal-hosts=127.0.0.1",
                "--tocsin.hooks.echo.proof=standard-webhooks",
                "--tocsin.hooks.echo.secrets=whsec_" + NEW));
        jms = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.broker.jmsPort()).createContext("tool", "tool");
        JMSConsumer consumer = jms.createConsumer(jms.createQueue("alert-events"));
        consumer.setMessageListener(message -> fromBroker.add((TextMessage) message));
    }

    @AfterAll
    static void stop() {
        jms.close();
        hub.close();
        kafka.close();
        tool.close();
    }

    private static String secret(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readme() throws IOException {
        String page = Files.readString(Path.of("routes/README.md"));
        String from = page.substring(page.indexOf("<!-- publish: read by PublishRoutesTest -->"));
        String code = from.substring(from.indexOf("```"));
        String route = code.substring(code.indexOf('\n') + 1, code.indexOf("```", 3));
        assertThat(route.lines().filter(line -> !line.startsWith("#")))
                .as("short enough to be written by hand")
                .hasSizeLessThanOrEqualTo(15);
        return route;
    }

    private static HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> operator(String path, String body) {
        return post(path, body, "Authorization", "Bearer " + IntakeHub.OPERATOR_KEY);
    }

    private void alert(String identifier) {
        assertThat(operator("/api/alerts", Cap.named(identifier, "Flood", "Water rises", "flood-zone-a"))
                        .statusCode())
                .isEqualTo(202);
    }

    private void cancel() {
        String sent = hub.jdbc()
                .sql("select to_char(sent at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"') from alert"
                        + " where identifier = ?")
                .param(name)
                .query(String.class)
                .single();
        assertThat(operator(
                                "/api/alerts",
                                Cap.cancel("tests@example.org", name + "-c", "tests@example.org", name, sent))
                        .statusCode())
                .isEqualTo(202);
    }

    private static List<String> types(List<Posted> posted) {
        return posted.stream()
                .map(one -> one.type().replace("org.tocsin.alert.", ""))
                .toList();
    }

    private void awaitTypes(String path, String... types) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(types(tool.taken(path, mine))).containsSubsequence(types));
    }

    private String alertmanager(String status, String severity, String summary, String at) {
        return """
               {"version":"4","status":"%s","commonLabels":{},"alerts":[{"status":"%s","fingerprint":"%s",
                "startsAt":"%s","endsAt":"%s","labels":{"alertname":"%s","severity":"%s"},
                "annotations":{"summary":"%s"}}]}""".formatted(
                        status,
                        status,
                        name,
                        at,
                        status.equals("resolved") ? Cap.now() : "0001-01-01T00:00:00Z",
                        name,
                        severity,
                        summary);
    }

    /** S21: an incident of a tool, both ways. */
    @Test
    void anIncidentThatAToolOpensUpdatesAndClosesIsToldToTheOthersInThisOrderByWebhookKafkaAndJms() throws Exception {
        String began = Cap.at(OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(1));
        for (String body : List.of(
                alertmanager("firing", "warning", "disk fills", began),
                alertmanager("firing", "critical", "disk is full", began),
                alertmanager("resolved", "critical", "disk is full", began))) {
            assertThat(operator("/hooks/alertmanager", body).statusCode()).isEqualTo(202);
        }

        awaitTypes(WEBHOOK, "accepted", "updated", "cleared");
        awaitTypes(BOARD, "accepted", "updated", "cleared");
        List<Posted> posted = tool.taken(BOARD, mine);
        assertThat(posted)
                .extracting(one -> one.event().at("/data/incident"))
                .containsOnly(posted.get(0).event().path("subject"));
        assertThat(posted)
                .extracting(one -> one.event().at("/data/alert/msgType").asText())
                .containsExactly("Alert", "Update", "Update");
        assertThat(posted.get(1).event().at("/data/severity").asText()).isEqualTo("Severe");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(kafkaTypes()).containsSubsequence("accepted", "updated", "cleared"));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(jmsTypes()).containsSubsequence("accepted", "updated", "cleared"));
        assertThat(fromBroker.stream()
                        .filter(this::isMine)
                        .map(PublishRoutesTest::group)
                        .distinct())
                .as("one group, so that its order is kept")
                .hasSize(1);
    }

    @Test
    void aCancelIsToldAndEveryIdIsTheSameForAllTools() {
        alert(name);
        cancel();

        awaitTypes(WEBHOOK, "accepted", "cancelled");
        awaitTypes(BOARD, "accepted", "cancelled");
        await().atMost(LONG).untilAsserted(() -> assertThat(types(tool.taken(WEBHOOK, mine)))
                .contains("ended"));
        assertThat(tool.taken(WEBHOOK, mine))
                .extracting(Posted::id)
                .containsAll(tool.taken(BOARD, mine).stream().map(Posted::id).toList());
        assertThat(tool.taken(WEBHOOK, mine).toString()).doesNotContain("flood-zone-a");
    }

    @Test
    void whatIsPostedIsSignedWithEverySecretAndThisHubWouldBelieveItAndIgnoresIt() throws Exception {
        alert(name);
        awaitTypes(WEBHOOK, "accepted");
        Posted posted = tool.taken(WEBHOOK, mine).get(0);
        String id = posted.header("webhook-id");
        String time = posted.header("webhook-timestamp");

        assertThat(id).isEqualTo(posted.id());
        assertThat(posted.header("webhook-signature").split(" "))
                .containsExactly(signed(OLD, id, time, posted.body()), signed(NEW, id, time, posted.body()));
        assertThat(posted.header("Content-Type")).startsWith("application/cloudevents+json");

        String[] headers = {
            "webhook-id", id, "webhook-timestamp", time, "webhook-signature", posted.header("webhook-signature")
        };
        long alerts = hub.count("alert");
        long parked = hub.count("parked");
        HttpResponse<String> answer = post("/hooks/echo", posted.body(), headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(post("/hooks/echo", posted.body() + " ", headers).statusCode())
                .isEqualTo(401);
        assertThat(hub.count("alert where source = 'hook:echo'")).isZero();
        assertThat(hub.count("journal where what = 'echo-ignored' and detail = 'source=hook:echo'"))
                .isPositive();
        assertThat(hub.count("alert")).isGreaterThanOrEqualTo(alerts);
        assertThat(hub.count("parked")).isEqualTo(parked);
    }

    private static String signed(String secret, String id, String time, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
        return "v1,"
                + Base64.getEncoder()
                        .encodeToString(mac.doFinal((id + "." + time + "." + body).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aTopicThatTheHubWritesAndReadsRaisesNoAlertAndNeitherDoesAnEventThatWentThroughAnotherHub() {
        alert(name);
        await().atMost(LONG).until(() -> !kafkaTypes().isEmpty());
        await().atMost(LONG)
                .until(() -> hub.count("journal where what = 'echo-ignored' and detail = 'source=kafka-triggers'") > 0);
        String ours = ledger();
        kafka.send(
                "tocsin.triggers",
                """
                {"specversion":"1.0","id":"1","source":"urn:uuid:another","type":"org.tocsin.alert.accepted",
                 "tocsinvia":"%s another","data":%s}""".formatted(ours, Cap.named(name + "-round", "Flood", "Water rises", "flood-zone-a")),
                Map.of());
        String another = UUID.randomUUID().toString();
        kafka.send(
                "tocsin.triggers",
                """
                {"specversion":"1.0","id":"2","source":"urn:uuid:%s","type":"org.tocsin.alert.accepted",
                 "tocsinvia":"%s","data":%s}""".formatted(another, another, Cap.named(name + "-other", "Flood", "Water rises", "flood-zone-a")),
                Map.of());

        await().atMost(LONG).until(() -> hub.count("alert where identifier = '" + name + "-other'") == 1);
        assertThat(hub.count("alert where identifier = '" + name + "-round'")).isZero();
        assertThat(hub.count("alert where identifier like '" + name + "%'")).isEqualTo(2);
        await().atMost(LONG).untilAsserted(() -> assertThat(tool.taken(WEBHOOK, mine))
                .anyMatch(one -> one.event().path("tocsinvia").asText().equals(another + " " + ours)));
    }

    private static String ledger() {
        return hub.jdbc()
                .sql("select name::text from ledger_name")
                .query(String.class)
                .single();
    }

    @Test
    void whatIsNotTakenIsPostedAgainUnderItsIdAndInItsOrderWhileTheOtherToolsGetTheirs() {
        List<Integer> answers = new CopyOnWriteArrayList<>(List.of(503, EventReceiver.CUT, EventReceiver.SILENT));
        tool.answer(WEBHOOK, event -> mine.test(event) && !answers.isEmpty() ? answers.remove(0) : 200);
        alert(name);
        cancel();

        awaitTypes(BOARD, "accepted");
        assertThat(answers).as("the other tool has it before this one").isNotEmpty();
        await().atMost(LONG).untilAsserted(() -> assertThat(tool.taken(WEBHOOK, mine))
                .extracting(Posted::type)
                .contains("org.tocsin.alert.accepted", "org.tocsin.alert.cancelled"));
        assertThat(tool.posted(WEBHOOK, mine).stream()
                        .filter(one -> one.type().endsWith("accepted"))
                        .map(Posted::id)
                        .distinct())
                .hasSize(1);
        assertThat(tool.posted(WEBHOOK, mine)).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void whatIsRefusedIsPutAsideAndToldAndSentAgainWhenAnOperatorSaysSo() throws Exception {
        tool.answer(WEBHOOK, event -> mine.test(event) ? 400 : 200);
        alert(name);

        await().atMost(LONG).untilAsserted(() -> assertThat(asideOfMine()).hasSize(1));
        assertThat(asideOfMine().get(0).path("failure").asText()).isEqualTo("answered 400");
        assertThat(tool.posted(WEBHOOK, mine)).hasSize(1);
        assertThat(hub.count("hub_event where what = 'Events for webhook are put aside'"))
                .isPositive();
        assertThat(get("/api/subscriptions").findValuesAsText("name")).contains("webhook", "kafka", "jms", "ops-board");

        tool.answer(WEBHOOK, event -> 200);
        assertThat(operator("/api/subscriptions/webhook/replay", "").statusCode())
                .isEqualTo(200);
        awaitTypes(WEBHOOK, "accepted");
        assertThat(tool.posted(WEBHOOK, mine).stream().map(Posted::id).distinct())
                .hasSize(1);
        assertThat(post("/api/subscriptions/webhook/replay", "", "Authorization", "Bearer " + IntakeHub.TRIGGER_KEY)
                        .statusCode())
                .isEqualTo(403);
    }

    private List<JsonNode> asideOfMine() throws Exception {
        List<String> mine = hub.jdbc()
                .sql("select id::text from alert where identifier = ?")
                .param(name)
                .query(String.class)
                .list();
        List<JsonNode> aside = new ArrayList<>();
        get("/api/subscriptions/webhook/aside").path("aside").forEach(one -> {
            if (mine.contains(one.path("alertId").asText())) {
                aside.add(one);
            }
        });
        return aside;
    }

    private static JsonNode get(String path) throws Exception {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                                .header("Authorization", "Bearer " + IntakeHub.OPERATOR_KEY)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    void countsAreToldAtMostOnceInTheIntervalAndOnlyWhenTheyChanged() {
        alert(name);
        long id = hub.jdbc()
                .sql("select id from alert where identifier = ?")
                .param(name)
                .query(Long.class)
                .single();
        // In the place of the planner, which is not part of this hub.
        hub.jdbc().sql("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open, acknowledged_at)
                select ? * 100 + n, ?, n, 0, 'en', '{whatsapp}', case n when 3 then 'EXHAUSTED' else 'WAITING' end, true,
                    case n when 1 then now() end from generate_series(1, 3) n""").params(id, id).update();
        hub.jdbc()
                .sql("update alert set planned = 3, state = 'SENDING' where id = ?")
                .param(id)
                .update();

        awaitTypes(WEBHOOK, "accepted", "progress");
        assertThat(progress()).containsExactly("{\"people\":3,\"reached\":1,\"acknowledged\":1,\"exhausted\":1}");

        hub.jdbc()
                .sql("update recipient set delivered_at = now() where alert_id = ? and person_id = 2")
                .param(id)
                .update();
        await().atMost(LONG).until(() -> progress().size() == 2);
        hub.jdbc()
                .sql("update alert set state = 'DONE', closed_at = now() where id = ?")
                .param(id)
                .update();
        awaitTypes(WEBHOOK, "accepted", "progress", "progress", "ended");
        assertThat(progress()).hasSize(2);
        assertThat(tool.taken(WEBHOOK, mine))
                .filteredOn(one -> one.type().endsWith("ended"))
                .extracting(one -> one.event().at("/data/counts/reached").asInt())
                .containsExactly(2);
    }

    private List<String> progress() {
        return tool.taken(WEBHOOK, mine).stream()
                .filter(one -> one.type().endsWith("progress"))
                .map(one -> one.event().at("/data/counts").toString())
                .toList();
    }

    @Test
    void kcatReadsThem() {
        OutsideClient kcat = OutsideClient.KCAT.required();
        alert(name);
        await().atMost(LONG).until(() -> !kafkaTypes().isEmpty());

        String read = kcat.run("", "-C", "-b", kafka.brokers(), "-t", OUT, "-e", "-q", "-f", "%k %h %s\\n");

        assertThat(read.lines().filter(line -> line.contains(name)))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("tests@example.org," + name + ","))
                .allMatch(line -> line.contains("content-type=application/cloudevents+json; charset=utf-8"));
    }

    private List<String> kafkaTypes() {
        List<String> types = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.brokers()), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(OUT).stream()
                    .map(info -> new TopicPartition(OUT, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(200))) {
                    if (message.value().contains(name)) {
                        types.add(type(message.value()));
                    }
                }
            }
        }
        return types;
    }

    private List<String> jmsTypes() {
        return fromBroker.stream()
                .filter(this::isMine)
                .map(message -> type(text(message)))
                .toList();
    }

    private boolean isMine(TextMessage message) {
        return text(message).contains(name);
    }

    private static String text(TextMessage message) {
        try {
            return message.getText();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String group(Message message) {
        try {
            return message.getStringProperty("JMSXGroupID");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String type(String json) {
        try {
            return JSON.readTree(json).path("type").asText().replace("org.tocsin.alert.", "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
