package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.delivery.AttemptState.*;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.delivery.Decision.Send;
import org.tocsin.delivery.Ladder.Rung;
import org.tocsin.delivery.Progress.Attempt;

/** The whole ladder as tables: what is known, the time, what follows. Times are seconds after T. */
class NextStepTest {
    private static final Instant T = Instant.parse("2026-11-22T03:00:00Z");
    private static final List<String> ALL = List.of("email", "sms", "whatsapp");

    private static final Ladder LADDER =
            ladder(rung(List.of("whatsapp"), 60, null, null), rung(List.of("sms"), 120, null, null), last("email"));

    private static final Ladder ANSWER_WANTED =
            ladder(rung(List.of("whatsapp"), 60, null, 600), rung(List.of("sms"), 120, null, 900), last("email"));

    private static final Ladder READ_WANTED = ladder(rung(List.of("whatsapp"), 60, 300, null), last("sms"));

    private static final Ladder TOGETHER = ladder(rung(List.of("whatsapp", "sms"), 60, null, null), last("email"));

    @Test
    void theFirstRungIsTheFirstThatThePersonHasAChannelFor() {
        assertThat(NextStep.start(LADDER, List.of("email", "sms"), T).sends())
                .containsExactly(new Send(1, "sms", T, false, false));
    }

    @Test
    void whoeverHasNoChannelIsExhaustedAtOnce() {
        Decision decision = NextStep.start(LADDER, List.of(), T);
        assertThat(decision.state()).isEqualTo(RecipientState.EXHAUSTED);
        assertThat(decision.open()).isFalse();
    }

    @Test
    void channelsOfOneRungAreUsedTogether() {
        assertThat(NextStep.start(TOGETHER, ALL, T).sends())
                .extracting(Send::channel)
                .containsExactly("whatsapp", "sms");
    }

    @ParameterizedTest(name = "channels {0}, rung {1}, broken {2}: another way is {3}")
    @CsvSource({
        "email sms whatsapp, 0, whatsapp, true",
        "email sms whatsapp, 0, whatsapp sms, true",
        "email sms whatsapp, 0, whatsapp sms email, false",
        "whatsapp, 0, whatsapp, false",
        "sms whatsapp, 0, whatsapp sms, false",
        "email whatsapp, 0, whatsapp, true"
    })
    void whoWaitsOnABrokenChannelHasAnotherWay(String channels, int step, String broken, boolean expected) {
        Progress facts = new Progress(
                RecipientState.PENDING,
                true,
                step,
                List.of(channels.split(" ")),
                null,
                null,
                null,
                List.of(new Attempt(0, 0, "whatsapp", QUEUED, false, false, false, T, null, 0, 2)),
                Map.of());
        assertThat(NextStep.hasOtherWay(LADDER, facts, "whatsapp", List.of(broken.split(" "))::contains))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "SMS beside it {0}, broken {1}: another way is {2}")
    @CsvSource({
        "QUEUED, whatsapp, true",
        "QUEUED, whatsapp sms, false",
        "ACCEPTED, whatsapp sms, true",
        "REJECTED, whatsapp, false"
    })
    void anotherChannelOfTheSameRungIsAnotherWay(AttemptState sms, String broken, boolean expected) {
        Progress facts = new Progress(
                RecipientState.PENDING,
                true,
                0,
                List.of("sms", "whatsapp"),
                null,
                null,
                null,
                List.of(
                        new Attempt(0, 0, "whatsapp", QUEUED, false, false, false, T, null, 0, 2),
                        new Attempt(1, 0, "sms", sms, false, false, false, T, null, 0, 2)),
                Map.of());
        assertThat(NextStep.hasOtherWay(TOGETHER, facts, "whatsapp", List.of(broken.split(" "))::contains))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}, at {1} s, the alert ends at {2} s: {3}, sends {4}, looks again at {5}")
    @CsvSource({
        // A retry after 10 s: in time, or the next rung at once.
        "THROTTLED, 0, 3600, WAITING, whatsapp, ",
        "THROTTLED, 0, 11, WAITING, whatsapp, ",
        "THROTTLED, 0, 10, WAITING, sms, ",
        // The next rung at 60 s, unless the alert has ended by then.
        "ACCEPTED, 0, 3600, WAITING, , 60",
        "ACCEPTED, 0, 60, WAITING, , ",
        "ACCEPTED, 59, 60, WAITING, , ",
        "ACCEPTED, 60, 60, EXPIRED, , ",
        "ACCEPTED, 90, 60, EXPIRED, , ",
        "UNREACHABLE, 60, 60, EXPIRED, , ",
        "REJECTED, 60, 60, EXPIRED, , ",
        "DELIVERED, 60, 60, DELIVERED, , "
    })
    void nothingIsSentOrPutOffBeyondTheEndOfTheAlert(
            AttemptState state, long now, long expires, RecipientState then, String channel, Long lookAgain) {
        Attempt attempt = new Attempt(0, 0, "whatsapp", state, false, false, false, T, T, 10, 2);
        Progress facts = new Progress(
                RecipientState.WAITING,
                true,
                0,
                ALL,
                state == DELIVERED ? T : null,
                null,
                null,
                List.of(attempt),
                Map.of());
        Decision decision = NextStep.decide(LADDER, facts, T.plusSeconds(now), T.plusSeconds(expires));

        assertThat(decision.state()).isEqualTo(then);
        assertThat(decision.open()).isEqualTo(then != RecipientState.EXPIRED && then != RecipientState.DELIVERED);
        assertThat(decision.sends())
                .extracting(Send::channel)
                .isEqualTo(channel == null ? List.of() : List.of(channel));
        assertThat(decision.sends()).allMatch(send -> send.at().isBefore(T.plusSeconds(expires)));
        assertThat(decision.dueAt()).isEqualTo(lookAgain == null ? null : T.plusSeconds(lookAgain));
    }

