package org.tocsin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.Connection;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
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
import java.util.Map;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.parked.Parking;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.testing.AlertSigner;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;

/** The REST interface as its callers meet it. */
class ApiTest {
    private static final AlertSigner gauge = new AlertSigner(temporary(), "gauge", "-validity", "30");
    private static final IntakeHub hub = new IntakeHub(
            "--tocsin.intake.signers[0].sender=gauge@example\\.org",
            "--tocsin.intake.signers[0].certificates=" + gauge.certificate(),
            "--tocsin.intake.signers[0].required=true",
            "--tocsin.intake.cap-profiles[0].source=jms-incidents",
            "--tocsin.intake.cap-profiles[0].validation=strict");
    private static final HttpClient http = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    @AfterAll
    static void close() {
        hub.close();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("signer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final String name = UUID.randomUUID().toString();

    private record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

    @Test
    void anAlertIsAcceptedOnceAndTheSameAgainGetsItsId() throws Exception {
        Answer first = post("/api/alerts", cap("Water rises"));
        Answer again = post("/api/alerts", cap("Water rises"));
        Answer other = post("/api/alerts", cap("Water falls"));

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.body().path("id").isTextual()).isTrue();
        assertThat(first.body().path("identifier").asText()).isEqualTo(name);
        assertThat(first.body().path("state").asText()).isEqualTo("PLANNING");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body().path("problems").path(0).path("expected").asText())
                .contains("says something else");
    }

    @Test
    void xmlIsTakenToo() throws Exception {
        Answer answer = post("/api/alerts", "application/cap+xml; charset=utf-8", IntakeHub.TRIGGER_KEY, xml(""));

        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(202);
    }

    /** The signature is another question, and is shown beside it. */
    @Test
    void whatTheSchemaSaysIsShownWithTheAlert() throws Exception {
        Answer posted = post(
                "/api/alerts",
                "application/cap+xml",
                IntakeHub.TRIGGER_KEY,
                xml("").replaceFirst("<scope>", "\n<restriction>r</restriction>\n<scope>"));
        assertThat(posted.status()).as(posted.raw().body()).isEqualTo(202);

        JsonNode alert = send(
                        "GET",
                        "/api/alerts/" + posted.body().path("id").asText(),
                        "application/json",
                        IntakeHub.OPERATOR_KEY,
                        "")
                .body();

        assertThat(alert.path("signature").asText()).isEqualTo("ABSENT");
        assertThat(alert.at("/schema/verdict").asText()).isEqualTo("DEVIATES");
        assertThat(alert.at("/schema/deviations/0/element").asText()).isEqualTo("/alert/restriction");
        assertThat(alert.at("/schema/deviations/0/line").asInt()).isPositive();
        assertThat(alert.at("/schema/deviations/0/expected").asText()).contains("scope");
    }

    private static JsonNode alert(Answer posted) throws Exception {
        assertThat(posted.status()).as(posted.raw().body()).isEqualTo(202);
        return operator("GET", "/api/alerts/" + posted.body().path("id").asText(), "")
                .body();
    }

    @Test
    void whatTheSignatureSaysIsShownWithTheAlertAndOneThatIsNoneHolds() throws Exception {
        String xml = xml("").replaceFirst("(?s)<\\?xml.*?\\?>\\s*", "").replace("desk@", "gauge@");
        String signed = gauge.signed(xml);
        String changed = gauge.signed(xml.replace(name, "f-" + name)).replace(">Severe<", ">Extreme<");

        JsonNode valid = alert(post("/api/alerts", "application/cap+xml", IntakeHub.TRIGGER_KEY, signed));
        JsonNode invalid = alert(post("/api/alerts", "application/cap+xml", IntakeHub.TRIGGER_KEY, changed));
        JsonNode absent = alert(
                post("/api/alerts", "application/cap+xml", IntakeHub.TRIGGER_KEY, xml.replace(name, "n-" + name)));

        assertThat(valid.path("signature").asText() + " " + valid.path("state").asText())
                .isEqualTo("VALID PLANNING");
        assertThat(invalid.path("signature").asText() + " "
                        + invalid.path("state").asText())
                .isEqualTo("INVALID HELD");
        assertThat(invalid.path("reason").asText()).contains("Its signature is invalid");
        assertThat(absent.path("signature").asText() + " "
                        + absent.path("state").asText())
                .isEqualTo("ABSENT HELD");
    }

