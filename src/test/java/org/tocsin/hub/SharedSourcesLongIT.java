package org.tocsin.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.MqttServer;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;

/**
 * Two hubs, processes of their own, on one feed, one mailbox, and one shared subscription ($share) of an outside MQTT
 * broker: each entry, mail and message is on the phone of its person once. The one that reads the mailbox is killed, and
 * the other one goes on with all three.
 */
class SharedSourcesLongIT {
    private static final String MQTT_PASSWORD = "mqtt-password-of-the-tests";
    private static final String MAIL_PASSWORD = "mailbox-password-of-the-tests";
    private static final int EACH = 30;
    /** Of a feed in the middle of a poll, and some time to start anew; that of a mailbox is 20 s. */
    private static final Duration LEASE = Duration.ofSeconds(75);

    private final Crowd crowd = Crowd.of(2 * EACH);
    private final FeedServer feed = new FeedServer();
    private final StringBuilder entries = new StringBuilder();
    private GreenMailUser mailbox;

    @Test
    void eachEntryMailAndMessageIsOneAlertOnceAlsoWhenOneOfTheHubsIsKilled(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "imap").dynamicPort());
        mails.start();
        mailbox = mails.setUser("alerts@hub.example.org", "hub", MAIL_PASSWORD);
        build();
        try (MqttServer outside = new MqttServer(MQTT_PASSWORD);
                Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
                Replicas replicas = new Replicas(
                        simulator,
                        folder,
                        crowd,
                        2,
                        arguments(mails.getImap().getPort(), outside).toArray(String[]::new))) {
            outside.start();
            replicas.launch();
            assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                    .isTrue();
            eventually().until(() -> outside.subscribers("hubs") == 2);
            eventually()
                    .until(() -> count(replicas, "feed where baselined_at is not null") == 1
                            && count(replicas, "mailbox_lease") == 1);

            give(replicas.get(0), outside, 0, EACH);
            awaitOnPhones(simulator, EACH);
            for (int hub = 0; hub < 2; hub++) {
                assertThat(replicas.get(hub).output()).as("hub " + hub).contains("mqtt-outside: connected");
            }

            HubProcess reader = reader(replicas);
            give(reader, outside, EACH, EACH + EACH / 2);
            reader.kill();
            long killed = System.nanoTime();
            HubProcess other = reader == replicas.get(0) ? replicas.get(1) : replicas.get(0);
            give(other, outside, EACH + EACH / 2, 2 * EACH);
            awaitOnPhones(simulator, 2 * EACH);
            Duration gap = Duration.ofNanos(System.nanoTime() - killed);
            System.out.printf("SharedSourcesLongIT: everybody was told %d ms after the kill%n", gap.toMillis());
            assertThat(gap).isLessThan(LEASE);
            Settlement.nothingOpen(replicas.jdbc());

            assertThat(PhoneCount.ofOwn(crowd, simulator).repeats())
                    .as("told twice")
                    .isEmpty();
            assertThat(count(replicas, "alert where source <> 'hub'")).isEqualTo(2 * EACH);
            for (String source : List.of("feed-weather", "mail-alerts", "mqtt-outside")) {
                assertThat(count(replicas, "alert where source = '" + source + "'"))
                        .as(source)
                        .isEqualTo(2 * EACH / 3);
            }
            assertThat(count(replicas, "parked")).isZero();
        } finally {
            mails.stop();
            feed.close();
        }
    }

    private List<String> arguments(int imapPort, MqttServer outside) {
        return List.of(
                "--tocsin.feeds.weather.url=" + feed.url("/weather.xml"),
                "--tocsin.feeds.weather.period=1s",
                "--tocsin.feeds.weather.internal-hosts=127.0.0.1",
                "--tocsin.mail-in.alerts.host=127.0.0.1",
                "--tocsin.mail-in.alerts.port=" + imapPort,
                "--tocsin.mail-in.alerts.protocol=imap",
                "--tocsin.mail-in.alerts.username=hub",
                "--tocsin.mail-in.alerts.password=" + MAIL_PASSWORD,
                "--tocsin.mail-in.starttls=false",
                "--tocsin.mail-in.senders.mail-alerts=tests@example.org",
                "--tocsin.mqtt.broker-url=" + outside.url(),
                "--tocsin.mqtt.topics=$share/hubs/plant/#",
                "--tocsin.mqtt.username=" + MqttServer.USER,
                "--tocsin.mqtt.password=" + MQTT_PASSWORD);
    }

    /** By feed, mailbox and MQTT in turn, without a pause to speak of. */
    private void give(HubProcess hub, MqttServer outside, int from, int to) throws Exception {
        for (int n = from; n < to; n++) {
            Member member = crowd.get(n);
            switch (n % 3) {
                case 0 -> {
                    feed.put("/cap/" + n + ".xml", "application/cap+xml", Crowd.xml(member));
                    entries.append("<item><title>Warning</title><guid>entry-%d</guid><link>%s</link></item>"
                            .formatted(n, feed.url("/cap/" + n + ".xml")));
                    build();
                }
                case 1 -> deliver(member);
                default -> outside.publish("plant/alerts", Crowd.xml(member), false, Map.of());
            }
            hub.letLive(Duration.ofMillis(50));
        }
    }

    private void build() {
        feed.put(
                "/weather.xml",
                "application/rss+xml",
                "<rss version=\"2.0\"><channel><title>Warnings</title>" + entries + "</channel></rss>");
    }

    private void deliver(Member member) throws Exception {
        String mail = "From: tests@example.org\nMessage-ID: <%s@example.org>\nContent-Type: application/cap+xml\n\n%s"
                .formatted(member.id(), Crowd.xml(member));
        mailbox.deliver(new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(UTF_8))));
    }

    /** The hub that has the mailbox. */
    private static HubProcess reader(Replicas replicas) throws Exception {
        String owner = replicas.jdbc().queryForObject("select owner from mailbox_lease", String.class);
        for (int hub = 0; hub < 2; hub++) {
            if (Files.readString(replicas.get(hub).folder.resolve("hub-id"))
                    .strip()
                    .equals(owner)) {
                return replicas.get(hub);
            }
        }
        throw new IllegalStateException("nobody reads the mailbox");
    }

    private void awaitOnPhones(Simulator simulator, int first) {
        eventually().untilAsserted(() -> assertThat(
                        PhoneCount.ofOwn(crowd, simulator).lost(crowd.members().subList(0, first)))
                .isEmpty());
    }

    private static long count(Replicas replicas, String from) {
        Long count = replicas.jdbc().queryForObject("select count(*) from " + from, Long.class);
        return count == null ? -1 : count;
    }
}
