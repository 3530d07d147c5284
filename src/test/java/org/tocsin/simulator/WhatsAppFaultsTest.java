package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of each fault, and what the journal says of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhatsAppFaultsTest {
    private static final String TO = "+33612345678";
    private static final String OTHER = "+33687654321";

    private Simulator simulator;
    private Caller caller;

    @BeforeAll
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults());
        caller = new Caller(simulator);
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    @AfterEach
    void heal() {
        simulator.clearFaults();
        simulator.clearJournals();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(Fault.refused(1, 500), 500, 1),
                arguments(Fault.refused(2), 503, 2),
                arguments(Fault.refused(131000), 500, 131000),
                arguments(Fault.refused(131016), 500, 131016),
                arguments(Fault.refused(130429), 400, 130429),
                arguments(Fault.refused(131056), 400, 131056),
                arguments(Fault.refused(131026), 400, 131026),
                arguments(Fault.refused(131047), 400, 131047),
                arguments(Fault.refused(999999), 400, 999999),
                arguments(Fault.refused(190), 401, 190),
                arguments(Fault.refused(131031), 403, 131031),
                arguments(Fault.refused(131042), 400, 131042),
                arguments(Fault.refused(132015), 400, 132015),
                arguments(Fault.refused(132001), 404, 132001));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsAnErrorOfMetaAndNothingIsAccepted(Fault fault, int status, int code) throws Exception {
        simulator.whatsApp().fault(TO, fault);

        Caller.Answer answer = caller.send(Caller.template(TO, "k"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().at("/error/error_data/messaging_product").asText())
                .isEqualTo("whatsapp");
        assertThat(answer.simulated()).isTrue();
        assertJournal(false);
        assertThat(caller.send(Caller.template(OTHER, "k")).status()).isEqualTo(200);
    }

    static Stream<Arguments> brokenExchanges() {
        return Stream.of(
                arguments(new Fault.Silent(false), false, HttpTimeoutException.class),
                arguments(new Fault.Silent(true), true, HttpTimeoutException.class),
                arguments(new Fault.Reset(Fault.Moment.AFTER_READING), false, IOException.class),
                arguments(Fault.lostResponse(), true, IOException.class),
                arguments(new Fault.Garbled(Fault.Body.CUT, true), true, IOException.class),
                arguments(new Fault.Garbled(Fault.Body.CUT, false), false, IOException.class));
    }

    @ParameterizedTest
    @MethodSource("brokenExchanges")
    void aBrokenExchangeTellsTheClientNothing(Fault fault, boolean accepted, Class<?> seen) throws Exception {
        simulator.whatsApp().fault(TO, fault);

        assertThatThrownBy(() -> caller.send(Caller.template(TO, "k"))).isInstanceOf(seen);

        assertJournal(accepted);
        assertThat(caller.send(Caller.template(OTHER, "k")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGarbledAnswerHasStatus200(boolean accepted) throws Exception {
        for (Fault.Body body :
                List.of(Fault.Body.TRUNCATED, Fault.Body.EMPTY, Fault.Body.HTML, Fault.Body.WITHOUT_ID)) {
            simulator.clearJournals();
            simulator.whatsApp().fault(TO, new Fault.Garbled(body, accepted));

            Caller.Answer answer = caller.send(Caller.template(TO, "k"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("wamid.");
            assertJournal(accepted);
        }
    }

    @Test
    void anErrorPageIsHtml() throws Exception {
        simulator.whatsApp().fault(TO, new Fault.ErrorPage(502));

        Caller.Answer answer = caller.send(Caller.template(TO, "k"));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).startsWith("<!DOCTYPE html>");
        assertJournal(false);
    }

    @Test
    void aResetBeforeReadingLeavesNoTraceInTheJournal() {
        simulator.whatsApp().faultForAll(new Fault.Reset(Fault.Moment.BEFORE_READING));

        assertThatThrownBy(() -> caller.send(Caller.template(TO, "k"))).isInstanceOf(IOException.class);

        assertThat(simulator.whatsApp().journal().attempts()).isZero();
    }

    @Test
    void refusedConnectionsAreRefusedUntilItListensAgain() throws Exception {
        int port = simulator.whatsApp().port();
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);

        simulator.whatsApp().refuseConnections(true);
        assertThatThrownBy(() -> caller.send(Caller.template(TO, "k"))).isInstanceOf(ConnectException.class);
        assertThat(caller.control("GET", "/counts", null).status()).isEqualTo(200);

        simulator.whatsApp().refuseConnections(false);
        assertThat(simulator.whatsApp().port()).isEqualTo(port);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);
    }

    @Test
    void heldIsSaidInTheAnswer() throws Exception {
        simulator.whatsApp().fault(TO, new Fault.Held(Duration.ofHours(1), false));

        Caller.Answer answer = caller.send(Caller.template(TO, "k"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.messageStatus()).isEqualTo("held_for_quality_assessment");
        Sent sent = simulator.whatsApp().journal().messagesTo(TO).get(0);
        assertThat(sent.acceptedByProvider()).isTrue();
        assertThat(sent.onPhone()).isFalse();
    }

    @Test
    void aLateAnswerComesLate() throws Exception {
        simulator.whatsApp().fault(TO, new Fault.Late(Duration.ofMillis(300), false));
        long before = System.nanoTime();

        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aFaultForAFewTimesHealsByItself() throws Exception {
        simulator.whatsApp().faults().forRecipient(TO, 2, Fault.refused(131016));

        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(500);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(500);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);
    }

    @Test
    void oneMayBeHealthyWhileAllOthersAreNot() throws Exception {
        simulator.whatsApp().faultForAll(Fault.refused(131042));
        simulator.whatsApp().fault(OTHER);

        assertThat(caller.send(Caller.template(TO, "k")).code()).isEqualTo(131042);
        assertThat(caller.send(Caller.template(OTHER, "k")).status()).isEqualTo(200);
    }

    private void assertJournal(boolean accepted) {
        List<Sent> messages = simulator.whatsApp().journal().messagesTo(TO);
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).acceptedByProvider()).isEqualTo(accepted);
        assertThat(messages.get(0).onPhone()).isEqualTo(accepted);
        assertThat(messages.get(0).afterFault()).isNotNull();
    }
}