    @Test
    void noReceiptOfASilentChannelIsWaitedFor() {
        Attempt accepted = new Attempt(0, 0, "whatsapp", ACCEPTED, false, false, false, T, T, 0, 2);
        Progress facts = new Progress(
                RecipientState.WAITING,
                true,
                0,
                ALL,
                null,
                null,
                null,
                List.of(accepted),
                Map.of(),
                Set.of("whatsapp"));
        assertThat(NextStep.decide(LADDER, facts, T.plusSeconds(1), Instant.MAX).sends())
                .extracting(Send::channel)
                .containsExactly("sms");
    }

    @ParameterizedTest(name = "WhatsApp {0}: {1}s later next rung is due={2}")
    @CsvSource({
        "ACCEPTED, 59, false",
        "ACCEPTED, 60, true",
        "HELD, 59, false",
        "HELD, 60, true",
        "SENT, 60, true",
        "REJECTED, 0, true",
        "FAILED, 0, true",
        "OPTED_OUT, 0, true",
        "TEMPLATE_UNUSABLE, 0, true",
        "CHANNEL_DOWN, 0, true",
        "MISCONFIGURED, 0, true",
        "QUOTA_USED, 0, true",
        "UNCONFIRMED, 9, false",
        "UNCONFIRMED, 10, true",
    })
    void smsFollowsWhenWhatsAppDoesNotDeliver(AttemptState state, int seconds, boolean next) {
        Decision decision = decide(LADDER, seconds, attempt(0, 0, "whatsapp", state, 0));
        if (next) {
            assertThat(decision.sends()).containsExactly(new Send(1, "sms", at(seconds), false, false));
            assertThat(decision.step()).isEqualTo(1);
        } else {
            assertThat(decision.sends()).isEmpty();
            assertThat(decision.dueAt()).isAfter(at(seconds));
        }
        assertThat(decision.open()).isTrue();
    }

