package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.OutsideClient;

/** Webhooks that prove where they come from, on the wire: gate, route, mapping, commit and answer. */
class HooksTest {
    private static final String OLD = "hook-secret-of-last-year";
    private static final String NEW = "hook-secret-of-this-year";
    private static final String TOKEN = "hook-token-of-the-tests";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient http = HttpClient.newHttpClient();

    private static IntakeHub hub;

    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws IOException {
        Path events = Files.createTempDirectory("events").resolve("events.yaml");
        Files.writeString(
                events,
                Files.readString(Path.of("config/events.yaml")).replace("[staff]", "[flood-zone-a]") + "\n"
                        + readme("event"));
        hub = new IntakeHub(Stream.concat(
                        readmeSettings(),
                        Stream.of(
                                "--tocsin.intake.events=" + events,
                                "--tocsin.hooks.pagerduty.proof=hmac",
                                "--tocsin.hooks.pagerduty.secrets=" + OLD + "," + NEW,
                                "--tocsin.hooks.pagerduty.header=X-PagerDuty-Signature",
                                "--tocsin.hooks.pagerduty.prefix=v1=",
                                "--tocsin.hooks.cloudevents.proof=standard-webhooks",
                                "--tocsin.hooks.cloudevents.secrets=whsec_"
                                        + Base64.getEncoder().encodeToString(NEW.getBytes(StandardCharsets.UTF_8)),
                                "--tocsin.hooks.opsgenie.proof=token",
                                "--tocsin.hooks.opsgenie.secrets=" + TOKEN,
                                "--tocsin.hooks.opsgenie.header=X-Opsgenie-Token",
                                "--tocsin.hooks.zabbix.proof=basic",
                                "--tocsin.hooks.zabbix.username=zabbix",
                                "--tocsin.hooks.zabbix.secrets=" + TOKEN))
                .toArray(String[]::new));
    }

    /** A block of routes/README.md, without what it is indented by there. */
    private static String readme(String block) throws IOException {
        String page = Files.readString(Path.of("routes/README.md"));
        String from = page.substring(page.indexOf("<!-- " + block + ": read by HooksTest -->"));
        String code = from.substring(from.indexOf("```"));
        return code.substring(code.indexOf('\n') + 1, code.indexOf("```", 3)).replaceAll("(?m)^ {3}", "");
    }

    private static Stream<String> readmeSettings() throws IOException {
        var resource = new ByteArrayResource(readme("hook").getBytes(StandardCharsets.UTF_8));
        var source = (EnumerablePropertySource<?>)
                new YamlPropertySourceLoader().load("readme", resource).get(0);
        return Arrays.stream(source.getPropertyNames())
                .map(key -> "--" + key + "="
                        + String.valueOf(source.getProperty(key)).replace("${WATER_WORKS_SECRETS}", NEW));
    }

    @Test
    void theWebhookOfTheReadmeBecomesAnAlertAnUpdateAndAnAllClear() throws Exception {
        String open = readme("payload").replace("W-117", name);
        String worse = open.replace("\"grade\": 2", "\"grade\": 1").replace("03:00:00Z", "03:05:00Z");
        String repaired = open.replace("\"open\"", "\"repaired\"").replace("03:00:00Z", "03:10:00Z");
        int[] status = new int[5];
        int n = 0;
        for (String body : List.of(open, open, worse, repaired, worse)) {
            String now = String.valueOf(Instant.now().getEpochSecond());
            status[n++] = send(hook("water-works", body)
                            .header("X-Timestamp", now)
                            .header("X-Signature", "sha256=" + hex(NEW, now + "." + body)))
                    .statusCode();
        }

        assertThat(status).containsExactly(202, 200, 202, 202, 200);
        assertThat(hub.jdbc()
                        .sql("select msg_type || ':' || severity from alert where incident_key like ? order by id")
                        .param("%" + name)
                        .query(String.class)
                        .list())
                .containsExactly("Alert:Moderate", "Update:Severe", "Update:Severe");
    }

    @Test
    void theScriptOfTheReadmeSignsAndPosts(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("payload.json"), readme("payload").replace("W-117", name));

        String answer = bash(folder, "SECRET='" + NEW + "'", readme("post").replace(":8080", ":" + hub.port()));

