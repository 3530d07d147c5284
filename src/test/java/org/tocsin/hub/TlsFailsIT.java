package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.TlsDoor;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * WhatsApp over https with what can be wrong about TLS: certainly not sent, so the next rung, and exactly one message
 * there. {@code WhatsAppOverTlsTest} has each outcome, with a good certificate for comparison, and DNS.
 */
class TlsFailsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Longer than the ladder's retries and deadlines. */
    private static final Duration QUIET = Duration.ofSeconds(6);

    private static Simulator whatsApp;
    private static TlsDoor door;
    private static Hub hub;

    @BeforeAll
    static void start() {
        whatsApp = Simulator.start(SimulatorSettings.defaults());
        door = whatsApp.tls(0);
        hub = Hub.start(SimulatorSettings.defaults(), "--tocsin.whatsapp.base-url=" + door.baseUrl());
    }

    @AfterAll
    static void stop() {
        hub.close();
        whatsApp.close();
    }

    @Test
    void whateverIsWrongAboutTlsThePersonGetsOneSmsAndNothingElse() {
        List<Person> told = new ArrayList<>();
        for (TlsDoor.Mode mode : TlsDoor.Mode.values()) {
            // Nobody but the simulator knows the authority of the good certificate: to the hub it is a stranger's.
            door.mode(mode);
            Person person = Person.of(hub);
            var answer = hub.postAlert(Cap.alert("Flood", person.id()));
            assertThat(answer.statusCode()).isEqualTo(202);
            await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
            told.add(person);
            assertThat(hub.jdbc()
                            .queryForList(
                                    "select distinct a.state || ' ' || a.code from attempt a join recipient r on r.id = a.id / 32"
                                            + " join contact c on c.person_id = r.person_id"
                                            + " where c.ext_id = ? and a.channel = 'whatsapp'",
                                    String.class,
                                    person.id()))
                    .as("what the ledger says after " + mode)
                    .containsExactly("UNREACHABLE tls-handshake");
        }
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(() -> assertThat(told)
                .allSatisfy(person -> {
                    assertThat(person.sms()).hasSize(1);
                    assertThat(person.mail()).isEmpty();
                }));
        assertThat(whatsApp.whatsApp().journal().attempts())
                .as("nothing was written to WhatsApp, in plain text neither")
                .isZero();
    }
}