    @Test
    void unreachableIsTriedOnceMoreOnItsChannelThenTheNextRung() {
        assertThat(decide(LADDER, 0, attempt(0, 0, "whatsapp", UNREACHABLE, 0)).sends())
                .containsExactly(new Send(0, "whatsapp", at(2), false, false));
        assertThat(decide(
                                LADDER,
                                2,
                                attempt(0, 0, "whatsapp", UNREACHABLE, 0),
                                attempt(1, 0, "whatsapp", UNREACHABLE, 2))
                        .sends())
                .containsExactly(new Send(1, "sms", at(2), false, false));
    }

    @Test
    void throttledWaitsTwiceAsLongEachTimeButNeverBeyondTheDeadlineForDelivered() {
        List<Attempt> attempts = new ArrayList<>();
        int now = 0;
        int[] pauses = {4, 8, 16};
        for (int i = 0; i < pauses.length; i++) {
            attempts.add(throttled(i, now));
            Decision decision = decide(LADDER, now, attempts.toArray(Attempt[]::new));
            assertThat(decision.sends()).containsExactly(new Send(0, "whatsapp", at(now + pauses[i]), false, false));
            now += pauses[i];
        }
        attempts.add(throttled(3, now)); // 28 s; the next pause of 32 s would end at 60 s
        assertThat(decide(LADDER, now, attempts.toArray(Attempt[]::new)).sends())
                .containsExactly(new Send(1, "sms", at(now), false, false));
    }

    @Test
    void whoHasNoOtherChannelWaitsForAPlaceAndIsNotGivenUp() {
        Attempt[] one = {attempt(0, 0, "whatsapp", QUOTA_USED, 0)};
        Attempt[] two = {one[0], attempt(1, 0, "whatsapp", QUOTA_USED, 60)};
        assertThat(onWhatsAppOnly(0, one).sends()).containsExactly(new Send(0, "whatsapp", at(60), false, false));
        Decision second = onWhatsAppOnly(60, two);
        assertThat(second.sends()).containsExactly(new Send(0, "whatsapp", at(180), false, false));
        assertThat(second.open()).isTrue();
    }

    @Test
    void whenEveryOtherRungFailedAPlaceIsWaitedForAfterAll() {
        Decision decision = decideAt(
                LADDER,
                2,
                2,
                attempt(0, 0, "whatsapp", QUOTA_USED, 0),
                attempt(1, 1, "sms", REJECTED, 1),
                attempt(2, 2, "email", REJECTED, 2));
        assertThat(decision.sends()).containsExactly(new Send(2, "whatsapp", at(62), false, false));
        assertThat(decision.open()).isTrue();
    }

    /** WhatsApp 131056: 4^X s, X = 0, 1, 2; the third pause would end after the rung's 60 s. */
    @Test
    void whoIsThrottledAsAPersonWaitsFourTimesAsLongEachTurn() {
        var attempts = new ArrayList<Attempt>();
        int now = 0;
        for (int pause : new int[] {1, 4, 16}) {
            attempts.add(new Attempt(
                    attempts.size(), 0, "whatsapp", THROTTLED, false, false, false, at(now), at(now), 1, 4));
            assertThat(decide(LADDER, now, attempts.toArray(Attempt[]::new)).sends())
                    .containsExactly(new Send(0, "whatsapp", at(now + pause), false, false));
            now += pause;
        }
        attempts.add(new Attempt(3, 0, "whatsapp", THROTTLED, false, false, false, at(now), at(now), 1, 4));
        assertThat(decide(LADDER, now, attempts.toArray(Attempt[]::new)).sends())
                .containsExactly(new Send(1, "sms", at(now), false, false));
    }

    @Test
    void theSpareTemplateIsTriedOnceBeforeTheNextRung() {
        assertThat(decide(LADDER, 0, withSpare(attempt(0, 0, "whatsapp", TEMPLATE_UNUSABLE, 0)))
                        .sends())
                .containsExactly(new Send(0, "whatsapp", at(0), true, false));
        Attempt spareFailed = new Attempt(1, 0, "whatsapp", TEMPLATE_UNUSABLE, true, false, true, at(0), at(1), 0, 2);
        assertThat(decide(LADDER, 1, withSpare(attempt(0, 0, "whatsapp", TEMPLATE_UNUSABLE, 0)), spareFailed)
                        .sends())
                .containsExactly(new Send(1, "sms", at(1), false, false));
    }

