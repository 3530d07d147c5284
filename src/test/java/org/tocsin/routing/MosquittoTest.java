package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.DatabaseOutage;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.Mosquitto;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.Relay;

/**
 * An outside broker that many have, on a line that can be cut. The other cases of an outside broker are in {@link
 * MqttOutsideTest}.
 */
class MosquittoTest {
    private static final String CLIENT = "hub-1";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Mosquitto broker;
    private static Relay line;
    private static IntakeHub hub;

    @BeforeAll
    static void start() {
        OutsideClient.MOSQUITTO.required();
        broker = new Mosquitto();
        broker.start();
        line = new Relay(broker.port());
        hub = new IntakeHub(
                "--tocsin.mqtt.broker-url=tcp://127.0.0.1:" + line.port(),
                "--tocsin.mqtt.topics=plant/#",
                "--tocsin.mqtt.client-id=" + CLIENT);
        await().atMost(LONG).pollInterval(Duration.ofMillis(300)).until(() -> {
            String probe = "probe-" + UUID.randomUUID();
            broker.publish("plant/alerts", false, cap(probe));
            return hub.count("alert where identifier = '" + probe + "'") >= 1;
        });
    }

    @AfterAll
    static void close() {
        if (hub != null) {
            hub.close();
            line.close();
            broker.close();
        }
    }

    private final String name = UUID.randomUUID().toString();

    @Test
    void anAlarmAndItsEndThatAreBothSentAgainAreOneAlertAndItsEnd() {
        awaitDone();
        line.swallow(said -> (said[0] & 0xf0) == 0x40);
        broker.publish("plant/1/level", false, reading(4.2), reading(1.0));
        await().atMost(LONG).until(() -> line.swallowed() >= 2 && hub.count(over()) == 1);

        line.swallow(said -> false);
        line.cut();
        awaitDone();
        assertThat(hub.count(over())).isEqualTo(1);
        assertThat(alerts()).isEqualTo(1);

        broker.publish("plant/1/level", false, reading(4.2));
        await().atMost(LONG).until(() -> alerts() == 2);
    }

    private String over() {
        return "incident where not open and episode = 1 and key like '%" + name + "%'";
    }

    @Test
    void whatWasTakenAndNotConfirmedIsSentAgainAndIsOneAlert() {
        awaitDone();
        line.swallow(said -> (said[0] & 0xf0) == 0x40);
        broker.publish("plant/1/level", false, reading(4.2), reading(4.3));
        broker.publish("plant/alerts", false, cap(name));
        await().atMost(LONG).until(() -> hub.count("alert where identifier = '" + name + "'") == 1);
        await().atMost(LONG).until(() -> line.swallowed() >= 3);

        line.swallow(said -> false);
        line.cut();
        awaitDone();

        assertThat(alerts()).isEqualTo(1);
        assertThat(hub.count("alert where identifier = '" + name + "'")).isEqualTo(1);
    }

    @Test
    void aRetainedReadingIsOneAlertAtEachNewSessionAlsoWhenItIsOver() {
        broker.publish("plant/2/level", true, reading(4.2));
        await().atMost(LONG).until(() -> alerts() == 1);
        broker.forget(CLIENT);
        awaitDone();
        assertThat(alerts()).as("while it goes on").isEqualTo(1);

        broker.publish("plant/2/level", false, reading(1.0));
        awaitDone();
        broker.forget(CLIENT);
        awaitDone();
        assertThat(alerts()).as("when it is over").isEqualTo(1);

        broker.publish("plant/2/level", false, reading(4.2));
        await().atMost(LONG).until(() -> alerts() == 2);
    }

    @Test
    void aBrokerThatGoesAwayWhileTheDatabaseIsAwayKeepsWhatItHasAndIsFoundAgain() {
        awaitDone();
        try (DatabaseOutage outage = DatabaseOutage.of(hub.database)) {
            broker.publish("plant/alerts", false, many(15));
            broker.stop();
            broker.start();
        }

        await().atMost(LONG).until(() -> hub.count("alert where identifier like '" + name + "%'") == 15);
    }

    @Test
    void aLineThatIsCutAgainAndAgainLosesNothingAndDoublesNothing() {
        for (int i = 0; i < 10; i++) {
            String[] readings = IntStream.range(5 * i, 5 * i + 5)
                    .mapToObj(n -> "{\"gauge\": \"" + name + "-" + n + "\", \"level\": 4." + n + "}")
                    .toArray(String[]::new);
            broker.publish("plant/4/level", false, readings);
            int taken = 5 * i + 1;
            // In the middle of them, and connected again before the next.
            await().atMost(LONG).until(() -> alerts() >= taken);
            line.cut();
        }

        await().atMost(LONG).until(() -> alerts() >= 50);
        awaitDone();
        assertThat(alerts()).isEqualTo(50);
        assertThat(hub.count("incident where episode = 1 and key like '%" + name + "%'"))
                .isEqualTo(50);
    }

    /** What is sent now arrives, and so did all before it. */
    private static void awaitDone() {
        String last = "last-" + UUID.randomUUID();
        await().atMost(LONG).pollInterval(Duration.ofMillis(300)).until(() -> {
            broker.publish("plant/alerts", false, cap(last));
            // Two, if they are of two seconds.
            return hub.count("alert where identifier = '" + last + "'") >= 1;
        });
    }

    private long alerts() {
        return hub.count("alert where incident_key like '%" + name + "%'");
    }

    private String reading(double level) {
        return "{\"gauge\": \"" + name + "\", \"level\": " + level + "}";
    }

    private String[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> cap(name + i)).toArray(String[]::new);
    }

    private static String cap(String identifier) {
        return """
                {"identifier": "%s", "sender": "desk@example.org", "sent": "%s", "status": "Actual",
                 "msgType": "Alert", "scope": "Private", "addresses": "flood-zone-a",
                 "info": {"category": "Met", "event": "Flood", "urgency": "Immediate", "severity": "Severe",
                          "certainty": "Observed", "headline": "Water rises"}}
                """.formatted(identifier, OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME));
    }
}
