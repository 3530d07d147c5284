package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Dovecot;
import org.tocsin.testing.Hub;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.Person;

/**
 * swaks sends, Dovecot keeps, the hub reads: nothing of ours on the way. The mailbox is a second one, added as
 * routes/README.md says: a copy of the route under another name.
 */
class MailClientsIT {
    private static Dovecot dovecot;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        OutsideClient.SWAKS.required();
        dovecot = new Dovecot();
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.routes-dir=" + routesWithASecondMailbox(),
                "--tocsin.mail-in.desk.host=127.0.0.1",
                "--tocsin.mail-in.desk.port=" + dovecot.imapPort,
                "--tocsin.mail-in.desk.protocol=imap",
                "--tocsin.mail-in.desk.username=desk",
                "--tocsin.mail-in.desk.password=" + Dovecot.PASSWORD,
                "--tocsin.mail-in.desk.folder=INBOX",
                "--tocsin.mail-in.starttls=false",
                "--tocsin.mail-in.poll-ms=60000",
                "--tocsin.mail-in.authserv-id=mx.example.org",
                "--tocsin.mail-in.senders.mail-desk=desk@example.org");
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
        }
        if (dovecot != null) {
            dovecot.close();
        }
    }

    private static Path routesWithASecondMailbox() throws IOException {
        Path folder = Files.createTempDirectory("routes");
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String alerts = Files.readString(folder.resolve("intake-mail-alerts.camel.yaml"));
        String desk = alerts.replace("mail-alerts", "mail-desk")
                .replace("mail-in.alerts", "mail-in.desk")
                .replace("alertMail", "deskMail")
                .replace("alert-mail", "desk-mail");
        Files.writeString(folder.resolve("intake-mail-desk.camel.yaml"), desk);
        return folder;
    }

    @Test
    void aMailBySwaksThroughDovecotIsOnThePhoneAtOnce() {
        Person person = Person.of(hub);
        String name = UUID.randomUUID().toString();
        String cap = """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>desk@example.org</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>%s</addresses><info><language>en</language><category>Met</category>
                <event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty><headline>Water</headline></info></alert>
                """.formatted(name, Cap.now(), person.id());

        // Not from our mail server: parked, not told.
        swaks(cap.replace(name, name + "-forged"), "evil.example; dmarc=pass header.from=example.org");
        swaks(cap, "mx.example.org; dkim=pass header.d=example.org");

        // The poll comes each 60 s: only IDLE can have told.
        await().atMost(Duration.ofSeconds(30)).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(hub.get("/api/mails", Hub.OPERATOR_KEY).body()).contains("sender-not-authenticated");
        assertThat(hub.jdbc().queryForObject("select count(*) from alert where source = 'mail-desk'", Long.class))
                .isEqualTo(1);
    }

    private static void swaks(String body, String results) {
        OutsideClient.SWAKS.run(
                "",
                "--protocol",
                "LMTP",
                "--server",
                "127.0.0.1",
                "--port",
                String.valueOf(dovecot.lmtpPort),
                "--from",
                "desk@example.org",
                "--to",
                "desk",
                "--h-Subject",
                "Alarm",
                "--h-Authentication-Results",
                results,
                "--h-Content-Type",
                "application/cap+xml",
                "--body",
                body);
    }
}