    @Test
    void aSecondPhoneIsTheNextAttemptOnTheSameRung() {
        Progress progress = progress(
                RecipientState.WAITING, 0, null, null, Map.of("whatsapp", 1), attempt(0, 0, "whatsapp", REJECTED, 0));
        assertThat(NextStep.decide(LADDER, progress, at(0), Instant.MAX).sends())
                .containsExactly(new Send(0, "whatsapp", at(0), false, false));
    }

    @Test
    void anUnknownOutcomeOnTheLastRungIsRepeatedOnceAndLabelled() {
        Ladder twoRungs = ladder(rung(List.of("whatsapp"), 60, null, null), rung(List.of("sms"), 120, null, null));
        Attempt first = attempt(0, 0, "whatsapp", REJECTED, 0);
        Attempt unknown = attempt(1, 1, "sms", UNCONFIRMED, 0);
        assertThat(decideAt(twoRungs, 1, 10, first, unknown).sends())
                .containsExactly(new Send(1, "sms", at(10), false, true));
        Attempt repeat = new Attempt(2, 1, "sms", UNCONFIRMED, false, true, false, at(10), at(11), 0, 2);
        Decision end = decideAt(twoRungs, 1, 30, first, unknown, repeat);
        assertThat(end.sends()).isEmpty();
        assertThat(end.state()).isEqualTo(RecipientState.UNCONFIRMED);
        assertThat(end.open()).isFalse();
    }

    @Test
    void emailEndsUnconfirmedSinceItHasNoReceipt() {
        Decision decision = decideAt(
                LADDER,
                2,
                5,
                attempt(0, 0, "whatsapp", REJECTED, 0),
                attempt(1, 1, "sms", REJECTED, 1),
                attempt(2, 2, "email", ACCEPTED, 2));
        assertThat(decision.state()).isEqualTo(RecipientState.UNCONFIRMED);
        assertThat(decision.open()).isFalse();
    }

    @Test
    void whoeverEveryRungFailedForIsExhausted() {
        Decision decision = decideAt(
                LADDER,
                2,
                5,
                attempt(0, 0, "whatsapp", REJECTED, 0),
                attempt(1, 1, "sms", FAILED, 1),
                attempt(2, 2, "email", REJECTED, 2));
        assertThat(decision.state()).isEqualTo(RecipientState.EXHAUSTED);
    }

    @Test
    void deliveredEndsTheLadderWhereNothingMoreIsWanted() {
        Decision decision = delivered(LADDER, 0, 5, 6, attempt(0, 0, "whatsapp", DELIVERED, 0));
        assertThat(decision.state()).isEqualTo(RecipientState.DELIVERED);
        assertThat(decision.open()).isFalse();
        assertThat(decision.sends()).isEmpty();
    }

    @Test
    void deliveredButNotReadGetsAnExtraChannelAndStaysDelivered() {
        assertThat(delivered(READ_WANTED, 0, 0, 299, attempt(0, 0, "whatsapp", DELIVERED, 0))
                        .dueAt())
                .isEqualTo(at(300));
        Decision decision = delivered(READ_WANTED, 0, 0, 300, attempt(0, 0, "whatsapp", DELIVERED, 0));
        assertThat(decision.sends()).containsExactly(new Send(1, "sms", at(300), false, false));
        assertThat(decision.state()).isEqualTo(RecipientState.DELIVERED);
    }

