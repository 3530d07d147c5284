package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jsmpp.util.DeliveryReceiptState;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.MailFault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.CanarySearch;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Console;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;

/**
 * A hub in a process of its own goes through everything that makes programs talkative: refusals, errors, forged and
 * broken webhooks, replies, poison, its own stop. What it said is searched for whatever is private, and so is its
 * database.
 */
class NothingPrivateIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String DIGITS = "33639989876";
    private static final String PHONE = "+" + DIGITS;
    private static final String EMAIL = "zephyrine.canary@people.example.org";
    private static final String TEXT = "CANARYTEXT";
    private static final String REPLY = "CANARYREPLY";
    private static final String TOKEN = "canary-access-token";
    private static final String APP_SECRET = "canary-app-secret";
    private static final String VERIFY_TOKEN = "canary-verify-token";
    private static final String SMPP_PASSWORD = "canaryPw";
    private static final String UNKNOWN_KEY = "canary-unknown-key";
    private static final String CONTACTS = """
            id,name,language,phone,email,groups,lat,lon,opt_in
            c1,Zephyrine Canarinelle,en,+33639989876,zephyrine.canary@people.example.org,canaries,,,whatsapp;sms;email
            c2,Zephyrine Toolong,en,+3363998987654321,,canaries,,,whatsapp;sms
            c3,Zephyrine Mailbox,en,,zephyrine.canary(at)people.example.org,canaries,,,email
            c4,Zephyrine Twin,en,+33639989876;zephyrine.canary@people.example.org,,canaries,91,abc,whatsapp;pigeon
            """;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Simulator simulator;
    private HubProcess hub;

    @ParameterizedTest(name = "log level {0}")
    @ValueSource(strings = {"INFO", "DEBUG"})
    void neitherTheOutputNorTheDatabaseHoldsWhatIsPrivate(String level) throws Exception {
        Files.writeString(folder.resolve("contacts.csv"), CONTACTS);
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withAccessToken(TOKEN)
                .withAppSecret(APP_SECRET)
                .withVerifyToken(VERIFY_TOKEN)
                .withSmppAccount("tocsin", SMPP_PASSWORD);
        List<String> rows;
        List<String> ownOutput;
        try (Console console = new Console();
                Simulator world = Simulator.start(settings);
                HubProcess process = new HubProcess(world, folder, "--logging.level.org.tocsin=" + level)) {
            simulator = world;
            hub = process.launch().awaitReady();
            await().atMost(LONG).until(() -> world.smsc().binds() > 0);
            assertThat(world.whatsApp().subscribe(hub.url("/hooks/whatsapp"))).isTrue();
            peopleAnswer();
            providersFail();
            strangersCall();
            poisonComes();
            rows = dump();
            hub.stop();
            ownOutput = console.takeLines();
        }
        String output = hub.output();
        assertThat(output).as("the output was captured").contains("was parked as");
        assertThat(output).contains(level);
        assertThat(CanarySearch.violations(output.lines().toList(), privateInOutput()))
                .isEmpty();
        assertThat(CanarySearch.violations(ownOutput, privateInOutput()))
                .as("of the simulators and this test")
                .isEmpty();
        assertThat(rows).as("the database was read").hasSizeGreaterThan(50).anyMatch(row -> row.contains(TEXT));
        assertThat(CanarySearch.violations(rows, privateInDatabase())).isEmpty();
    }

    private void peopleAnswer() throws Exception {
        alert("Patience", "c1");
        await().atMost(LONG).until(() -> !whatsApps().isEmpty());
        Sent first = whatsApps().get(0);
        simulator.whatsApp().tapButton(PHONE, first.buttons().get(0), "I am safe");
        simulator.whatsApp().text(PHONE, REPLY + " where is the school?", null);
        alert("Everywhere", "c1");
        await().atMost(LONG)
                .until(() -> simulator.smsc().journal().onPhoneOf(PHONE).size() == 1);
        simulator.smsc().reply(PHONE, REPLY + " please help");
        simulator.smsc().reply(PHONE, "HELP");
        simulator.whatsApp().statusOfUnknownMessage(PHONE, "delivered");
        await().atMost(LONG)
                .until(() -> hub.jdbc()
                                .queryForObject(
                                        "select count(*) from recipient where state = 'ACKNOWLEDGED'", Integer.class)
                        == 2);
    }

    private void providersFail() throws Exception {
        List<Fault> whatsApp = List.of(
                Fault.refused(190),
                Fault.refused(131031),
                new Fault.ErrorPage(502),
                new Fault.Garbled(Fault.Body.WITHOUT_ID, false),
                Fault.lostResponse(),
                Fault.silent(),
                Fault.failedLate(131026, Duration.ofMillis(200)),
                Fault.refused(131026, 400));
        List<SmscFault> sms = List.of(
                SmscFault.rejected(SmscFault.INVALID_DESTINATION),
                SmscFault.rejected(SmscFault.SYSTEM_ERROR),
                SmscFault.throttled(),
                SmscFault.receipt(DeliveryReceiptState.UNDELIV),
                SmscFault.silent());
        List<MailFault> mail = List.of(
                MailFault.noSuchMailbox(),
                new MailFault.ContentRefused(554),
                new MailFault.Reset(MailFault.Moment.AFTER_DATA),
                MailFault.tryLater(),
                new MailFault.Silent(MailFault.Moment.AT_RECIPIENT));
        for (int i = 0; i < whatsApp.size(); i++) {
            simulator.whatsApp().fault(PHONE, whatsApp.get(i));
            simulator.smsc().fault(PHONE, sms.get(i % sms.size()));
            simulator.mail().fault(EMAIL, mail.get(i % mail.size()));
            int before = whatsApps().size();
            alert("Everywhere", "c1");
            await().atMost(LONG).until(() -> whatsApps().size() > before);
        }
        simulator.whatsApp().clearFaults();
        simulator.whatsApp().refuseConnections(true);
        simulator.smsc().refuseConnections(true);
        alert("Everywhere", "c1");
        awaitOutcome("sms", "UNREACHABLE");
        awaitOutcome("email", "REJECTED");
        simulator.smsc().refuseConnections(false);
        simulator.whatsApp().refuseConnections(false);
    }

    private void awaitOutcome(String channel, String state) {
        await().atMost(LONG)
                .until(() -> hub.jdbc()
                                .queryForObject(
                                        "select count(*) from attempt where channel = ? and state = ?",
                                        Integer.class,
                                        channel,
                                        state)
                        > 0);
    }

    private void strangersCall() throws Exception {
        String status = "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[{"
                + "\"id\":\"" + whatsApps().get(0).providerId() + "\",\"status\":\"delivered\",\"recipient_id\":\""
                + DIGITS + "\"";
        assertThat(webhook(status + "}]}}]}]}", "forged").statusCode()).isBetween(400, 499);
        webhook(status, APP_SECRET); // cut off, but well signed
        webhook("{\"entry\": \"" + PHONE + "\"}", APP_SECRET);
        webhook(status + ",\"timestamp\":\"" + PHONE + "\"}]}}]}]}", APP_SECRET);
        http.send(
                HttpRequest.newBuilder(URI.create(hub.url(
                                "/hooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=" + UNKNOWN_KEY)))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(post("/api/alerts", UNKNOWN_KEY, Cap.alert("Flood", "c1")).statusCode())
                .isEqualTo(401);
        assertThat(post("/api/" + PHONE + "?name=Zephyrine", Hub.TRIGGER_KEY, TEXT)
                        .statusCode())
                .isBetween(400, 499);
    }

    private void poisonComes() throws Exception {
        String poison = "{\"identifier\":\"" + TEXT + "\",\"" + TEXT + "\":\"Zephyrine " + PHONE + "\"";
        assertThat(post("/api/alerts", Hub.TRIGGER_KEY, poison).statusCode()).isEqualTo(422);
        assertThat(post("/api/alerts", Hub.TRIGGER_KEY, poison + "}").statusCode())
                .isEqualTo(422);
        assertThat(post("/hooks/unheard-of", Hub.TRIGGER_KEY, poison + "}").statusCode())
                .isEqualTo(422);
        await().atMost(LONG).until(() -> hub.jdbc().queryForObject("select count(*) from parked", Integer.class) > 0);
    }

    private Map<String, String> privateInOutput() {
        return Map.ofEntries(
                Map.entry("number", DIGITS.substring(DIGITS.length() - 8)),
                Map.entry("name", "Zephyrine"),
                Map.entry("second name", "Canarinelle"),
                Map.entry("e-mail address", "zephyrine.canary"),
                Map.entry("text", TEXT),
                Map.entry("reply", REPLY),
                Map.entry("access token", TOKEN),
                Map.entry("app secret", APP_SECRET),
                Map.entry("verify token", VERIFY_TOKEN),
                Map.entry("SMPP password", SMPP_PASSWORD),
                Map.entry("trigger key", Hub.TRIGGER_KEY),
                Map.entry("operator key", Hub.OPERATOR_KEY),
                Map.entry("unknown key", UNKNOWN_KEY),
                Map.entry("wamid", "wamid."));
    }

    private Map<String, String> privateInDatabase() {
        Map<String, String> plain = new TreeMap<>(privateInOutput());
        plain.remove("text"); // what an alert says is its record
        whatsApps().stream()
                .filter(Sent::acceptedByProvider)
                .forEach(sent -> plain.put("wamid " + plain.size(), String.valueOf(sent.providerId())));
        return CanarySearch.encoded(plain);
    }

    /** Every row of every table, as text; binary columns as hex. */
    private List<String> dump() {
        return hub
                .jdbc()
                .queryForList(
                        "select quote_ident(table_name) from information_schema.tables"
                                + " where table_schema = 'public' and table_type = 'BASE TABLE'",
                        String.class)
                .stream()
                .flatMap(table -> rows(table))
                .toList();
    }

    private Stream<String> rows(String table) {
        return hub.jdbc().queryForList("select t::text from " + table + " t", String.class).stream()
                .map(row -> table + ": " + row);
    }

    private List<Sent> whatsApps() {
        return simulator.whatsApp().journal().messagesTo(PHONE);
    }

    private void alert(String event, String address) throws IOException, InterruptedException {
        String alert = Cap.named(UUID.randomUUID().toString(), event, TEXT + " water rises", address);
        HttpResponse<String> answer = post("/api/alerts", Hub.TRIGGER_KEY, alert);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(hub.url(path)))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> webhook(String body, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        return http.send(
                HttpRequest.newBuilder(URI.create(hub.url("/hooks/whatsapp")))
                        .header("Content-Type", "application/json")
                        .header("X-Hub-Signature-256", "sha256=" + signature)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