        assertThat(answer).contains("\"state\":\"PLANNING\"");
        assertThat(bash(folder, "SECRET='some other'", readme("post").replace(":8080", ":" + hub.port())))
                .contains("the proof of this source");
        assertThat(hub.count("alert where source = 'hook:water-works' and incident_key like '%" + name + "%'"))
                .isEqualTo(1);
    }

    /** Also of a plugin whose output would be more than a text. */
    @ParameterizedTest
    @ValueSource(strings = {"http", ""})
    void theScriptOfTheReadmeTellsWhatIcingaSays(String service, @TempDir Path folder) throws Exception {
        OutsideClient.JQ.required();
        Path script = folder.resolve("tocsin.sh");
        Files.writeString(
                script, readme("icinga2-script").replace("https://hub.example.org", "http://127.0.0.1:" + hub.port()));
        String says = "export HOST=" + name + " SERVICE='" + service + "' KEY=" + IntakeHub.TRIGGER_KEY
                + " TIME=$(date +%s)" + " OUTPUT='a \"quoted\"}\\ $(reboot)\nline' ";

        String raised = bash(folder, says + "TYPE=PROBLEM STATE=CRITICAL", "sh tocsin.sh");
        String over = bash(folder, says + "TYPE=RECOVERY STATE=OK", "sh tocsin.sh");

        assertThat(raised).contains("\"state\":\"PLANNING\"");
        assertThat(over).contains("\"state\":\"PLANNING\"");
        assertThat(hub.jdbc()
                        .sql("select cap from alert where source = 'hook:icinga2' and incident_key like ? order by id")
                        .param("%" + name + "%")
                        .query(String.class)
                        .list())
                .hasSize(2)
                .first()
                .asString()
                .contains("$(reboot)");
    }

    private static String bash(Path folder, String first, String script) {
        OutsideClient.CURL.required();
        OutsideClient.OPENSSL.required();
        return OutsideClient.BASH.run("", "-c", "cd '" + folder + "'\n" + first + "\n" + script);
    }

    /** Its HttpRequest is Zabbix's own: here one that writes down what it is told to post, and the test posts it. */
    @Test
    void theScriptOfTheReadmeTellsWhatZabbixSays(@TempDir Path folder) throws Exception {
        String value = JSON.writeValueAsString(java.util.Map.of(
                "url",
                "http://127.0.0.1:" + hub.port() + "/hooks/zabbix",
                "key",
                IntakeHub.TRIGGER_KEY,
                "event_id",
                name,
                "value",
                "1",
                "severity",
                "4",
                "host",
                "db1",
                "name",
                "He said \"down\"",
                "opdata",
                "3m",
                "HTTPProxy",
                ""));
        Path script = folder.resolve("script.js");
        Files.writeString(script, """
                var status = 202;
                function HttpRequest() { this.headers = []; }
                HttpRequest.prototype.addHeader = function (line) { this.headers.push(line); };
                HttpRequest.prototype.getStatus = function () { return status; };
                HttpRequest.prototype.post = function (url, body) {
                  print(JSON.stringify({url: url, headers: this.headers, body: body}));
                  return 'the answer';
                };
                function webhook(value) {
                %s
                }
                if (webhook(%2$s) !== 'the answer') { throw 'no answer'; }
                status = 503;
                try { webhook(%2$s); print('taken for granted'); } catch (refused) { print(refused); }
                """.formatted(readme("zabbix-script"), JSON.writeValueAsString(value)));

        String[] said = OutsideClient.DUKTAPE.run("", script.toString()).split("\n");

        assertThat(said[said.length - 1]).isEqualTo("answered 503");
        JsonNode post = JSON.readTree(said[0]);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(post.path("url").asText()))
                .POST(HttpRequest.BodyPublishers.ofString(post.path("body").asText()));
        post.path("headers")
                .forEach(line -> request.header(
                        line.asText().split(": ")[0], line.asText().split(": ")[1]));
        assertThat(send(request).statusCode()).isEqualTo(202);
        assertThat(hub.count("alert where source = 'hook:zabbix' and incident_key like '%" + name
                        + "%' and cap like '%He said%'"))
                .isEqualTo(1);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @ParameterizedTest(name = "signed with {0}: {1}")
    @CsvSource({OLD + ", 202", NEW + ", 202", "some-other-secret, 401"})
    void aSignedWebhookNeedsNoKey(String secret, int status) throws Exception {
        String body = pagerduty("triggered");
        HttpResponse<String> answer = send(hook("pagerduty", body)
                .header("X-PagerDuty-Signature", "v1=" + "0".repeat(64) + ",v1=" + hex(secret, body)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(hub.count("alert where source = 'hook:pagerduty' and submitted_by = 'hook:pagerduty' and cap like '%"
                        + name + "%'"))
                .isEqualTo(status == 202 ? 1 : 0);
    }

    @Test
    void aStrangerLearnsNothingOfWhatIsWrong() throws Exception {
        String body = pagerduty("triggered");
        HttpResponse<String> none = send(hook("pagerduty", body));
        HttpResponse<String> wrong =
                send(hook("pagerduty", body + " ").header("X-PagerDuty-Signature", "v1=" + hex(NEW, body)));
        HttpResponse<String> unreadable = send(hook("pagerduty", body).header("X-PagerDuty-Signature", "v1=zz"));
        HttpResponse<String> noSource = send(hook("unheard-of", body));

        assertThat(none.statusCode()).isEqualTo(401);
        for (HttpResponse<String> other : new HttpResponse[] {wrong, unreadable, noSource}) {
            assertThat(other.statusCode()).isEqualTo(401);
            assertThat(other.body()).isEqualTo(none.body());
        }
        assertThat(hub.count("parked where submitted_by = 'hook:pagerduty'")).isZero();
    }

    @Test
    void theProofOfOneSourceOpensNoOtherDoor() throws Exception {
        String body = pagerduty("triggered");
        String signature = "v1=" + hex(NEW, body);

        for (String path : new String[] {"/hooks/grafana", "/hooks/cloudevents", "/hooks/x/pagerduty", "/api/alerts"}) {
            assertThat(send(request(path, body).header("X-PagerDuty-Signature", signature))
                            .statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(send(hook("pagerduty", body)
                                .header("X-PagerDuty-Signature", signature)
                                .method("GET", HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(hook("pagerduty", body).header("Authorization", "Bearer " + IntakeHub.TRIGGER_KEY))
                        .statusCode())
                .as("a key of the hub still does")
                .isEqualTo(202);
    }

    @Test
    void aTokenOrAPasswordIsAProofToo() throws Exception {
        String opsgenie = """
                {"action": "Create", "alert": {"alertId": "%s", "message": "pump", "priority": "P1"}}
                """.formatted(name);
        String zabbix = """
                {"event_id": "%s", "value": "1", "severity": "4", "host": "db1", "name": "down"}
                """.formatted(name);
        String basic = Base64.getEncoder().encodeToString(("zabbix:" + TOKEN).getBytes(StandardCharsets.UTF_8));

        assertThat(send(hook("opsgenie", opsgenie).header("X-Opsgenie-Token", TOKEN))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(hook("opsgenie", opsgenie).header("X-Opsgenie-Token", TOKEN + "x"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(hook("zabbix", zabbix).header("Authorization", "Basic " + basic))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(hook("zabbix", zabbix).header("Authorization", "Bearer " + TOKEN))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aStandardWebhookIsTakenOnceByItsIdAndNotAfterItsTime() throws Exception {
        String body = cloudEvent("raised");
        Instant now = Instant.now();

        HttpResponse<String> first = send(standard("m" + name, now, body));
        HttpResponse<String> again = send(standard("m" + name, now.plusSeconds(1), body));
        HttpResponse<String> old = send(standard("n" + name, now.minusSeconds(301), body));

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(json(first).path("id"));
        assertThat(old.statusCode()).isEqualTo(401);
    }

    @Test
    void aCloudEventInBinaryModeIsTheSameIncidentAsInStructuredMode() throws Exception {
        HttpResponse<String> structured = send(standard("a" + name, Instant.now(), cloudEvent("raised")));
        HttpResponse<String> binary = send(standard("b" + name, Instant.now(), "{\"severity\": \"severe\"}")
                .header("ce-specversion", "1.0")
                .header("ce-id", "2")
                .header("ce-source", "/plants/north")
                .header("ce-type", "com.example.alarm.cleared")
                .header("ce-subject", "pump%20" + name)
                .header("ce-CamelHttpUri", "http://127.0.0.1:1/"));

        assertThat(structured.statusCode()).isEqualTo(202);
        assertThat(binary.statusCode()).as(binary.body()).isEqualTo(202);
        assertThat(hub.count("alert where source = 'hook:cloudevents' and msg_type = 'Update' and cap like '%AllClear%"
                        + name + "%'"))
                .isEqualTo(1);
    }

    @Test
    void aFieldThatCannotBeUsedIsNamedToTheSender() throws Exception {
        String body = pagerduty("triggered").replace("\"status\": \"triggered\"", "\"status\": \"lost\"");
        HttpResponse<String> answer =
                send(hook("pagerduty", body).header("X-PagerDuty-Signature", "v1=" + hex(NEW, body)));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).path("problems").path(0).path("element").asText())
                .isEqualTo("/event/data/status");
    }

    @Test
    void headersAndParametersOfASignedWebhookSteerNothing() throws Exception {
        String body = pagerduty("triggered").replace("bump", "bump ${bean:x} {{sys:user.home}}");
        HttpResponse<String> answer =
                send(request("/hooks/pagerduty?CamelHttpUri=http://127.0.0.1:1/&source=other&CamelHttpMethod=PUT", body)
                        .header("X-PagerDuty-Signature", "v1=" + hex(NEW, body))
                        .header("CamelHttpUri", "http://127.0.0.1:1/")
                        .header("CAmelHttpPath", "/etc/passwd"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(hub.count("alert where source = 'hook:pagerduty' and cap like '%bump ${bean:x} {{sys:user.home}}%"
                        + name + "%'"))
                .isEqualTo(1);
    }

    @Test
    void curlIsHeard() throws Exception {
        String body = pagerduty("triggered");
        String status = OutsideClient.CURL.run(
                "",
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-H",
                "Content-Type: application/json",
                "-H",
                "X-PagerDuty-Signature: v1=" + hex(NEW, body),
                "--data-binary",
                body,
                "http://127.0.0.1:" + hub.port() + "/hooks/pagerduty");

        assertThat(status).isEqualTo("202");
    }

    @ParameterizedTest(name = "signature {0}: {1}")
    @CsvSource({"zz, 401", "0000000000000000000000000000000000000000000000000000000000000000, 413"})
    void aLargeBodyIsNotRead(String signature, int status) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", hub.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /hooks/pagerduty HTTP/1.1\r\nHost: x\r\nX-PagerDuty-Signature: v1=" + signature
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes(12);
            assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + status);
        }
    }

    @Test
    void whileTheLedgerIsAwayTheToolIsAskedToComeAgainAndThenIsHeardOnce() throws Exception {
        String body = pagerduty("triggered");
        HttpRequest.Builder request = hook("pagerduty", body).header("X-PagerDuty-Signature", "v1=" + hex(NEW, body));
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            HttpResponse<String> away = send(request);
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.headers().firstValue("Retry-After")).isPresent();
        }
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(send(request).statusCode()).isBetween(200, 202));
        assertThat(send(request).statusCode()).isEqualTo(200);
        // The test's own connection was cut too.
        await().ignoreExceptions().untilAsserted(() -> assertThat(hub.count("alert where cap like '%" + name + "%'"))
                .isEqualTo(1));
    }

    /** As while it starts, and from the moment when it is told to stop. */
    @Test
    void whileTheHubIsNotReadyNothingIsTakenAndTheToolIsAskedToComeAgain() throws Exception {
        String body = pagerduty("triggered");
        HttpRequest.Builder request = hook("pagerduty", body).header("X-PagerDuty-Signature", "v1=" + hex(NEW, body));
        hub.ready(false);
        try {
            HttpResponse<String> refused = send(request);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(hub.count("alert where cap like '%" + name + "%'")).isZero();
        } finally {
            hub.ready(true);
        }
        assertThat(send(request).statusCode()).isEqualTo(202);
    }

    /** The database answers, and commits nothing: of a failover, the side that may only be read. */
    @Test
    void whileTheLedgerCanOnlyBeReadTheToolIsAskedToComeAgain() throws Exception {
        String body = pagerduty("triggered");
        HttpRequest.Builder request = hook("pagerduty", body).header("X-PagerDuty-Signature", "v1=" + hex(NEW, body));
        try (DatabaseOutage outage = DatabaseOutage.readOnly(hub.database)) {
            HttpResponse<String> refused = send(request);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(send(request).statusCode()).isBetween(200, 202));
        await().ignoreExceptions().untilAsserted(() -> assertThat(hub.count("alert where cap like '%" + name + "%'"))
                .isEqualTo(1));
    }

    private String pagerduty(String event) {
        return """
                {"event": {"event_type": "incident.%1$s", "occurred_at": "2025-11-26T03:16:28.100Z",
                  "data": {"id": "%2$s", "type": "incident", "status": "%1$s", "title": "A bump of %2$s", "urgency": "high",
                    "service": {"summary": "API"}}}}""".formatted(event, name);
    }

    private String cloudEvent(String event) {
        return """
                {"specversion": "1.0", "id": "1", "source": "/plants/north", "type": "com.example.alarm.%s",
                 "subject": "pump %s", "data": {"severity": "severe", "message": "no pressure"}}
                """.formatted(event, name);
    }

    private static HttpRequest.Builder standard(String id, Instant at, String body) throws Exception {
        String signed = id + "." + at.getEpochSecond() + "." + body;
        return hook("cloudevents", body)
                .header("webhook-id", id)
                .header("webhook-timestamp", String.valueOf(at.getEpochSecond()))
                .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(hmac(NEW, signed)));
    }

    private static String hex(String secret, String body) throws Exception {
        return HexFormat.of().formatHex(hmac(secret, body));
    }

    private static byte[] hmac(String secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpRequest.Builder hook(String source, String body) {
        return request("/hooks/" + source, body);
    }

    private static HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }
}