    /** The same goes through the API, whose source has no profile. */
    @Test
    void ofAStrictSourceWhatDeviatesIsParkedWithItsLineAndElementAndJsonTooAndTheRestGoesOn() throws Exception {
        String deviating = xml("").strip().replaceFirst("<scope>", "\n<restriction>r</restriction>\n<scope>");
        send("incidents", deviating);
        send("incidents", cap("Water rises").replace(name, "j-" + name));
        send("incidents", xml("").strip().replace(name, "v-" + name));

        await().atMost(Duration.ofSeconds(20))
                .until(() -> hub.count("alert where identifier = 'v-" + name + "' and source = 'jms-incidents'") == 1);
        JsonNode parked =
                operator("GET", "/api/parked?source=jms-incidents", "").body().path("parked");
        assertThat(parked.findValuesAsText("reason"))
                .hasSize(2)
                .anyMatch(reason -> reason.contains("CAP in XML") && reason.contains("tocsin.intake.cap-profiles"))
                .anyMatch(reason -> reason.contains("line 5 /alert/restriction: here one of source, scope"));
        assertThat(hub.count("alert where identifier in ('" + name + "', 'j-" + name + "')"))
                .isZero();
    }

    private static void send(String queue, String text) throws Exception {
        try (var factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.broker.jmsPort());
                Connection connection = factory.createConnection("desk", "desk");
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(session.createTextMessage(text));
        }
    }

    @Test
    void everyProblemIsNamed() throws Exception {
        Answer answer = post("/api/alerts", "{\"identifier\": \"a b\", \"status\": \"Real\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().path("problems").findValuesAsText("element"))
                .contains("identifier", "sender", "sent", "status", "msgType", "scope");
        assertThat(answer.body().path("problems").path(0).path("expected").asText())
                .isNotBlank();
    }

    @ParameterizedTest(name = "{0} {1} with {2} → {3}")
    @CsvSource({
        "POST, /api/alerts, , 401",
        "POST, /api/alerts, wrong, 401",
        "POST, /hooks/monitor, , 401",
        "GET, /api/parked, , 401",
        "GET, /api/alerts/1, a-trigger, 403",
        "GET, /api/alerts, a-trigger, 403",
        "GET, /api/parked, a-trigger, 403",
        "POST, /api/parked/1/replay, a-trigger, 403",
        "POST, /api/alerts/1/release, a-trigger, 403",
        "POST, /api/alerts/1/cancel, a-trigger, 403",
        "POST, /api/alerts/1/../1/release, a-trigger, 403",
        "POST, /api/alerts/1;a=b/release, a-trigger, 403",
        "POST, /api//alerts/1/release, a-trigger, 403",
        "GET, /api/alerts/999999, an-operator, 404",
        "GET, /api/alerts/x, an-operator, 404",
        "GET, /api/alerts/999999/deliveries, an-operator, 404",
        "POST, /api/parked/999999/replay, an-operator, 404",
        "POST, /api/parked/replay, an-operator, 422",
        "POST, /api/parked/replay, a-trigger, 403",
        "GET, /api/storms, an-operator, 200",
        "GET, /api/storms, a-trigger, 403",
        "POST, /api/storms/1/release, an-operator, 422",
        "POST, /api/storms/1/reject, a-trigger, 403",
        "GET, /api/parked, an-operator, 200"
    })
    void whoMayDoWhat(String method, String path, String key, int status) throws Exception {
        assertThat(send(method, path, "application/json", key, "{\"hash\": \"x\"}")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/xml, 415",
        "text/xml, 415",
        "nonsense, 415",
        ", 415",
        "multipart/form-data; boundary=x, 415",
        "application/x-www-form-urlencoded, 415",
        "application/json; charset=utf-8, 202",
        "Application/JSON, 202"
    })
    void onlyCapIsTaken(String type, int status) throws Exception {
        assertThat(post("/api/alerts", type, IntakeHub.TRIGGER_KEY, cap("Water rises"))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void aBoundKeySpeaksForItsSenderOnly() throws Exception {
        String other = cap("Water rises");
        String own = other.replace("desk@example.org", "hydro@example.org");

        assertThat(post("/api/alerts", "application/json", IntakeHub.BOUND_KEY, other)
                        .status())
                .isEqualTo(403);
        assertThat(post("/api/alerts", "application/json", IntakeHub.BOUND_KEY, own)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aTriggerCannotCancelTheAlertOfAnother() throws Exception {
        String id = post("/api/alerts", cap("Water rises")).body().path("id").asText();
        String cancel = cap("x").replace("\"Alert\"", "\"Cancel\"")
                .replace("\"" + name + "\"", "\"c" + name + "\"")
                .replace("\"scope\"", "\"references\": \"desk@example.org," + name + "," + now() + "\", \"scope\"");
        String foreign = cancel.replace("\"sender\": \"desk@", "\"sender\": \"hydro@");

        assertThat(post("/api/alerts", "application/json", IntakeHub.BOUND_KEY, foreign)
                        .status())
                .isEqualTo(403);
        assertThat(post("/api/alerts", "application/json", IntakeHub.BOUND_KEY, cancel)
                        .status())
                .isEqualTo(403);
        assertThat(state(id)).isEqualTo("PLANNING");
    }

    @Test
    void oneIdempotencyKeyGivesOneResult() throws Exception {
        HttpRequest.Builder request = request(
                        "POST", "/api/alerts", "application/json", IntakeHub.TRIGGER_KEY, cap("a"))
                .header("Idempotency-Key", name);
        HttpRequest.Builder other = request("POST", "/api/alerts", "application/json", IntakeHub.TRIGGER_KEY, cap("b"))
                .header("Idempotency-Key", name);

        Answer first = answer(request);

        assertThat(first.status()).isEqualTo(202);
        assertThat(answer(request).body().path("id")).isEqualTo(first.body().path("id"));
        assertThat(answer(other).status()).isEqualTo(409);
    }

    @Test
    void aPersonReleasesWhatIsHeldByNamingItsHash() throws Exception {
        Answer held = post("/api/alerts", cap("THIS IS A TEST"));
        String path = "/api/alerts/" + held.body().path("id").asText();
        assertThat(held.body().path("state").asText()).isEqualTo("HELD");
        String hash = operator("GET", path, "").body().path("hash").asText();

        assertThat(operator("POST", path + "/release", "").status()).isEqualTo(422);
        assertThat(operator("POST", path + "/release", "{\"hash\": \"" + "0".repeat(64) + "\"}")
                        .status())
                .isEqualTo(409);
        Answer released = operator("POST", path + "/release", "{\"hash\": \"" + hash + "\"}");
        assertThat(released.status()).isEqualTo(200);
        assertThat(released.body().path("state").asText()).isEqualTo("PLANNING");
        assertThat(operator("POST", path + "/reject", "{\"hash\": \"" + hash + "\"}")
                        .status())
                .isEqualTo(409);
        assertThat(operator("POST", path + "/cancel", "{\"hash\": \"" + hash + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(operator("GET", path, "").body().path("decidedBy").asText()).isEqualTo("olga");
    }

    @Test
    void deliveriesAreShownWithMaskedNumbersPageByPage() throws Exception {
        long id = Long.parseLong(
                post("/api/alerts", cap("Water rises")).body().path("id").asText());
        AddressCipher cipher = hub.bean(AddressCipher.class);
        hub.jdbc()
                .sql("insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)"
                        + " values (?, ?, 1, 0, 'en', '{sms}', 'WAITING', true)")
                .params(id * 1000, id)
                .update();
        for (int n = 0; n < 3; n++) {
            hub.jdbc()
                    .sql(
                            "with o as (insert into attempt_order (id, alert_id, step, channel) values (?, ?, 0, ?) returning id)"
                                    + " insert into attempt_result (id, state, address_enc) select id, ?, ? from o")
                    .params(
                            id * 1000 * 32 + n,
                            id,
                            n < 2 ? "sms" : "email",
                            n == 0 ? "FAILED" : "SENT",
                            cipher.encrypt(n < 2 ? "+33199001012" : "ann@example.org"))
                    .update();
        }

        Answer summary = operator("GET", "/api/alerts/" + id, "");
        Answer first = operator("GET", "/api/alerts/" + id + "/deliveries?limit=2", "");
        String next = first.body().path("next").asText();
        Answer second = operator("GET", "/api/alerts/" + id + "/deliveries?limit=2&after=" + next, "");

        assertThat(summary.body().path("recipients").path("total").asInt()).isEqualTo(1);
        assertThat(summary.body().path("channels").toString())
                .isEqualTo("{\"email\":{\"SENT\":1},\"sms\":{\"FAILED\":1,\"SENT\":1}}");
        assertThat(first.body().path("deliveries").findValuesAsText("to"))
                .containsOnly("+33•••••12")
                .hasSize(2);
        assertThat(second.body().path("deliveries").findValuesAsText("to")).containsExactly("a•••@example.org");
        assertThat(second.body().has("next") && !second.body().path("next").isNull())
                .isFalse();
        assertThat(operator("GET", "/api/alerts/" + id + "/deliveries?limit=0", "")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void poisonOfAWebhookIsListedAndReplayed() throws Exception {
        post("/hooks/monitor", "{\"status\": \"firing\"}");

        JsonNode parked =
                operator("GET", "/api/parked", "").body().path("parked").path(0);
        Answer replay = operator("POST", "/api/parked/" + parked.path("id").asText() + "/replay", "");

        assertThat(parked.path("source").asText()).isEqualTo("hook:monitor");
        assertThat(parked.path("reason").asText()).contains("/groupKey");
        assertThat(parked.path("start").asText()).isEqualTo("{\"status\": \"firing\"}");
        assertThat(replay.status()).isEqualTo(422);
    }

    private long park(String source, Format format, String payload) {
        return hub.bean(Parking.class)
                .park(
                        new Submission(
                                source,
                                format,
                                payload.getBytes(StandardCharsets.UTF_8),
                                Map.of(),
                                new Principal("desk", Role.TRIGGER, null),
                                null),
                        "it was refused once");
    }

    @Test
    void whatWasParkedBecomesAnAlertOnceAndIsParkedNoMore() throws Exception {
        String source = "jms-" + name;
        long id = park(source, Format.CAP_JSON, cap("Water rises"));

        Answer first = operator("POST", "/api/parked/" + id + "/replay", "");
        Answer again = operator("POST", "/api/parked/" + id + "/replay", "");

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.body().path("identifier").asText()).isEqualTo(name);
        assertThat(state(first.body().path("id").asText())).isEqualTo("PLANNING");
        assertThat(again.status()).isEqualTo(404);
        assertThat(operator("GET", "/api/parked?source=" + source, "").body().path("parked"))
                .isEmpty();
    }

    @Test
    void allThatIsParkedOfASourceIsReplayedAndWhatIsPoisonStillIsCounted() throws Exception {
        String source = "jms-" + name;
        String body = "{\"source\": \"" + source + "\", \"reason\": \"%s\"}";
        park(source, Format.CAP_JSON, cap("Water rises"));
        park(source, Format.CAP_XML, "no alert");
        park(source, Format.CAP_XML, xml("").replace(name, name + "x").strip());

        Answer none = operator("POST", "/api/parked/replay", body.formatted("another"));
        Answer all = operator("POST", "/api/parked/replay", body.formatted("it was refused once"));

        assertThat(none.raw().body()).isEqualTo("{\"replayed\":0,\"parked\":0}");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.raw().body()).isEqualTo("{\"replayed\":2,\"parked\":1}");
        assertThat(hub.count("alert where identifier like '" + name + "%' and submitted_by = 'olga'"))
                .isEqualTo(2);
        assertThat(operator("GET", "/api/parked?source=" + source, "").body().path("parked"))
                .hasSize(1);
    }

    /** Poison of which none goes away: each is looked at once. */
    @Test
    void moreThanFiveHundredAreReplayedInSeveralSteps() throws Exception {
        String source = "jms-" + name;
        long id = park(source, Format.UNREAD, "x");
        hub.jdbc()
                .sql(
                        "insert into parked (site, source, submitted_by, format, reason, payload_enc, attributes_enc, payload_hash)"
                                + " select site, source, submitted_by, format, reason, payload_enc, attributes_enc,"
                                + " sha256(n::text::bytea) from parked, generate_series(1, 502) as n where id = ?")
                .param(id)
                .update();

        JsonNode first = operator("POST", "/api/parked/replay", "{\"source\": \"" + source + "\"}")
                .body();
        JsonNode rest = operator(
                        "POST",
                        "/api/parked/replay",
                        "{\"source\": \"" + source + "\", \"after\": \""
                                + first.path("next").asText() + "\"}")
                .body();

        assertThat(first.path("parked").asInt()).isEqualTo(500);
        assertThat(first.path("next").isTextual()).isTrue();
        assertThat(rest.path("parked").asInt()).isEqualTo(3);
        assertThat(rest.has("next")).as("that was all").isFalse();

        JsonNode page =
                operator("GET", "/api/parked?source=" + source, "").body().path("parked");
        String last = page.path(99).path("id").asText();
        assertThat(page).hasSize(100);
        assertThat(operator("GET", "/api/parked?source=" + source + "&before=" + last, "")
                        .body()
                        .path("parked")
                        .path(0)
                        .path("id")
                        .asLong())
                .isLessThan(Long.parseLong(last));
    }

    @Test
    void aWebhookThatIsAnsweredInTheSameWayAsTheAlertIsNotParkedTwice() throws Exception {
        long before = hub.count("parked");
        post("/api/alerts", "{}");
        assertThat(hub.count("parked")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xxe", "laughs", "deep", "empty", "nul", "bomb"})
    void hostileDocumentsAreRefusedAndTheHubIsWell(String attack) throws Exception {
        String type = attack.equals("deep") || attack.equals("nul") ? "application/json" : "application/cap+xml";
        String body =
                switch (attack) {
                    case "xxe" -> xml("<!DOCTYPE alert [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>");
                    case "laughs" -> xml("<!DOCTYPE alert [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>");
                    case "deep" -> "{\"a\":".repeat(1000) + "1" + "}".repeat(1000);
                    case "nul" -> cap("\\u0000");
                    case "bomb" -> "<a>".repeat(100_000);
                    default -> "";
                };

        Answer answer = post("/api/alerts", type, IntakeHub.TRIGGER_KEY, body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.raw().body()).doesNotContain("root:");
        assertThat(operator("GET", "/api/parked", "").status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"/api/alerts, length", "/api/alerts, chunked", "/hooks/monitor, length", "/hooks/monitor, chunked"})
    void aBodyOfTenMegabytesIsRefusedBeforeItIsRead(String path, String framing) throws Exception {
        assertThat(statusLineOf(path, framing)).startsWith("HTTP/1.1 413");
    }

    @Test
    void anOutageIsAnsweredWith503AndNothingIsLost() throws Exception {
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            Answer refused = post("/api/alerts", cap("Water rises"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.raw().headers().firstValue("Retry-After")).isPresent();
            assertThat(operator("GET", "/api/parked", "").status()).isEqualTo(503);
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        post("/api/alerts", cap("Water rises")).status())
                .isEqualTo(202));
    }

    /** Sends only the beginning: whoever read on would wait for the rest. */
    private static String statusLineOf(String path, String framing) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", hub.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            boolean chunked = framing.equals("chunked");
            out.write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + IntakeHub.TRIGGER_KEY
                            + "\r\nContent-Type: application/json\r\n"
                            + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: 10485760") + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            if (chunked) {
                byte[] chunk = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < 17; i++) {
                    out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(chunk);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            out.flush();
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.write(c);
            }
            return line.toString(StandardCharsets.US_ASCII);
        }
    }

    private static String state(String id) {
        return hub.jdbc()
                .sql("select state from alert where id = ?")
                .param(Long.parseLong(id))
                .query(String.class)
                .single();
    }

    private static Answer post(String path, String body) throws Exception {
        return post(path, "application/json", IntakeHub.TRIGGER_KEY, body);
    }

    private static Answer post(String path, String type, String key, String body) throws Exception {
        return send("POST", path, type, key, body);
    }

    private static Answer operator(String method, String path, String body) throws Exception {
        return send(method, path, "application/json", IntakeHub.OPERATOR_KEY, body);
    }

    private static Answer send(String method, String path, String type, String key, String body) throws Exception {
        return answer(request(method, path, type, key, body));
    }

    private static HttpRequest.Builder request(String method, String path, String type, String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(20));
        if (type != null) {
            request.header("Content-Type", type);
        }
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private static Answer answer(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()), response);
    }

    /** One moment for the whole test, so that the same is the same. */
    private final String sent = OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME);

    private String now() {
        return sent;
    }

    private String cap(String headline) {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "%s"}}
                """.formatted(name, now(), headline);
    }

    private String xml(String doctype) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>%s
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses>
                <info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>
                <severity>Severe</severity><certainty>Observed</certainty></info></alert>
                """.formatted(doctype, name, now());
    }
}
