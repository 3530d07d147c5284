package org.tocsin.intake.parked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.accept.IntakeBench.Cap;
import org.tocsin.testing.DatabaseOutage;

/** What cannot become an alert, and what cannot be committed. */
class ParkingTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"level\": null}",
                "{\"level\": \"high\"}",
                "{\"level\": NaN}",
                "{\"level\": 1e999}",
                "{\"level\": {\"m\": 4}}",
                "{\"level\": 4.2, \"level\": 1}",
                "{\"level\": 4.2} {}",
                "deep"
            })
    void anUnreadableReadingIsPoison(String payload) {
        String json = payload.equals("deep") ? "{\"level\":".repeat(1000) + "1" + "}".repeat(1000) : payload;

        assertThatThrownBy(() -> bench.intake.accept(bench.reading("sensors/a/flood-1", json)))
                .isInstanceOf(UnacceptableSubmission.class)
                .extracting(e -> ((UnacceptableSubmission) e).reason())
                .asString()
                .doesNotContain("high");
    }

    @Test
    void aSensorThatIsNotConfiguredIsToldWhereItWouldBe() {
        assertThatThrownBy(() -> bench.intake.accept(bench.reading("sensors/a/\u001b[31m+33199001001", "{}")))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("config/sensors.yaml: sensors[].source, sensors[].topic")
                        .contains("add one and replay this")
                        .doesNotContain("\u001b")
                        .doesNotContain("33199001001"));
    }

    @Test
    void poisonIsEncryptedListedHarmlesslyAndTheSameAgainIsTheSameRow() {
        String text =
                "{\"phone\": \"+33199001001\", \"mail\": \"ann@example.org\", \"x\": \"\u001b[31m" + UUID.randomUUID();
        Submission poison = bench.reading("sensors/a/smoke-1", text);
        UnacceptableSubmission why = new UnacceptableSubmission("body", "readable JSON");

        long first = bench.parking.park(poison, why).id();
        long second = bench.parking.park(poison, why).id();

        assertThat(second).isEqualTo(first);
        Parking.Parked shown = bench.parking.list(null, null, 100).get(0);
        assertThat(shown.id()).isEqualTo(first);
        assertThat(shown.reason()).isEqualTo("body: readable JSON");
        assertThat(shown.source()).isEqualTo("mqtt-sensors");
        assertThat(shown.start())
                .startsWith("{\"phone\": \"•••\", \"mail\": \"•••\", \"x\": \".[31m")
                .hasSizeLessThanOrEqualTo(80)
                .doesNotContain("33199001001")
                .doesNotContain("ann@example.org")
                .doesNotContain("\u001b");
        assertThat(bench.one("select encode(payload_enc, 'escape') from parked where id = ?", first))
                .doesNotContain("33199001001");
    }

    @Test
    void ofALongOneTheFirstCharactersAreShownAndOfOneThatIsNoTextDots() {
        UnacceptableSubmission why = new UnacceptableSubmission("body", "readable JSON");

        bench.parking.park(bench.reading("sensors/a/smoke-1", "level " + "x".repeat(5_000)), why);
        assertThat(bench.parking.list(null, null, 1).get(0).start()).isEqualTo("level " + "x".repeat(74));

        bench.parking.park(bench.reading("sensors/a/smoke-1", "\u0000\u0001é\n"), why);
        assertThat(bench.parking.list(null, null, 1).get(0).start()).isEqualTo("..é.");
    }

    @Test
    void whatWasParkedIsReplayedAsTheOperatorOnceItsMappingIsThere() throws Exception {
        Path file = IntakeBench.temporary("sensors.yaml", "sensors: []");
        try (IntakeBench before = new IntakeBench(file)) {
            Submission reading = before.reading("sensors/a/flood-9", "{\"level\": 4.2}");
            IntakeResult.Parked parked = (IntakeResult.Parked)
                    before.intake.acceptAll(List.of(reading)).get(0);
            assertThatThrownBy(() -> before.intake.replay(parked.id(), IntakeBench.OPERATOR))
                    .isInstanceOf(UnacceptableSubmission.class);
            assertThat(before.one("select state from parked")).isEqualTo("PARKED");

            Files.writeString(file, Files.readString(Path.of("config/sensors.yaml")));
            Intake after = before.restarted(file);
            IntakeResult.Accepted accepted = (IntakeResult.Accepted) after.replay(parked.id(), IntakeBench.OPERATOR);

            assertThat(before.one("select state || replayed_by || alert_id from parked"))
                    .isEqualTo("REPLAYEDolga" + accepted.id());
            assertThat(before.one("select submitted_by from alert")).isEqualTo("olga");
            assertThat(after.replay(parked.id(), IntakeBench.OPERATOR)).isNull();
            after.stop();
        }
    }

    @Test
    void allThatIsParkedOfASourceIsReplayedInItsOrderAndWhatIsPoisonStillStays() throws Exception {
        Path file = IntakeBench.temporary("sensors.yaml", "sensors: []");
        try (IntakeBench before = new IntakeBench(file)) {
            for (String payload : List.of("{\"level\": 4.2}", "no JSON", "{\"level\": 5.2}")) {
                before.intake.acceptAll(List.of(before.reading("sensors/a/flood-9", payload)));
            }
            UnacceptableSubmission why = new UnacceptableSubmission("body", "something else");
            Submission other = new Submission(
                    "jms-incidents", Format.CAP_JSON, new byte[] {1}, java.util.Map.of(), IntakeBench.TRIGGER, null);
            before.parking.park(other, why);
            Files.writeString(file, Files.readString(Path.of("config/sensors.yaml")));
            Intake after = before.restarted(file);

            Intake.Replayed replayed = after.replayAll("mqtt-sensors", null, 0, IntakeBench.OPERATOR);
            Intake.Replayed again = after.replayAll("mqtt-sensors", null, 0, IntakeBench.OPERATOR);
            Intake.Replayed otherReason = after.replayAll("jms-incidents", "not this", 0, IntakeBench.OPERATOR);

            assertThat(replayed).isEqualTo(new Intake.Replayed(2, 1, null));
            assertThat(again).isEqualTo(new Intake.Replayed(0, 1, null));
            assertThat(otherReason).isEqualTo(new Intake.Replayed(0, 0, null));
            assertThat(before.count("parked where state = 'PARKED'")).isEqualTo(2);
            assertThat(before.parking.list(null, "jms-incidents", 10)).hasSize(1);
            after.stop();
        }
    }

    @Test
    void aMessageThatMustNotBeReadIsPoison() {
        Submission object =
                new Submission("jms-incidents", Format.UNREAD, new byte[] {1, 2}, Map.of(), IntakeBench.TRIGGER, null);

        assertThatThrownBy(() -> bench.intake.accept(object)).isInstanceOf(UnacceptableSubmission.class);
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsAcceptedNothingParkedAndAfterwardsAllGoesOn() throws Exception {
        long parked = bench.count("parked");
        List<Submission> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(IntakeBench.submission(Cap.alert("away-" + i)));
        }
        try (DatabaseOutage outage = DatabaseOutage.of(bench.database)) {
            ExecutorService threads = Executors.newFixedThreadPool(20);
            List<Future<IntakeResult>> answers = waiting.stream()
                    .map(s -> threads.submit(() -> bench.intake.accept(s)))
                    .toList();
            for (Future<IntakeResult> answer : answers) {
                assertThatThrownBy(answer::get).hasCauseInstanceOf(IntakeUnavailable.class);
            }
            assertThatThrownBy(() -> bench.intake.acceptAll(waiting)).isInstanceOf(IntakeUnavailable.class);
            threads.shutdown();
        }

        // The pool of connections recovers within seconds; until then callers are asked to come again.
        await().ignoreException(IntakeUnavailable.class)
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(bench.intake.acceptAll(waiting))
                        .hasSize(20)
                        .noneMatch(IntakeResult.Parked.class::isInstance));
        await().ignoreExceptions().untilAsserted(() -> assertThat(bench.count("alert where identifier like 'away-%'"))
                .isEqualTo(20));
        assertThat(bench.count("parked")).isEqualTo(parked);
    }

    @Test
    void aHubThatStopsCommitsWhatItTookAndTakesNoMore() throws Exception {
        try (IntakeBench other = new IntakeBench()) {
            assertThat(other.send(Cap.alert("last"))).isInstanceOf(IntakeResult.Accepted.class);
            other.intake.stop();
            assertThatThrownBy(() -> other.send(Cap.alert("late"))).isInstanceOf(IntakeUnavailable.class);
        }
    }
}
