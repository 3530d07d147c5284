package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** Nobody listens on a provider's port, or the one SMPP session is cut: that is for everybody, so these run alone. */
@Isolated
class ProviderCutsConnectionsIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(6);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
    }

    @BeforeEach
    void bound() {
        await().atMost(LONG).until(() -> hub.simulator.smsc().binds() > 0);
    }

    @AfterEach
    void listenAgain() {
        hub.simulator.whatsApp().refuseConnections(false);
        hub.simulator.smsc().refuseConnections(false);
    }

    @Test
    void whatsAppRefusesTheConnection() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().refuseConnections(true);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.sms()).hasSize(1);
            assertThat(person.whatsApp()).isEmpty();
            assertThat(person.mail()).isEmpty();
        });
    }

    @Test
    void theSmscRefusesTheConnection() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().refuseConnections(true);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        hub.simulator.smsc().refuseConnections(false);
        staysSo(() -> {
            assertThat(person.mail()).hasSize(1);
            assertThat(person.sms()).isEmpty();
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theSmscCutsTheSession(String how, SmscFault fault) {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().fault(person.phone(), fault);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        staysSo(() -> {
            assertThat(person.mail()).as("e-mail after the SMSC: " + how).hasSize(1);
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.smsOnPhone()).isLessThanOrEqualTo(1);
        });
    }

    static Stream<Arguments> theSmscCutsTheSession() {
        return Stream.of(
                Arguments.of("resets after reading", new SmscFault.Reset(false)),
                Arguments.of("resets after accepting", new SmscFault.Reset(true)),
                Arguments.of("unbinds instead of answering", new SmscFault.Unbound(false)));
    }

    private static void send(String event, Person person) {
        var answer = hub.postAlert(Cap.alert(event, person.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }
}
