package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.HostileSenders;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** A sensor that is not heard any more is on the phone of who is on duty, once; so is its return. */
class SilentSensorIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.intake.sensors=src/test/resources/sensors/heartbeat.yaml",
                "--tocsin.intake.expect-every.feed-never=20s",
                "--tocsin.duty.group=tests");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void whoIsOnDutyLearnsOfASilentSensorOnceAndOfItsReturn() throws Exception {
        Person duty = Person.of(hub, "en", "sms");
        HostileSenders sensor = new HostileSenders(hub, "nothing");
        sensor.mqtt("sensors/roof/pulse-1", "{\"level\": 1}");

        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse is silent") == 1);
        await().atMost(LONG).until(() -> said(duty, "feed-never is silent") == 1);
        assertThat(said(duty, "pulse-1 of sensor:pulse is silent")).isEqualTo(1);

        sensor.mqtt("sensors/roof/pulse-1", "{\"level\": 1}");
        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse is heard again") == 1);
        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse is silent") == 2);
        assertThat(said(duty, "feed-never is silent")).isEqualTo(1);
    }

    private static long said(Person person, String what) {
        return person.sms().stream().filter(sms -> sms.text().contains(what)).count();
    }
}
