package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Hub;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.Person;

/**
 * Debian's Alertmanager, which repeats what fires every second, with the mapping as shipped and a token of its own: one
 * message when it fires, none for all its reminders, one when it is over.
 */
class AlertmanagerIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String TOKEN = "alertmanager-token-of-the-tests";

    private static Hub hub;
    private static Process alertmanager;
    private static Path folder;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        OutsideClient.ALERTMANAGER.required();
        folder = Files.createTempDirectory("alertmanager");
        Path events = folder.resolve("events.yaml");
        Files.writeString(
                events, Files.readString(Path.of("config/events.yaml")).replace("[staff]", "[tests]"));
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.intake.events=" + events,
                "--tocsin.hooks.alertmanager.proof=token",
                "--tocsin.hooks.alertmanager.secrets=" + TOKEN);
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route:
                  receiver: tocsin
                  group_by: [job]
                  group_wait: 100ms
                  group_interval: 1s
                  repeat_interval: 1s
                receivers:
                  - name: tocsin
                    webhook_configs:
                      - url: %s
                        send_resolved: true
                        http_config: {authorization: {credentials: %s}}
                """.formatted(hub.url("/hooks/alertmanager"), TOKEN));
        port = freePort();
        alertmanager = OutsideClient.ALERTMANAGER.start(
                folder.resolve("out"),
                "--config.file=" + folder.resolve("alertmanager.yml"),
                "--storage.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=");
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> hub.send(HttpRequest.newBuilder(URI.create(alertmanager("/-/ready"))))
                                .statusCode()
                        == 200);
    }

    @AfterAll
    static void stop() {
        if (alertmanager != null) {
            alertmanager.destroyForcibly();
        }
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void oneMessageWhenItFiresNoneForItsRemindersAndOneWhenItIsOver() throws Exception {
        Person person = Person.of(hub);
        Instant began = Instant.now();

        fire("DiskFull", began, null);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        Instant first = lastSeen("DiskFull");
        await().atMost(LONG).until(() -> lastSeen("DiskFull").isAfter(first.plusSeconds(4)));
        assertThat(person.whatsApp()).as("after reminders").hasSize(1);

        // A second alert of the same group: each of the two is an incident of its own.
        fire("DiskSlow", began, null);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 2);

        fire("DiskFull", began, Instant.now());
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 3);
        Instant slow = lastSeen("DiskSlow");
        await().atMost(LONG).until(() -> lastSeen("DiskSlow").isAfter(slow.plusSeconds(3)));

        List<Sent> sent = person.whatsApp();
        assertThat(sent).as("nothing more while DiskSlow goes on").hasSize(3);
        assertThat(words(sent.get(0))).contains("DiskFull: Disk of db1 is full");
        assertThat(words(sent.get(1))).contains("DiskSlow: Disk of db1 is full");
        assertThat(words(sent.get(2))).contains("Resolved: DiskFull Disk of db1 is full");

        fire("DiskFull", Instant.now(), null);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 4);
        assertThat(hub.jdbc()
                        .queryForList(
                                "select msg_type || ':' || state from alert where source = 'hook:alertmanager'"
                                        + " and cap like '%DiskFull%' order by id",
                                String.class))
                .as("a new firing is a new episode")
                .startsWith("Alert:SUPERSEDED")
                .hasSize(3);
        assertThat(hub.jdbc().queryForObject("select count(*) from parked", Long.class))
                .isZero();
    }

    private static String words(Sent sent) {
        return sent.text() + " " + sent.params();
    }

    /** When the hub last heard of it. */
    private static Instant lastSeen(String alert) {
        return hub.jdbc()
                .queryForObject(
                        "select max(i.last_seen_at) from incident i join alert a on a.incident_key ="
                                + " substring(i.key from position('event|' in i.key)) where a.cap like ?",
                        java.time.OffsetDateTime.class,
                        "%" + alert + "%")
                .toInstant();
    }

    private static void fire(String alert, Instant began, @org.jspecify.annotations.Nullable Instant ended) {
        String json = """
                [{"labels": {"alertname": "%s", "job": "node", "instance": "db1:9100", "severity": "critical"},
                  "annotations": {"summary": "Disk of db1 is full"},
                  "startsAt": "%s"%s,
                  "generatorURL": "http://prometheus.example.org/graph"}]
                """.formatted(alert, began, ended == null ? "" : ", \"endsAt\": \"" + ended + "\"");
        assertThat(hub.send(HttpRequest.newBuilder(URI.create(alertmanager("/api/v2/alerts")))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json)))
                        .statusCode())
                .isEqualTo(200);
    }

    private static String alertmanager(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
