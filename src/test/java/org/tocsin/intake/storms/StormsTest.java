package org.tocsin.intake.storms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.intake.accept.IntakeBench.OPERATOR;
import static org.tocsin.intake.accept.IntakeBench.submission;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.IntakeResult.Grouped;
import org.tocsin.intake.IntakeResult.Silent;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.accept.IntakeBench.Cap;
import org.tocsin.intake.admission.Decisions;

class StormsTest {
    /** As shipped, but that a cause is full of 100. */
    private static final IntakeBench bench = new IntakeBench(new BrakeSettings(
            50, 10, Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMinutes(10), 100, null, null));

    private static final AtomicInteger TESTS = new AtomicInteger();

    @AfterAll
    static void close() {
        bench.close();
    }

    /** A storm is one of a source: each test has its own. */
    private final String source = "jms-storm-" + TESTS.incrementAndGet();

    private final Cap alert = Cap.alert("s-" + UUID.randomUUID()).with("sender", source + "@example.org");

    private Cap another(String what, String value) {
        return alert.with("identifier", "s-" + UUID.randomUUID()).with(what, value);
    }

    private IntakeResult send(Cap cap) throws UnacceptableSubmission {
        return bench.intake.accept(submission(source, cap, OPERATOR));
    }

    private List<IntakeResult> sendAll(int count, IntFunction<Cap> caps) {
        return bench.intake.acceptAll(IntStream.range(0, count)
                .mapToObj(i -> submission(source, caps.apply(i), OPERATOR))
                .toList());
    }

    private static long many(List<IntakeResult> results, AlertState state) {
        return results.stream()
                .filter(r -> r instanceof Accepted a && a.state() == state)
                .count();
    }

    private static long grouped(List<IntakeResult> results) {
        return results.stream().filter(Grouped.class::isInstance).count();
    }