    @Test
    void deliveredButNotAcknowledgedGoesOnAndWaitsForTheNewRung() {
        Attempt whatsapp = attempt(0, 0, "whatsapp", DELIVERED, 0);
        assertThat(delivered(ANSWER_WANTED, 0, 0, 600, whatsapp).sends())
                .containsExactly(new Send(1, "sms", at(600), false, false));
        Attempt queued = new Attempt(1, 1, "sms", QUEUED, false, false, false, at(600), null, 0, 2);
        Decision waiting = delivered(ANSWER_WANTED, 1, 0, 601, whatsapp, queued);
        assertThat(waiting.suppressQueued()).isFalse();
        assertThat(waiting.open()).isTrue();
        Attempt accepted = new Attempt(1, 1, "sms", ACCEPTED, false, false, false, at(600), at(602), 0, 2);
        Decision armed = delivered(ANSWER_WANTED, 1, 0, 603, whatsapp, accepted);
        assertThat(armed.sends()).isEmpty();
        assertThat(armed.dueAt()).isEqualTo(at(602 + 900));
        Attempt refused = new Attempt(1, 1, "sms", REJECTED, false, false, false, at(600), at(602), 0, 2);
        assertThat(delivered(ANSWER_WANTED, 1, 0, 603, whatsapp, refused).sends())
                .containsExactly(new Send(2, "email", at(603), false, false));
    }

    @Test
    void aLateDeliveredCausesNoMessageAndStopsTheOneThatWaitsInTheQueue() {
        Attempt late = attempt(0, 0, "whatsapp", DELIVERED, 0);
        Attempt queued = new Attempt(1, 1, "sms", QUEUED, false, false, false, at(60), null, 0, 2);
        Decision decision = delivered(ANSWER_WANTED, 1, 61, 61, late, queued);
        assertThat(decision.sends()).isEmpty();
        assertThat(decision.suppressQueued()).isTrue();
    }

    @ParameterizedTest(name = "closed as {0}")
    @EnumSource(names = {"UNCONFIRMED", "EXHAUSTED", "EXPIRED", "CANCELLED"})
    void aLateDeliveredCorrectsTheRecordOfAClosedLadderAndSendsNothing(RecipientState closed) {
        Progress progress = new Progress(
                closed, false, 2, ALL, at(90), null, null, List.of(attempt(0, 0, "whatsapp", DELIVERED, 0)), Map.of());
        Decision decision = NextStep.decide(LADDER, progress, at(91), Instant.MAX);
        assertThat(decision.state()).isEqualTo(RecipientState.DELIVERED);
        assertThat(decision.sends()).isEmpty();
        assertThat(decision.open()).isFalse();
    }

    @Test
    void aLateFailedOfAnEarlierRungStartsNoSecondMessageOnTheCurrentOne() {
        Decision decision =
                decideAt(LADDER, 1, 70, attempt(0, 0, "whatsapp", FAILED, 0), attempt(1, 1, "sms", ACCEPTED, 61));
        assertThat(decision.sends()).isEmpty();
        assertThat(decision.open()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"WITHHELD, true", "DIGESTED, true", "DIGESTED, false"})
    void aWithheldAlertIsNeverSentByItsOwnLadderAndAnAnswerToItsDigestEndsIt(RecipientState state, boolean open) {
        Progress waiting = new Progress(state, open, 0, ALL, null, null, null, List.of(), Map.of());
        assertThat(NextStep.decide(LADDER, waiting, at(100_000), Instant.MAX))
                .isEqualTo(new Decision(state, open, 0, null, List.of(), false));
        Progress answered = new Progress(state, open, 0, ALL, null, null, at(3), List.of(), Map.of());
        Decision decision = NextStep.decide(LADDER, answered, at(3), Instant.MAX);
        assertThat(decision.state()).isEqualTo(RecipientState.ACKNOWLEDGED);
        assertThat(decision.open()).isFalse();
        assertThat(decision.sends()).isEmpty();
    }

