package org.tocsin.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.MqttServer;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Relay;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.StompLine;

/**
 * One {@code kill -9}, of a hub that has committed a mail and could not mark it, has committed a message of an outside
 * MQTT broker and could not acknowledge it, and holds in its own broker what AMQP and STOMP senders were told it has,
 * though none of them asked for a durable message: while the ledger could not take it.
 */
class KilledBeforeAcknowledgingLongIT {
    private static final String MQTT_PASSWORD = "mqtt-password-of-the-tests";
    private static final String MAIL_PASSWORD = "mailbox-password-of-the-tests";
    private static final int PUBACK = 0x40;

    private final Crowd crowd = Crowd.of(40);
    private final int amqpPort = HubProcess.freePort();
    private final int stompPort = HubProcess.freePort();

    @Test
    void eachIsOneAlertOnceAfterTheRestartAndNothingIsLost(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        crowd.write(folder);
        GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "imap").dynamicPort());
        mails.start();
        GreenMailUser mailbox = mails.setUser("alerts@hub.example.org", "hub", MAIL_PASSWORD);
        try (MqttServer outside = new MqttServer(MQTT_PASSWORD);
                Relay mailLine = new Relay(mails.getImap().getPort());
                Relay mqttLine = new Relay(outside.port());
                Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                HubProcess hub = new HubProcess(
                        simulator, folder, arguments(folder, mailLine, mqttLine).toArray(String[]::new))) {
            outside.start();
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            eventually().until(() -> outside.knows("hub"));
            mailLine.swallow(said -> new String(said, UTF_8).contains(" STORE "));
            mqttLine.swallow(said -> (said[0] & 0xff) == PUBACK);

            deliver(mailbox, crowd.get(0));
            outside.publish("plant/alerts", Crowd.xml(crowd.get(1)), false, Map.of());
            awaitOnPhones(simulator, 0, 1);
            eventually().until(() -> mailLine.swallowed() > 0 && mqttLine.swallowed() > 0);

            try (Connection lock = hub.jdbc().getDataSource().getConnection()) {
                lock.setAutoCommit(false);
                lock.createStatement().execute("lock table alert in access exclusive mode");
                amqp(crowd.get(2), "@durable=false");
                amqp(crowd.get(3));
                stomp(crowd.get(4), "");
                stomp(crowd.get(5), "persistent:false\n");
                hub.kill();
            }
            assertThat(outside.waiting("hub")).as("not acknowledged").isEqualTo(1);
            assertThat(unread(mails)).as("not marked").isEqualTo(1);
            assertThat(PhoneCount.of(crowd, simulator).reached()).hasSize(2);

            mailLine.swallow(said -> false);
            mqttLine.swallow(said -> false);
            hub.launch().awaitReady();
            deliver(mailbox, crowd.get(6));
            outside.publish("plant/alerts", Crowd.xml(crowd.get(7)), false, Map.of());
            awaitOnPhones(simulator, 0, 1, 2, 3, 4, 5, 6, 7);
            eventually().until(() -> outside.waiting("hub") == 0 && unread(mails) == 0);
            Settlement.nothingOpen(hub.jdbc());

            assertThat(PhoneCount.of(crowd, simulator).repeats())
                    .as("told twice")
                    .isEmpty();
            assertThat(hub.jdbc().queryForObject("select count(*) from alert", Long.class))
                    .isEqualTo(8);
            assertThat(hub.jdbc().queryForObject("select count(*) from parked", Long.class))
                    .isZero();
            assertThat(hub.jdbc().queryForObject("select count(*) from mail_in", Long.class))
                    .isEqualTo(2);
        } finally {
            mails.stop();
        }
    }

    private List<String> arguments(Path folder, Relay mailLine, Relay mqttLine) {
        return List.of(
                "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"),
                "--tocsin.broker.amqp-port=" + amqpPort,
                "--tocsin.broker.stomp-port=" + stompPort,
                "--tocsin.mail-in.alerts.host=127.0.0.1",
                "--tocsin.mail-in.alerts.port=" + mailLine.port(),
                "--tocsin.mail-in.alerts.protocol=imap",
                "--tocsin.mail-in.alerts.username=hub",
                "--tocsin.mail-in.alerts.password=" + MAIL_PASSWORD,
                "--tocsin.mail-in.starttls=false",
                "--tocsin.mail-in.senders.mail-alerts=tests@example.org",
                "--tocsin.mqtt.broker-url=tcp://127.0.0.1:" + mqttLine.port(),
                "--tocsin.mqtt.topics=plant/#",
                "--tocsin.mqtt.client-id=hub",
                "--tocsin.mqtt.username=" + MqttServer.USER,
                "--tocsin.mqtt.password=" + MQTT_PASSWORD);
    }

    private void awaitOnPhones(Simulator simulator, int... numbers) {
        List<Member> told = Arrays.stream(numbers).mapToObj(crowd::get).toList();
        eventually()
                .untilAsserted(() ->
                        assertThat(PhoneCount.of(crowd, simulator).lost(told)).isEmpty());
    }

    private static long unread(GreenMail mails) throws Exception {
        long unread = 0;
        for (var message : mails.getManagers()
                .getImapHostManager()
                .getInbox(mails.getUserManager().getUser("hub"))
                .getMessages()) {
            unread += message.getFlags().contains(Flags.Flag.SEEN) ? 0 : 1;
        }
        return unread;
    }

    private static void deliver(GreenMailUser mailbox, Member member) throws Exception {
        String mail = "From: tests@example.org\nMessage-ID: <%s@example.org>\nContent-Type: application/cap+xml\n\n%s"
                .formatted(member.id(), Crowd.xml(member));
        mailbox.deliver(new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(UTF_8))));
    }

    private void amqp(Member member, String... more) {
        OutsideClient.PROTON.required();
        List<String> arguments = new ArrayList<>(List.of(
                "src/test/resources/clients/amqp-send.py",
                Integer.toString(amqpPort),
                "incident",
                "incident-password",
                "incidents",
                "data"));
        arguments.addAll(List.of(more));
        OutsideClient.PROTON.run(Crowd.xml(member), arguments.toArray(String[]::new));
    }

    private void stomp(Member member, String header) throws IOException {
        try (StompLine line = new StompLine(stompPort)) {
            line.connect("incident", "incident-password")
                    .write("SEND\ndestination:incidents\nreceipt:1\n" + header + "\n" + Crowd.xml(member) + "\0");
            assertThat(line.answer()).startsWith("RECEIPT");
        }
    }
}