    private Storms.Source counts() {
        return bench.storms.sources().stream()
                .filter(s -> s.source().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private Storms.Cause cause() {
        return bench.storms.causes(200).stream()
                .filter(c -> c.source().equals(source))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aThousandIdenticalEventsAreOneAlertAlsoAfterARestart() throws Exception {
        List<IntakeResult> results = sendAll(1_000, i -> another("severity", "Severe"));

        assertThat(many(results, AlertState.PLANNING)).isEqualTo(1);
        assertThat(grouped(results)).isEqualTo(999);
        long id = ((Accepted) results.get(0)).id();
        assertThat(results.subList(1, 1_000)).allMatch(r -> ((Grouped) r).id() == id);

        Intake restarted = bench.restarted(Path.of("config/sensors.yaml"));
        IntakeResult again = restarted.accept(submission(source, another("severity", "Severe"), OPERATOR));
        restarted.stop();

        assertThat(((Grouped) again).id()).isEqualTo(id);
        assertThat(counts()).isEqualTo(new Storms.Source(source, 1, 0, 1_000, 0, 0, 0));
        assertThat(bench.count("alert where source = '" + source + "'")).isEqualTo(1);
    }

    @Test
    void whatSaysTheSameIsToldAgainAfterAWhile() throws Exception {
        send(alert);
        assertThat(send(another("severity", "Severe"))).isInstanceOf(Grouped.class);

        bench.clock.advance(Duration.ofMinutes(61));
        IntakeResult later = send(another("severity", "Severe"));
        bench.clock.advance(Duration.ofMinutes(-61));

        assertThat(later).isInstanceOf(Accepted.class);
    }

    /** What told of it says nothing to anybody any more. */
    @Test
    void whatSaysTheSameIsToldAgainOnceTheOneBeforeItHasExpired() throws Exception {
        String soon = OffsetDateTime.ofInstant(bench.clock.instant().plusSeconds(600), ZoneOffset.UTC)
                .format(IntakeBench.CAP_TIME);
        Accepted first = (Accepted) send(alert.with("expires", soon));
        bench.clock.advance(Duration.ofMinutes(9));
        IntakeResult before = send(another("severity", "Severe"));
        bench.clock.advance(Duration.ofMinutes(2));
        IntakeResult after = send(another("severity", "Severe"));
        IntakeResult next = send(another("severity", "Severe"));
        bench.clock.advance(Duration.ofMinutes(-11));

        assertThat(((Grouped) before).id()).isEqualTo(first.id());
        assertThat(after).isInstanceOf(Accepted.class);
        assertThat(((Grouped) next).id()).isEqualTo(((Accepted) after).id());
    }

    @Test
    void aRiseInSeverityIsNeverHiddenAndAFallIsToldByTheGraver() throws Exception {
        send(alert.with("severity", "Minor"));
        Accepted severe = (Accepted) send(another("severity", "Severe"));
        Grouped minor = (Grouped) send(another("severity", "Minor"));
        Accepted extreme = (Accepted) send(another("severity", "Extreme"));
        Grouped again = (Grouped) send(another("severity", "Extreme"));

        assertThat(severe.state()).isEqualTo(AlertState.PLANNING);
        assertThat(minor.id()).isEqualTo(severe.id());
        assertThat(extreme.state()).isEqualTo(AlertState.PLANNING);
        assertThat(again.id()).isEqualTo(extreme.id());
    }

    @Test
    void anExtremeOneIsNotGroupedWithOneThatWaitsForAPerson() throws Exception {
        Accepted held = (Accepted) send(alert.with("severity", "Extreme").with("addresses", "nobody-here"));
        IntakeResult next = send(another("severity", "Extreme").with("addresses", "nobody-here"));

        assertThat(held.state()).isEqualTo(AlertState.HELD);
        assertThat(next).isInstanceOf(Accepted.class);
    }

    @Test
    void extremeOnesAreNeverHeldNorCounted() {
        List<IntakeResult> extreme =
                sendAll(120, i -> another("headline", "Wave " + i).with("severity", "Extreme"));
        IntakeResult severe = sendAll(1, i -> another("event", "Other")).get(0);

        assertThat(many(extreme, AlertState.PLANNING)).isEqualTo(120);
        assertThat(((Accepted) severe).state()).isEqualTo(AlertState.PLANNING);
    }

    @Test
    void tenOfOneCausePassAndTheOthersWaitTogetherAndTheDutyGroupIsNotToldOfEach() {
        List<IntakeResult> results = sendAll(40, i -> another("headline", "Gauge " + i));

        assertThat(many(results, AlertState.PLANNING)).isEqualTo(10);
        assertThat(many(results, AlertState.HELD)).isEqualTo(30);
        assertThat(((Accepted) results.get(39)).reason()).contains("too many alerts of one cause");
        assertThat(cause())
                .extracting(Storms.Cause::passed, Storms.Cause::held, Storms.Cause::waiting, Storms.Cause::event)
                .containsExactly(10L, 30L, 30L, "Flood");
        assertThat(counts()).isEqualTo(new Storms.Source(source, 10, 30, 0, 0, 0, 0));
        assertThat(bench.count("duty_notice d join alert a on a.id = d.alert_id where a.source = '" + source + "'"))
                .isZero();
        assertThat(bench.one("select storm_held from brake_source where source = ?", source))
                .isEqualTo("30");
    }

    @Test
    void whatIsHeldForNobodyInAStormIsNotToldOneByOneEither() {
        sendAll(40, i -> another("headline", "Gauge " + i).with("addresses", "nobody-here"));

        assertThat(bench.count("duty_notice d join alert a on a.id = d.alert_id where a.source = '" + source + "'"))
                .isEqualTo(10);
    }

    @Test
    void oneThatIsGraverThanThoseBeforeItPassesAlsoInAStorm() throws Exception {
        sendAll(20, i -> another("headline", "Gauge " + i).with("severity", "Minor"));
        Accepted severe = (Accepted) send(another("headline", "Gauge 99"));
        Accepted next = (Accepted) send(another("headline", "Gauge 98"));

        assertThat(severe.state()).isEqualTo(AlertState.PLANNING);
        assertThat(next.state()).isEqualTo(AlertState.HELD);
    }

    @Test
    void fiftyOfOneSourceAMinutePassWhateverTheirCauseAndAnotherSourceIsNotInTheWay() throws Exception {
        List<IntakeResult> results = sendAll(60, i -> another("event", "Event " + i));
        IntakeResult other = bench.intake.accept(submission(source + "-b", another("event", "Event 61"), OPERATOR));
        bench.clock.advance(Duration.ofSeconds(61));
        IntakeResult later = send(another("event", "Event 62"));
        bench.clock.advance(Duration.ofSeconds(-61));

        assertThat(many(results, AlertState.PLANNING)).isEqualTo(50);
        assertThat(many(results, AlertState.HELD)).isEqualTo(10);
        assertThat(((Accepted) other).state()).isEqualTo(AlertState.PLANNING);
        assertThat(((Accepted) later).state()).isEqualTo(AlertState.PLANNING);
        assertThat(cause().event()).isEqualTo("(several causes)");
    }

    @Test
    void aStormLastsUntilItIsQuietAndTheNextOneIsToldAnew() throws Exception {
        sendAll(20, i -> another("headline", "Gauge " + i));
        bench.jdbc()
                .sql("update brake_source set told_at = now(), told_rank = storm_rank where source = ?")
                .param(source)
                .update();
        bench.clock.advance(Duration.ofMinutes(9));
        Accepted within = (Accepted) send(another("headline", "Gauge 21"));
        bench.clock.advance(Duration.ofMinutes(11));
        Accepted after = (Accepted) send(another("headline", "Gauge 22"));
        String told = bench.one("select told_at is not null from brake_source where source = ?", source);
        sendAll(20, i -> another("headline", "Gauge 3" + i));
        bench.clock.advance(Duration.ofMinutes(-20));

        assertThat(within.state()).isEqualTo(AlertState.HELD);
        assertThat(after.state()).isEqualTo(AlertState.PLANNING);
        assertThat(told).isEqualTo("true");
        assertThat(bench.one("select told_at is null from brake_source where source = ?", source))
                .isEqualTo("true");
    }

    @Test
    void ofACauseThatIsFullOnlyTheNumberIsKeptButNotOfWhatIsSevere() throws Exception {
        List<IntakeResult> results =
                sendAll(300, i -> another("headline", "Gauge " + i).with("severity", "Minor"));
        send(another("headline", "Gauge 999"));
        Accepted severe = (Accepted) send(another("headline", "Gauge 998"));

        assertThat(many(results, AlertState.PLANNING)).isEqualTo(10);
        assertThat(many(results, AlertState.HELD)).isEqualTo(100);
        assertThat(grouped(results)).isEqualTo(190);
        assertThat(results.get(299)).extracting(r -> ((Grouped) r).id()).isNull();
        assertThat(severe.state()).isEqualTo(AlertState.HELD);
        assertThat(counts()).isEqualTo(new Storms.Source(source, 11, 101, 190, 0, 0, 0));
    }

    @Test
    void whatWasHeldIsFrozenAndPlannedWhenAPersonReleasesItOneByOneOrAllOfACause() {
        List<IntakeResult> results = sendAll(15, i -> another("headline", "Gauge " + i));
        Accepted one = (Accepted) results.get(12);
        String hash = bench.one("select content_hash from alert where id = ?", one.id());

        assertThat(bench.decisions.release(one.id(), hash, "olga")).isInstanceOf(Decisions.Result.Done.class);
        assertThat(bench.one("select audience || message || cancel_message from alert where id = ?", one.id()))
                .contains("flood-zone-a", "Gauge 12");

        Storms.Cause cause = cause();
        Storms.Decided decided = bench.storms.release(cause.id(), cause.newest(), "olga");
        assertThat(decided).isEqualTo(new Storms.Decided(4, 0, 0));
        assertThat(bench.count("alert where state = 'PLANNING' and source = '" + source + "'"))
                .isEqualTo(15);
    }

    @Test
    void allOfACauseThatAPersonHasSeenAreRejectedAndWhatCameSinceStillWaits() throws Exception {
        sendAll(15, i -> another("headline", "Gauge " + i));
        Storms.Cause seen = cause();
        Accepted since = (Accepted) send(another("headline", "Gauge 16"));

        Storms.Decided decided = bench.storms.reject(seen.id(), seen.newest(), "olga");

        assertThat(decided).isEqualTo(new Storms.Decided(5, 0, 0));
        assertThat(bench.state(since.id())).isEqualTo("HELD");
        assertThat(cause().waiting()).isEqualTo(1);
        assertThat(bench.count("journal j join alert a on a.id = j.alert_id where j.what = 'alert-rejected'"
                        + " and a.source = '" + source + "'"))
                .isEqualTo(5);
    }

    @Test
    void aCancelOfOneThatAnotherToldOfTakesThatOneBackOnceAndTheNextIdenticalOneIsToldAgain() throws Exception {
        Accepted first = (Accepted) send(alert);
        Cap second = another("severity", "Severe");
        Cap third = another("severity", "Severe");
        send(second);
        send(third);

        Accepted cancel = (Accepted) send(second.cancel("c-" + UUID.randomUUID()));
        Accepted late = (Accepted) send(third.cancel("c-" + UUID.randomUUID()));

        assertThat(cancel.state()).isEqualTo(AlertState.PLANNING);
        assertThat(bench.state(first.id())).isEqualTo("CANCELLED");
        assertThat(late.state()).isEqualTo(AlertState.RECORDED);
        assertThat(send(another("severity", "Severe"))).isInstanceOf(Accepted.class);
    }

    @Test
    void alertCancelAndTheSameAgainInOneBatchAreTwoAlerts() {
        Cap again = another("severity", "Severe");
        List<IntakeResult> results = bench.intake.acceptAll(List.of(
                submission(source, alert, OPERATOR),
                submission(source, alert.cancel("c-" + UUID.randomUUID()), OPERATOR),
                submission(source, again, OPERATOR)));

        assertThat(results).allMatch(Accepted.class::isInstance);
        assertThat(bench.state(((Accepted) results.get(2)).id())).isEqualTo("PLANNING");
    }

    @Test
    void anUpdateOfOneThatAnotherToldOfTakesThePlaceOfThatOne() throws Exception {
        Accepted first = (Accepted) send(alert);
        Cap second = another("severity", "Severe");
        send(second);

        Accepted update =
                (Accepted) send(second.update("u-" + UUID.randomUUID()).with("headline", "Water falls"));

        assertThat(update.state()).isEqualTo(AlertState.PLANNING);
        assertThat(bench.state(first.id())).isEqualTo("SUPERSEDED");
    }

    @Test
    void aCancelOfWhatTheBrakeHoldsEndsItAndAnUpdateThatRisesOverWhatPeopleWereToldPasses() throws Exception {
        Cap told = another("headline", "Gauge 0").with("severity", "Minor");
        send(told);
        List<Cap> caps = new ArrayList<>();
        List<IntakeResult> results = sendAll(20, i -> {
            caps.add(another("headline", "Gauge 1" + i).with("severity", "Minor"));
            return caps.get(i);
        });
        Accepted held = (Accepted) results.get(19);

        Accepted cancel = (Accepted) send(caps.get(19).cancel("c-" + UUID.randomUUID()));
        Accepted reminder =
                (Accepted) send(told.update("u-" + UUID.randomUUID()).with("headline", "Gauge 0 still"));
        Accepted rise = (Accepted) send(told.update("u-" + UUID.randomUUID()).with("severity", "Severe"));

        assertThat(bench.state(held.id())).isEqualTo("CANCELLED");
        assertThat(cancel.state()).isEqualTo(AlertState.RECORDED);
        assertThat(reminder.state()).isEqualTo(AlertState.HELD);
        assertThat(rise.state()).isEqualTo(AlertState.PLANNING);
    }

    @Test
    void whatWasGroupedAndComesOnceMoreIsKnownAndSomethingElseUnderItsIdentityIsAConflict() throws Exception {
        Accepted first = (Accepted) send(alert);
        Cap second = another("severity", "Severe");
        send(second);

        assertThat(((Duplicate) send(second)).id()).isEqualTo(first.id());
        assertThat(send(second.with("headline", "Water falls"))).isInstanceOf(Conflict.class);
        assertThat(counts()).isEqualTo(new Storms.Source(source, 1, 0, 1, 0, 1, 1));
    }

    @Test
    void whatWasCountedOnlyIsNotCountedTwice() throws Exception {
        Cap last = another("headline", "Last").with("severity", "Minor");
        sendAll(110, i -> another("headline", "Gauge " + i).with("severity", "Minor"));
        assertThat(send(last)).isInstanceOf(Grouped.class);

        assertThat(send(last)).isInstanceOf(Silent.class);
        assertThat(counts().grouped()).isEqualTo(1);
    }

    @Test
    void hubsThatAreToldTheSameAtTheSameTimeMakeOneAlertAndCountTogether() {
        Intake other = bench.restarted(Path.of("config/sensors.yaml"));
        List<CompletableFuture<List<IntakeResult>>> hubs = new ArrayList<>();
        for (int hub = 0; hub < 4; hub++) {
            Intake intake = hub % 2 == 0 ? bench.intake : other;
            hubs.add(CompletableFuture.supplyAsync(() -> intake.acceptAll(IntStream.range(0, 200)
                    .mapToObj(i -> submission(
                            source,
                            i % 2 == 0 ? another("severity", "Severe") : another("headline", "G" + UUID.randomUUID()),
                            OPERATOR))
                    .toList())));
        }
        List<IntakeResult> all = hubs.stream().flatMap(h -> h.join().stream()).toList();
        other.stop();

        assertThat(grouped(all)).isBetween(399L, 399L + 300);
        assertThat(many(all, AlertState.PLANNING)).isEqualTo(10);
        Storms.Source counts = counts();
        assertThat(counts.accepted() + counts.held() + counts.grouped()).isEqualTo(800);
        assertThat(bench.count("alert where state = 'HELD' and source = '" + source + "'"))
                .isEqualTo(counts.held());
        assertThat(bench.count("(select substance from alert where source = '" + source
                        + "' group by substance having count(*) > 1) twice"))
                .isZero();
    }

    @Test
    void whatIsNoAlertOrOfTheHubItselfIsNotGoverned() throws Exception {
        List<IntakeResult> exercises =
                sendAll(60, i -> another("status", "Test").with("headline", "Gauge " + i));
        List<IntakeResult> notices = bench.intake.acceptAll(IntStream.range(0, 60)
                .mapToObj(i -> submission(Submission.HUB, another("headline", "Notice " + i), OPERATOR))
                .toList());

        assertThat(many(exercises, AlertState.RECORDED)).isEqualTo(60);
        assertThat(many(notices, AlertState.PLANNING)).isEqualTo(60);
    }
}
