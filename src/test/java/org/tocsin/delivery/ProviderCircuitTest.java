package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.delivery.CircuitRows.Row;
import org.tocsin.delivery.ProviderCircuit.State;

/** What one hub makes of what it sees: 3 answers "unusable" in a row, half of 10 calls, 8 of 10 silent; trials of 3. */
class ProviderCircuitTest {
    private static final DeliveryOutcome TAKEN = new DeliveryOutcome.Accepted(null);
    private static final DeliveryOutcome DOWN = new DeliveryOutcome.ChannelDown("131031");
    private static final DeliveryOutcome UNREACHABLE = new DeliveryOutcome.Unreachable("connect-refused");
    private static final DeliveryOutcome UNKNOWN = new DeliveryOutcome.Unconfirmed("read-timeout");
    private static final DeliveryOutcome THROTTLED = new DeliveryOutcome.Throttled("130429", Duration.ofSeconds(1));
    private static final DeliveryOutcome REJECTED = new DeliveryOutcome.Rejected("131026", true);
    private static final DeliveryOutcome WRONG = new DeliveryOutcome.Misconfigured("100");

    private final ProviderCircuit circuit = new ProviderCircuit("whatsapp", "1234", settings());
    private int rows;

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(List.of(DOWN, DOWN), State.CLOSED),
                Arguments.of(List.of(DOWN, DOWN, DOWN), State.OPEN),
                Arguments.of(List.of(DOWN, DOWN, TAKEN, DOWN, DOWN), State.CLOSED),
                Arguments.of(List.of(DOWN, DOWN, REJECTED, DOWN), State.CLOSED),
                Arguments.of(times(9, UNREACHABLE), State.CLOSED),
                Arguments.of(times(10, UNREACHABLE), State.OPEN),
                Arguments.of(times(10, UNKNOWN), State.OPEN),
                Arguments.of(and(times(6, TAKEN), times(5, UNREACHABLE)), State.CLOSED),
                Arguments.of(and(times(5, TAKEN), times(5, UNREACHABLE)), State.OPEN),
                // All that came since are failures, however many good answers the minute has had.
                Arguments.of(and(times(100, TAKEN), times(10, UNREACHABLE)), State.OPEN),
                Arguments.of(
                        and(times(100, TAKEN), and(times(9, UNKNOWN), and(times(1, TAKEN), times(9, UNKNOWN)))),
                        State.CLOSED),
                // An answer about a person is an answer.
                Arguments.of(times(50, REJECTED), State.CLOSED),
                Arguments.of(times(50, THROTTLED), State.CLOSED),
                Arguments.of(times(50, WRONG), State.CLOSED),
                Arguments.of(and(times(9, UNREACHABLE), times(50, THROTTLED)), State.CLOSED));
    }

    @ParameterizedTest
    @MethodSource
    void answers(List<DeliveryOutcome> seen, State state) {
        learn(seen);
        assertThat(circuit.effective()).isEqualTo(state);
        assertThat(circuit.permits(7)).isEqualTo(state == State.OPEN ? 0 : 7);
        assertThat(circuit.passes()).isEqualTo(state != State.OPEN);
    }

    @ParameterizedTest(name = "{1} of {0} silent, receipts seen before {2}: {3}")
    @CsvSource({"10, 8, true, OPEN", "10, 7, true, CLOSED", "9, 9, true, CLOSED", "10, 10, false, CLOSED"})
    void silence(long looked, long silent, boolean receiptsSeen, State state) {
        adopt(State.CLOSED, "", receiptsSeen, false);
        circuit.learnSilence(looked, silent);
        assertThat(circuit.effective()).isEqualTo(state);
    }

    @Test
    void theReasonIsTheProvidersCodeWithoutAnythingThatMayNotStandInALog() {
        learn(times(3, new DeliveryOutcome.ChannelDown("13\n1031")));
        assertThat(circuit.suspicion()).isEqualTo("13?1031");
    }

    @Test
    void whatTheRowSaysStopsEveryHub() {
        adopt(State.OPEN, "131031", false, false);
        assertThat(circuit.permits(5)).isZero();
        adopt(State.TRIAL, "131031", false, false);
        assertThat(circuit.permits(5)).as("the trial is another hub's").isZero();
        assertThat(circuit.isBroken()).isTrue();
        adopt(State.CLOSED, "131031", false, false);
        assertThat(circuit.permits(5)).isEqualTo(5);
    }

    @ParameterizedTest(name = "trial: {0}, {1}, {2}: succeeded {3}, failed {4}")
    @MethodSource
    void trials(DeliveryOutcome a, DeliveryOutcome b, DeliveryOutcome c, boolean succeeded, boolean failed) {
        beginTrial("131031");
        assertThat(circuit.permits(10)).isEqualTo(3);
        assertThat(circuit.permits(10)).isZero();
        learn(List.of(a, b, c));
        assertThat(circuit.trialSucceeded()).isEqualTo(succeeded);
        assertThat(circuit.breakerIsOpen()).isEqualTo(failed);
    }

    static Stream<Arguments> trials() {
        return Stream.of(
                Arguments.of(TAKEN, TAKEN, TAKEN, true, false),
                Arguments.of(TAKEN, REJECTED, UNREACHABLE, true, false),
                Arguments.of(TAKEN, UNREACHABLE, UNKNOWN, false, true),
                Arguments.of(TAKEN, TAKEN, DOWN, false, true),
                Arguments.of(TAKEN, TAKEN, THROTTLED, false, false));
    }

    @Test
    void aTrialMessageThatWasNotSentInTheEndLeavesItsPlaceToAnother() {
        beginTrial("131031");
        assertThat(circuit.permits(10)).isEqualTo(3);
        circuit.unused(2);
        assertThat(circuit.permits(10)).isEqualTo(2);
    }

    @Test
    void whatIsCertainlyNotSentGoesBackOnceItIsOpen() {
        assertThat(circuit.takesBack(DOWN)).isFalse();
        learn(times(3, DOWN));
        assertThat(circuit.takesBack(DOWN)).isTrue();
        assertThat(circuit.takesBack(UNREACHABLE)).isTrue();
        assertThat(circuit.takesBack(UNKNOWN)).as("it may have been sent").isFalse();
        assertThat(circuit.takesBack(REJECTED))
                .as("this person, not the provider")
                .isFalse();
    }

    @Test
    void aSenderThatIsUsedNoLongerBreaksNoChannel() {
        ProviderCircuits circuits = new ProviderCircuits(settings(), new SimpleMeterRegistry());
        circuits.known("whatsapp", "old")
                .adopt(new Row("whatsapp", "old", State.OPEN, "131031", at(), Duration.ZERO, null, false), false);
        assertThat(circuits.isBroken("whatsapp")).isFalse();
        circuits.of("whatsapp", "new");
        assertThat(circuits.isBroken("whatsapp")).isFalse();
        assertThat(circuits.of("whatsapp", "old").permits(1)).as("used again").isZero();
        assertThat(circuits.isBroken("whatsapp")).as("the other is sound").isFalse();
        learn(circuits.of("whatsapp", "new"), times(3, DOWN));
        assertThat(circuits.isBroken("whatsapp")).isTrue();
    }

    @Test
    void afterSilenceOnlyReceiptsCloseIt() {
        beginTrial(ProviderCircuit.SILENCE);
        assertThat(circuit.permits(10)).isEqualTo(3);
        learn(times(3, TAKEN));
        assertThat(circuit.trialSucceeded()).isFalse();
        circuit.learnTrial(2, 0);
        circuit.learnTrial(0, 1);
        assertThat(circuit.trialSucceeded()).isTrue();
    }

    @Test
    void afterClosingThePaceGrowsAndEndsWithTheChannelsOwn() {
        assertThat(circuit.pace(80)).isEqualTo(80);
        adopt(State.OPEN, "131031", false, false);
        adopt(new Row("whatsapp", "1234", State.CLOSED, "131031", at(), Duration.ofSeconds(1), null, false), false);
        assertThat(circuit.pace(80)).isBetween(20.0, 40.0);
        assertThat(circuit.pace(0)).isBetween(20.0, 40.0);
        adopt(new Row("whatsapp", "1234", State.CLOSED, "131031", at(), Duration.ofSeconds(11), null, false), false);
        assertThat(circuit.pace(80)).isEqualTo(80);
        assertThat(circuit.pace(1000)).isBetween(80.0, 160.0);
        adopt(new Row("whatsapp", "1234", State.CLOSED, "131031", at(), Duration.ofSeconds(61), null, false), false);
        assertThat(circuit.pace(0)).as("no limit").isZero();
    }

    @Test
    void theSampleOfASecondIsSmallAndForgetsTheOld() {
        ReceiptSample sample = new ReceiptSample();
        long second = 1_000_000_000L;
        IntStream.range(0, 1_000).forEach(n -> sample.offer(n, 100 * second));
        sample.offer(2_000, 150 * second);
        assertThat(sample.aged(170 * second, Duration.ofSeconds(30), Duration.ofMinutes(1)))
                .hasSize(50);
        assertThat(sample.aged(181 * second, Duration.ofSeconds(30), Duration.ofMinutes(1)))
                .hasSize(51);
        assertThat(sample.aged(200 * second, Duration.ofSeconds(30), Duration.ofMinutes(1)))
                .containsExactly(2_000L);
    }

    private void beginTrial(String reason) {
        adopt(State.OPEN, reason, true, false);
        adopt(State.TRIAL, reason, true, true);
    }

    private void adopt(State state, String reason, boolean receiptsSeen, boolean ours) {
        adopt(new Row("whatsapp", "1234", state, reason, at(), Duration.ZERO, null, receiptsSeen), ours);
    }

    private void adopt(Row row, boolean ours) {
        circuit.adopt(row, ours);
    }

    /** Each row another. */
    private Instant at() {
        return Instant.EPOCH.plusSeconds(rows++);
    }

    private void learn(List<DeliveryOutcome> seen) {
        learn(circuit, seen);
    }

    private static void learn(ProviderCircuit circuit, List<DeliveryOutcome> seen) {
        seen.forEach(outcome -> circuit.learn(1, outcome));
    }

    private static List<DeliveryOutcome> times(int number, DeliveryOutcome outcome) {
        return java.util.Collections.nCopies(number, outcome);
    }

    private static List<DeliveryOutcome> and(List<DeliveryOutcome> some, List<DeliveryOutcome> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    static ProviderHealthSettings settings() {
        return new ProviderHealthSettings(
                3,
                Duration.ofSeconds(60),
                10,
                0.5,
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                10,
                0.8,
                List.of("whatsapp"),
                Duration.ofSeconds(15),
                3,
                Duration.ofSeconds(3),
                Duration.ofMinutes(2),
                Duration.ofMinutes(5),
                20);
    }
}
