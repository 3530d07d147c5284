package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jsmpp.InvalidResponseException;
import org.jsmpp.extra.NegativeResponseException;
import org.jsmpp.extra.ResponseTimeoutException;
import org.jsmpp.util.DeliveryReceiptState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SmscSimulatorTest {
    private static final String TO = "33612345678";
    private static final String OTHER = "33687654321";

    private Simulator simulator;
    private Esme esme;

    private void start(SimulatorSettings settings) throws IOException {
        simulator = Simulator.start(settings.withSmsReceiptAfter(Duration.ofMillis(20))
                .withRetryGaps(Duration.ofMillis(50), Duration.ofMillis(50)));
        esme = new Esme(simulator.smsc().port(), "tocsin", "simsmsc");
    }

    @AfterEach
    void stop() {
        if (esme != null) {
            esme.close();
        }
        simulator.close();
    }

    private List<Sent> to(String number) {
        return simulator.smsc().journal().messagesTo(number);
    }

    @ParameterizedTest
    @CsvSource({"tocsin, wrong", "stranger, simsmsc"})
    void onlyTheRightAccountMayBind(String systemId, String password) throws IOException {
        start(SimulatorSettings.defaults());

        assertThatThrownBy(() -> new Esme(simulator.smsc().port(), systemId, password))
                .isInstanceOf(IOException.class);
        assertThat(simulator.smsc().binds()).isEqualTo(1);
    }

    @Test
    void aMessageStandsInTheJournalAndItsReceiptNamesItsId() throws Exception {
        start(SimulatorSettings.defaults());

        String id = esme.submit(TO, 0, "Flood at 5".getBytes(StandardCharsets.US_ASCII));

        Sent sent = to("+" + TO).get(0);
        assertThat(sent.text()).isEqualTo("Flood at 5");
        assertThat(sent.providerId()).isEqualTo(id);
        assertThat(sent.params())
                .containsEntry("source", "TOCSIN")
                .containsEntry("parts", "1")
                .containsEntry("validity_period", "000001000000000R");
        assertThat(sent.onPhone()).isTrue();
        await().until(() -> esme.receipts().size() == 1);
        assertThat(esme.receipts().get(0))
                .matches(
                        "id:" + id
                                + " sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:Flood at 5");
    }

    @ParameterizedTest
    @CsvSource({"0x0B", "0x45", "0x08", "0x58"})
    void aRejectionIsACommandStatus(String status) throws Exception {
        start(SimulatorSettings.defaults());
        int code = Integer.decode(status);
        simulator.smsc().fault("+" + TO, SmscFault.rejected(code));

        assertThatThrownBy(() -> esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOfSatisfying(NegativeResponseException.class, e -> assertThat(e.getCommandStatus())
                        .isEqualTo(code));
        assertThat(to(TO)).singleElement().matches(sent -> !sent.acceptedByProvider() && !sent.onPhone());
        esme.submit(OTHER, 0, "x".getBytes(StandardCharsets.US_ASCII));
    }

    static Stream<Arguments> brokenLinks() {
        return Stream.of(
                arguments(new SmscFault.Silent(false), false, true),
                arguments(new SmscFault.Silent(true), true, true),
                arguments(new SmscFault.Reset(false), false, false),
                arguments(new SmscFault.Reset(true), true, false),
                arguments(new SmscFault.Unbound(false), false, false),
                arguments(new SmscFault.Unbound(true), true, false));
    }

    @ParameterizedTest
    @MethodSource("brokenLinks")
    void aBrokenLinkTellsTheClientNothing(SmscFault fault, boolean accepted, boolean stillBound) throws Exception {
        start(SimulatorSettings.defaults());
        simulator.smsc().fault(TO, fault);

        assertThatThrownBy(() -> esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOfAny(ResponseTimeoutException.class, IOException.class, InvalidResponseException.class);

        assertThat(to(TO)).singleElement().matches(sent -> sent.acceptedByProvider() == accepted);
        await().until(() -> simulator.smsc().binds() == (stillBound ? 1 : 0));
        if (accepted && !stillBound) {
            try (Esme again = new Esme(simulator.smsc().port(), "tocsin", "simsmsc")) {
                await().until(() -> again.receipts().size() == 1);
            }
        }
    }

    @Test
    void anAcceptedMessageMayNeverGetAReceipt() throws Exception {
        start(SimulatorSettings.defaults());
        simulator.smsc().fault(TO, SmscFault.noReceipt());

        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));
        esme.submit(OTHER, 0, "other".getBytes(StandardCharsets.US_ASCII));

        await().until(() -> esme.receipts().size() == 1);
        assertThat(esme.receipts().get(0)).endsWith("text:other");
        assertThat(to(TO)).singleElement().matches(Sent::onPhone);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNDELIV", "EXPIRED", "REJECTD"})
    void aReceiptMayTellOfAFailure(DeliveryReceiptState state) throws Exception {
        start(SimulatorSettings.defaults());
        simulator.smsc().fault(TO, SmscFault.receipt(state));

        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));

        await().until(() -> esme.receipts().size() == 1);
        assertThat(esme.receipts().get(0)).contains("dlvrd:000").contains("stat:" + state + " err:001");
        assertThat(to(TO)).singleElement().matches(sent -> sent.acceptedByProvider() && !sent.onPhone());
    }

    @Test
    void aReceiptMayOvertakeTheResponse() throws Exception {
        start(SimulatorSettings.defaults());
        simulator.smsc().fault(TO, SmscFault.receiptBeforeResponse());

        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));

        assertThat(esme.receipts()).hasSize(1);
    }

    @Test
    void aReceiptMayComeTwice() throws Exception {
        start(SimulatorSettings.defaults());
        simulator.smsc().fault(TO, SmscFault.duplicatedReceipt());
        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> esme.receipts().size() == 2);
    }

    @ParameterizedTest
    @CsvSource({"OK", "'Où est-ce, 😀?'"})
    void peopleAnswerToTheSenderTheyKnow(String text) throws Exception {
        start(SimulatorSettings.defaults());
        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));

        simulator.smsc().reply("+" + TO, text);

        await().until(() -> esme.answers().size() == 1);
        assertThat(esme.answers().get(0)).isEqualTo(TO + ">TOCSIN " + text);
    }

    @Test
    void whatCannotBeDeliveredWaitsForTheNextBind() throws Exception {
        start(SimulatorSettings.defaults());
        esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> esme.receipts().size() == 1);
        simulator.smsc().dropBinds();
        await().until(() -> simulator.smsc().binds() == 0);

        simulator.smsc().reply(TO, "late");

        try (Esme again = new Esme(simulator.smsc().port(), "tocsin", "simsmsc")) {
            await().until(() -> again.answers().size() == 1);
        }
    }

    @Test
    void refusedConnectionsAreRefusedUntilItListensAgain() throws Exception {
        start(SimulatorSettings.defaults());
        int port = simulator.smsc().port();

        simulator.smsc().refuseConnections(true);
        // The kernel may still take a connection while the accepting thread ends.
        await().untilAsserted(() ->
                assertThatThrownBy(() -> new Esme(port, "tocsin", "simsmsc")).isInstanceOf(IOException.class));

        simulator.smsc().refuseConnections(false);
        try (Esme again = new Esme(port, "tocsin", "simsmsc")) {
            assertThat(again.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII)))
                    .isNotEmpty();
        }
    }

    @Test
    void threeThousandMessagesFromManyThreadsAllArriveWithoutThrottling() throws Exception {
        start(SimulatorSettings.defaults());
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Callable<String>> all = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                String to = Long.toString(33_600_000_000L + i);
                all.add(() -> esme.submit(to, 0, "smoke".getBytes(StandardCharsets.US_ASCII)));
            }
            long before = System.nanoTime();
            for (Future<String> each : threads.invokeAll(all)) {
                assertThat(each.get()).isNotEmpty();
            }
            long millis = (System.nanoTime() - before) / 1_000_000;
            System.out.println("smsc: 3000 messages in " + millis + " ms");
        } finally {
            threads.shutdownNow();
        }
        assertThat(simulator.smsc().journal().accepted()).isEqualTo(3000);
        await().atMost(Duration.ofSeconds(30)).until(() -> esme.receipts().size() == 3000);
    }
}
