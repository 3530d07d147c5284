package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Console;
import org.tocsin.testing.Dovecot;
import org.tocsin.testing.Hub;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.Person;
import org.tocsin.testing.TestAuthority;

/**
 * swaks sends, Dovecot keeps, the hub reads: nothing of ours on the way. The mailboxes are further ones, added as
 * routes/README.md says: copies of the route under other names. Dovecot's certificate is of 127.0.0.1, and of no other name.
 */
class MailClientsIT {
    /** From before the hub: its start sets logging up anew. */
    private static final Console said = new Console();

    private static Dovecot dovecot;
    /** Its certificate is its own: nobody has signed it. */
    private static GreenMail unsigned;

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        // A mail server of the tests throws in a thread of its own when a client that does not trust it is gone.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        OutsideClient.SWAKS.required();
        TestAuthority authority = new TestAuthority();
        dovecot = new Dovecot(authority.issue("mail", "ip:127.0.0.1"));
        List<String> arguments = new ArrayList<>(List.of(
                "--tocsin.routes-dir=" + routesWithMailboxes("desk", "night", "moved", "other", "unsigned"),
                "--tocsin.intake.events=src/test/resources/events/mail.yaml",
                "--tocsin.mail-in.truststore=" + authority.certificate(),
                "--tocsin.mail-in.poll-ms=60000",
                "--tocsin.mail-in.authserv-id=mx.example.org",
                "--tocsin.mail-in.senders.mail-desk=desk@example.org",
                "--tocsin.mail-in.senders.mail-night=desk@example.org"));
        arguments.addAll(mailbox("desk", "imap", "127.0.0.1", dovecot.imapPort));
        arguments.addAll(mailbox("night", "imaps", "127.0.0.1", dovecot.imapsPort));
        unsigned = new GreenMail(new ServerSetup(0, "127.0.0.1", "imaps").dynamicPort());
        unsigned.start();
        unsigned.setUser("unsigned@example.org", "unsigned", Dovecot.PASSWORD);
        arguments.addAll(mailbox("moved", "imap", "localhost", dovecot.imapPort));
        arguments.addAll(mailbox("other", "imaps", "localhost", dovecot.imapsPort));
        arguments.addAll(
                mailbox("unsigned", "imaps", "127.0.0.1", unsigned.getImaps().getPort()));
        hub = Hub.start(SimulatorSettings.defaults(), arguments.toArray(String[]::new));
    }

    private static List<String> mailbox(String name, String protocol, String host, int port) {
        String prefix = "--tocsin.mail-in." + name + ".";
        return List.of(
                prefix + "host=" + host,
                prefix + "port=" + port,
                prefix + "protocol=" + protocol,
                prefix + "username=" + name,
                prefix + "password=" + Dovecot.PASSWORD,
                prefix + "folder=INBOX");
    }

    @AfterAll
    static void stop() {
        Awaitility.reset();
        if (hub != null) {
            hub.close();
        }
        if (dovecot != null) {
            dovecot.close();
        }
        if (unsigned != null) {
            unsigned.stop();
        }
        said.close();
    }

    private static Path routesWithMailboxes(String... names) throws IOException {
        Path folder = Files.createTempDirectory("routes");
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String alerts = Files.readString(folder.resolve("intake-mail-alerts.camel.yaml"));
        for (String name : names) {
            String copy = alerts.replace("mail-alerts", "mail-" + name)
                    .replace("mail-in.alerts", "mail-in." + name)
                    .replace("alertMail", name + "Mail")
                    .replace("alert-mail", name + "-mail");
            Files.writeString(folder.resolve("intake-mail-" + name + ".camel.yaml"), copy);
        }
        return folder;
    }

    @Test
    void aMailBySwaksThroughDovecotIsOnThePhoneAtOnce() {
        Person person = Person.of(hub);
        String name = UUID.randomUUID().toString();
        String cap = cap(name, person);

        // Not from our mail server: parked, not told.
        swaks("desk", cap.replace(name, name + "-forged"), "evil.example; dmarc=pass header.from=example.org");
        swaks("desk", cap, "mx.example.org; dkim=pass header.d=example.org");

        // The poll comes each 60 s: only IDLE can have told.
        soon().until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(hub.get("/api/mails", Hub.OPERATOR_KEY).body()).contains("sender-not-authenticated");
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select count(*) from alert where source = 'mail-desk' and identifier like ?",
                                Long.class,
                                name + "%"))
                .isEqualTo(1);
    }

    @Test
    void aMailboxOverTlsFromTheBeginningIsReadToo() {
        Person person = Person.of(hub);
        swaks("night", cap(UUID.randomUUID().toString(), person), "mx.example.org; dkim=pass header.d=example.org");

        soon().until(() -> person.whatsAppsOnPhone() == 1);
    }

    @Test
    void capThatSwaksAttachesIsAnAlertToo() throws IOException {
        Person person = Person.of(hub);
        Path file = Files.writeString(
                Files.createTempFile("alert", ".xml"), cap(UUID.randomUUID().toString(), person));
        swaks(
                "desk",
                "mx.example.org; dkim=pass header.d=example.org",
                "--body",
                "See the attachment.",
                "--attach-type",
                "application/cap+xml",
                "--attach-name",
                "alert.xml",
                "--attach",
                "@" + file);

        soon().until(() -> person.whatsAppsOnPhone() == 1);
    }

    @Test
    void aMailOfWordsIsOnPhonesByTheMappingAndSoIsItsEnd() {
        String name = "pump-" + UUID.randomUUID();
        String results = "mx.example.org; dkim=pass header.d=example.org";
        swaks("desk", results, "--body", "Pump: " + name + "\nState: raised\nGrade: high");
        soon().until(() -> onPhones(name) == 1);

        swaks("desk", results, "--body", "Pump: " + name + "\nState: cleared\nGrade: high");
        soon().until(() -> onPhones(name) == 2);

        assertThat(hub.jdbc()
                        .queryForList(
                                "select msg_type from alert where source = 'mail-desk' and incident_key like ? order by id",
                                String.class,
                                "%" + name))
                .containsExactly("Alert", "Update");
    }

    private static long onPhones(String text) {
        return hub.simulator.whatsApp().journal().all().stream()
                .filter(sent -> sent.onPhone() && sent.params().toString().contains(text))
                .count();
    }

    /** Of another host by STARTTLS, the same by TLS from the beginning, and of a signer that nobody has named. */
    @Test
    void aServerThatCannotShowWhoItIsIsToldNoPassword() {
        for (String wrong : List.of("moved", "other", "unsigned")) {
            soon().untilAsserted(() -> assertThat(said.text())
                    .containsPattern("mail-" + wrong + ": the mailbox cannot be read .*(SSL|Cert)"));
            assertThat(up(wrong)).as(wrong).isZero();
        }
        soon().until(() -> up("desk") + up("night") == 2);
        soon().until(() -> dovecot.log()
                        .lines()
                        .filter(line -> line.contains("no auth attempts"))
                        .count()
                >= 2);
        assertThat(dovecot.log())
                .contains("user=<desk>")
                .doesNotContain("user=<moved>")
                .doesNotContain("user=<other>");
    }

    private static double up(String mailbox) {
        return hub.context
                .getBean(MeterRegistry.class)
                .get("tocsin.mailbox.up")
                .tag("mailbox", "mail-" + mailbox)
                .gauge()
                .value();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private static String cap(String identifier, Person person) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>%s</addresses><info><language>en</language><category>Met</category>
                <event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty><headline>Water</headline></info></alert>
                """.formatted(identifier, Cap.now(), person.id());
    }

    private static void swaks(String user, String body, String results) {
        swaks(user, results, "--h-Content-Type", "application/cap+xml", "--body", body);
    }

    private static void swaks(String user, String results, String... more) {
        OutsideClient.SWAKS.run(
                "",
                Stream.concat(
                                Stream.of(
                                        "--protocol",
                                        "LMTP",
                                        "--server",
                                        "127.0.0.1",
                                        "--port",
                                        String.valueOf(dovecot.lmtpPort),
                                        "--from",
                                        "desk@example.org",
                                        "--to",
                                        user,
                                        "--h-Subject",
                                        "Alarm",
                                        "--h-Authentication-Results",
                                        results),
                                Stream.of(more))
                        .toArray(String[]::new));
    }
}
