package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;
import org.tocsin.testing.ShippedBrake;

/** A source gone wild, as the phone and the people on duty see it, with the brake as it is shipped. */
class StormIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.start(SimulatorSettings.defaults(), ShippedBrake.arguments());
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static JsonNode json(String body) throws IOException {
        return new ObjectMapper().readTree(body);
    }

    private static JsonNode cause() throws IOException {
        return json(hub.get("/api/storms", Hub.OPERATOR_KEY).body())
                .path("causes")
                .path(0);
    }

    @Test
    void aStormIsTenMessagesAndOneNoticeAndAnExtremeOneGoesThroughUntilAPersonDecides() throws Exception {
        Person person = Person.of(hub);
        for (int i = 0; i < 25; i++) {
            assertThat(hub.postAlert(Cap.named(UUID.randomUUID().toString(), "Flood", "Gauge " + i, person.id()))
                            .statusCode())
                    .isEqualTo(202);
        }
        hub.postAlert(Cap.alert("Flood", person.id()).replace("\"Severe\"", "\"Extreme\""));

        await().atMost(LONG).until(() -> person.whatsApp().size() == 11);
        await().atMost(LONG)
                .until(() -> hub.jdbc()
                                .queryForList("select 1 from alert where identifier like 'duty-storm-%'")
                                .size()
                        == 1);
        JsonNode cause = cause();
        assertThat(cause.path("waiting").asLong()).isEqualTo(15);
        assertThat(cause.path("event").asText()).isEqualTo("Flood");
        assertThat(hub.jdbc().queryForList("select 1 from duty_notice where kind = 'held'"))
                .isEmpty();

        String decided = hub.post(
                        "/api/storms/" + cause.path("id").asText() + "/release",
                        Hub.OPERATOR_KEY,
                        "application/json",
                        "{\"through\": \"" + cause.path("newest").asText() + "\"}")
                .body();

        assertThat(json(decided).path("done").asLong()).isEqualTo(15);
        await().atMost(LONG).until(() -> person.whatsApp().size() == 26);
        assertThat(hub.jdbc().queryForList("select 1 from alert where identifier like 'duty-storm-%'"))
                .hasSize(1);
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
