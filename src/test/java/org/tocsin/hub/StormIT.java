package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.Person;
import org.tocsin.testing.ShippedBrake;

/** A source gone wild, as the phone and the people on duty see it, with the brake as it is shipped. */
class StormIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String TOPIC = "storm";
    private static final int MANY = 20_000;
    private static final int CAUSES = 20;

    private static KafkaServer kafka;
    private static Hub hub;

    @BeforeAll
    static void start() {
        kafka = new KafkaServer(2, TOPIC);
        hub = Hub.start(
                SimulatorSettings.defaults(),
                Stream.concat(
                                Stream.of(ShippedBrake.arguments()),
                                Stream.of(kafka.arguments("--tocsin.kafka.topics=" + TOPIC)))
                        .toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        hub.close();
        kafka.close();
    }

    private static JsonNode json(String body) throws IOException {
        return new ObjectMapper().readTree(body);
    }

    private static JsonNode cause(String event) throws IOException {
        return json(hub.get("/api/storms", Hub.OPERATOR_KEY).body())
                .path("causes")
                .valueStream()
                .filter(cause -> cause.path("event").asText().equals(event))
                .findFirst()
                .orElseThrow();
    }

    private static long stormsTold() {
        return count("alert where identifier like 'duty-storm-%'");
    }

    private static long count(String from) {
        return hub.jdbc().queryForObject("select count(*) from " + from, Long.class);
    }

    @Test
    void aStormIsTenMessagesAndOneNoticeAndAnExtremeOneGoesThroughUntilAPersonDecides() throws Exception {
        Person person = Person.of(hub);
        long told = stormsTold();
        long held = count("duty_notice where kind = 'held'");
        for (int i = 0; i < 25; i++) {
            assertThat(hub.postAlert(Cap.named(UUID.randomUUID().toString(), "Flood", "Gauge " + i, person.id()))
                            .statusCode())
                    .isEqualTo(202);
        }
        hub.postAlert(Cap.alert("Flood", person.id()).replace("\"Severe\"", "\"Extreme\""));

        await().atMost(LONG).until(() -> person.whatsApp().size() == 11);
        await().atMost(LONG).until(() -> stormsTold() == told + 1);
        JsonNode cause = cause("Flood");
        assertThat(cause.path("waiting").asLong()).isEqualTo(15);
        assertThat(count("duty_notice where kind = 'held'")).isEqualTo(held);

        String decided = hub.post(
                        "/api/storms/" + cause.path("id").asText() + "/release",
                        Hub.OPERATOR_KEY,
                        "application/json",
                        "{\"through\": \"" + cause.path("newest").asText() + "\"}")
                .body();

        assertThat(json(decided).path("done").asLong()).isEqualTo(15);
        await().atMost(LONG).until(() -> person.whatsApp().size() == 26);
        assertThat(stormsTold()).isEqualTo(told + 1);
    }

    /** A fiftieth of the benchmark's million (StormTrial), at the same rates. */
    @Test
    void anExtremeOneByMqttIsAtTheProviderInTimeWhileThousandsOfMinorOnesByKafkaBecomeTheirFewCauses() {
        String siren = UUID.randomUUID().toString().substring(0, 8);
        Instant begun = Instant.now();
        for (int i = 0; i < MANY; i++) {
            int cause = i % CAUSES;
            String alert = Cap.from(
                            "storm@example.org",
                            "storm-" + i,
                            Cap.now(),
                            "Cause " + cause,
                            "Noise " + cause + "." + i / CAUSES % 5,
                            "duty")
                    .replace("\"Severe\"", "\"Minor\"");
            kafka.send(TOPIC, null, alert.getBytes(StandardCharsets.UTF_8), Map.of());
        }
        await().atMost(LONG).until(() -> kafka.committed("tocsin", TOPIC) >= MANY / 2);
        Instant published = Instant.now();
        hub.publish("sensors/siren/flood-" + siren, "{\"level\": 6.5}");
        long behind = MANY - kafka.committed("tocsin", TOPIC);

        Instant called = await().atMost(LONG)
                .until(
                        () -> hub.simulator.whatsApp().journal().all().stream()
                                .filter(sent -> (sent.text() + sent.params()).contains(siren))
                                .map(Sent::at)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(behind).as("in the middle of the storm").isPositive();
        assertThat(Duration.between(published, called)).isLessThan(Duration.ofSeconds(5));

        kafka.flush();
        await().atMost(LONG).until(() -> kafka.committed("tocsin", TOPIC) == MANY);
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select sum(accepted) + sum(held) + sum(grouped) + sum(silent) + sum(again) + sum(refused)"
                                        + " from intake_count where source = 'kafka-triggers'",
                                Long.class))
                .isEqualTo(MANY);
        assertThat(hub.jdbc()
                        .queryForList(
                                "select event || ': ' || (passed + held + grouped) from storm_cause"
                                        + " where source = 'kafka-triggers'",
                                String.class))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, CAUSES)
                        .mapToObj(cause -> "Cause " + cause + ": " + MANY / CAUSES)
                        .toList());
        long minutes = Duration.between(begun, Instant.now()).toMinutes() + 1;
        assertThat(count("alert where source = 'kafka-triggers' and state <> 'HELD'"))
                .as("fifty a minute go their way")
                .isBetween(50L, 50 * minutes);
    }

    @Test
    void aThousandIdenticalOnesAreOneMessageAndACancelOfTheLastIsToldToThoseOfTheFirst() throws Exception {
        Person person = Person.of(hub);
        String last = "";
        String sent = Cap.now();
        for (int i = 0; i < 1_000; i++) {
            last = UUID.randomUUID().toString();
            String body = hub.postAlert(
                            Cap.from("tests@example.org", last, sent, "Outage", "Pump 7 stands still", person.id()))
                    .body();
            assertThat(json(body).path("state").asText()).isEqualTo(i == 0 ? "PLANNING" : "GROUPED");
        }
        await().atMost(LONG).until(() -> person.whatsApp().size() == 1);

        hub.postAlert(Cap.cancel("tests@example.org", UUID.randomUUID().toString(), "tests@example.org", last, sent));

        await().atMost(LONG).until(() -> person.whatsApp().size() == 2);
        assertThat(hub.jdbc().queryForObject("select sum(grouped) from intake_count where source = 'api'", Long.class))
                .isEqualTo(999);
    }
}