    @Test
    void oneAnswerEndsEverything() {
        Progress progress = new Progress(
                RecipientState.WAITING,
                true,
                1,
                ALL,
                null,
                null,
                at(3),
                List.of(attempt(0, 0, "whatsapp", ACCEPTED, 0), attempt(1, 1, "sms", QUEUED, 0)),
                Map.of());
        Decision decision = NextStep.decide(ANSWER_WANTED, progress, at(3), Instant.MAX);
        assertThat(decision.state()).isEqualTo(RecipientState.ACKNOWLEDGED);
        assertThat(decision.open()).isFalse();
        assertThat(decision.suppressQueued()).isTrue();
    }

    @Test
    void aRungOfTwoChannelsGoesOnOnlyWhenBothHaveFailed() {
        Attempt whatsapp = attempt(0, 0, "whatsapp", REJECTED, 0);
        assertThat(decide(TOGETHER, 1, whatsapp, attempt(1, 0, "sms", ACCEPTED, 0))
                        .sends())
                .isEmpty();
        assertThat(decide(TOGETHER, 1, whatsapp, attempt(1, 0, "sms", REJECTED, 0))
                        .sends())
                .containsExactly(new Send(1, "email", at(1), false, false));
    }

    @ParameterizedTest
    @EnumSource(AttemptState.class)
    void theSameFactsGiveTheSameDecision(AttemptState state) {
        Attempt attempt = attempt(0, 0, "whatsapp", state, 0);
        assertThat(decide(LADDER, 30, attempt)).isEqualTo(decide(LADDER, 30, attempt));
    }

    private static Decision onWhatsAppOnly(int seconds, Attempt... attempts) {
        Progress progress = new Progress(
                RecipientState.WAITING, true, 0, List.of("whatsapp"), null, null, null, List.of(attempts), Map.of());
        return NextStep.decide(LADDER, progress, at(seconds), Instant.MAX);
    }

    private static Decision decide(Ladder ladder, int seconds, Attempt... attempts) {
        return decideAt(ladder, 0, seconds, attempts);
    }

    private static Decision decideAt(Ladder ladder, int step, int seconds, Attempt... attempts) {
        return NextStep.decide(
                ladder,
                progress(RecipientState.WAITING, step, null, null, Map.of(), attempts),
                at(seconds),
                Instant.MAX);
    }

    private static Decision delivered(Ladder ladder, int step, int deliveredAt, int seconds, Attempt... attempts) {
        return NextStep.decide(
                ladder,
                progress(RecipientState.DELIVERED, step, at(deliveredAt), null, Map.of(), attempts),
                at(seconds),
                Instant.MAX);
    }

    private static Progress progress(
            RecipientState state,
            int step,
            Instant delivered,
            Instant read,
            Map<String, Integer> left,
            Attempt... attempts) {
        return new Progress(state, true, step, ALL, delivered, read, null, List.of(attempts), left);
    }

    private static Attempt attempt(int no, int step, String channel, AttemptState state, int outcomeAt) {
        boolean queued = state == QUEUED;
        return new Attempt(
                no, step, channel, state, false, false, false, T.minusSeconds(1), queued ? null : at(outcomeAt), 0, 2);
    }

    private static Attempt throttled(int no, int outcomeAt) {
        return new Attempt(no, 0, "whatsapp", THROTTLED, false, false, false, at(outcomeAt), at(outcomeAt), 4, 2);
    }

    private static Attempt withSpare(Attempt a) {
        return new Attempt(
                a.no(), a.step(), a.channel(), a.state(), false, false, true, a.queuedAt(), a.outcomeAt(), 0, 2);
    }

    private static Instant at(int seconds) {
        return T.plusSeconds(seconds);
    }

    private static Ladder ladder(Rung... rungs) {
        return new Ladder("test", List.of(rungs), Duration.ofSeconds(10), 1, Duration.ofSeconds(2), 5);
    }

    private static Rung rung(List<String> channels, Integer delivered, Integer read, Integer acknowledged) {
        return new Rung(channels, seconds(delivered), seconds(read), seconds(acknowledged));
    }

    private static Rung last(String channel) {
        return rung(List.of(channel), null, null, null);
    }

    private static Duration seconds(Integer n) {
        return n == null ? null : Duration.ofSeconds(n);
    }
}
