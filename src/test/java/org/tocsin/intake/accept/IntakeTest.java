package org.tocsin.intake.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.IntakeResult.NotAllowed;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench.Cap;
import org.tocsin.intake.admission.Admission;

class IntakeTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final Cap alert = Cap.alert("a-" + UUID.randomUUID());

    @Test
    void anAcceptedAlertIsFrozenWithItsAudienceTextAndLadder() throws Exception {
        Accepted accepted = (Accepted) bench.send(alert);

        assertThat(accepted.state()).isEqualTo(AlertState.PLANNING);
        Map<String, Object> row = bench.jdbc()
                .sql("select * from alert where id = ?")
                .param(accepted.id())
                .query()
                .singleRow();
        assertThat(Admission.audience((String) row.get("audience")).groups()).containsExactly("flood-zone-a");
        assertThat((String) row.get("message")).contains("flood");
        assertThat(row)
                .containsEntry("ladder", "{\"rungs\":[]}")
                .containsEntry("lane", 1)
                .containsEntry("source", "api");
        assertThat(journal(accepted.id())).containsExactly("alert-planning");
    }

    @ParameterizedTest(name = "{0} = {1} → {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    status    | Exercise                  | RECORDED | for none of tocsin.intake.players
                    status    | Test                      | RECORDED | Its status is Test
                    status    | System                    | RECORDED | Its status is System
                    status    | Draft                     | RECORDED | Its status is Draft
                    msgType   | Ack                       | RECORDED | It is an Ack
                    msgType   | Error                     | RECORDED | It is an Error
                    expires   | 2026-01-01T00:00:00+00:00 | RECORDED | It had expired
                    sent      | 2026-01-01T00:00:00+00:00 | RECORDED | It had expired
                    headline  | THIS IS A TEST            | HELD     | says that it is a test
                    headline  | Test: sirens at noon      | HELD     | says that it is a test
                    event     | Evacuation DRILL          | HELD     | says that it is a test
                    event     | exercise                  | HELD     | says that it is a test
                    headline  | PRUEBA de sirenas         | HELD     | says that it is a test
                    headline  | Probewarnung: Sirenen     | HELD     | says that it is a test
                    headline  | Hochwasser (Übung)        | HELD     | says that it is a test
                    headline  | ТЕСТ системы              | HELD     | says that it is a test
                    headline  | 【訓練】津波警報                | HELD     | says that it is a test
                    headline  | تجربة صافرات              | HELD     | says that it is a test
                    headline  | ＴＥＳＴ of sirens            | HELD     | says that it is a test
                    headline  | T\u200bEST of sirens       | HELD     | says that it is a test
                    headline  | Water test shows lead     | PLANNING |
                    headline  | 核酸检测试剂                    | PLANNING |
                    headline  | La prueba llegó tarde     | PLANNING |
                    headline  | The latest contest        | PLANNING |
                    addresses | nobody-here               | HELD     | nobody-here
                    addresses |                           | HELD     | neither addresses nor
                    addresses | flood-zone-a mars         | PLANNING | Not in the directory: "mars"
                    addresses | p1                        | PLANNING |
                    msgType   | Update                    | HELD     | names no alert
                    """)
    void theFirstStateOfAnAlert(String what, String value, AlertState state, String reason) throws Exception {
        Accepted accepted = (Accepted) bench.send(alert.with(what, value == null ? "" : value));

        assertThat(accepted.state()).isEqualTo(state);
        assertThat(bench.state(accepted.id())).isEqualTo(state.name());
        if (reason == null) {
            assertThat(accepted.reason()).isNull();
        } else {
            assertThat(accepted.reason()).contains(reason);
        }
        assertThat(bench.count("duty_notice where told_at is null and due_at <= now() and kind = 'held' and alert_id = "
                        + accepted.id()))
                .isEqualTo(state == AlertState.HELD ? 1 : 0);
        assertThat(bench.one("select closed_at is not null from alert where id = ?", accepted.id()))
                .isEqualTo(String.valueOf(state == AlertState.RECORDED));
    }

    @Test
    void theDutyGroupLearnsOfUnknownAddressesOfAnAlertThatGoesOn() throws Exception {
        Accepted accepted = (Accepted) bench.send(alert.with("addresses", "flood-zone-a mars"));

        assertThat(bench.one("select kind from duty_notice where alert_id = ?", accepted.id()))
                .isEqualTo("unknown-address");
    }

    @Test
    void aNoticeOfTheHubItselfMayQuoteATestAndNeverCausesAnother() throws Exception {
        Cap notice = alert.with("headline", "HELD: THIS IS A TEST");
        Accepted sent = (Accepted) bench.intake.accept(IntakeBench.submission("hub", notice, IntakeBench.OPERATOR));
        Cap lost = Cap.alert("l" + alert.identifier()).with("addresses", "nobody-here");
        Accepted held = (Accepted) bench.intake.accept(IntakeBench.submission("hub", lost, IntakeBench.OPERATOR));

        assertThat(sent.state()).isEqualTo(AlertState.PLANNING);
        assertThat(held.state()).isEqualTo(AlertState.HELD);
        assertThat(bench.count("duty_notice where alert_id = " + held.id())).isZero();
    }

    @Test
    void fiftyThreadsWithOneAlertMakeOneAlert() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        int before = bench.transactions.get();
        List<Future<IntakeResult>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Cap cap = i % 2 == 0 ? alert : Cap.alert("b-" + i + alert.identifier());
            answers.add(threads.submit(() -> bench.send(cap)));
        }
        List<IntakeResult> results = new ArrayList<>();
        for (Future<IntakeResult> answer : answers) {
            results.add(answer.get());
        }
        threads.shutdown();

        List<Duplicate> duplicates = results.stream()
                .filter(Duplicate.class::isInstance)
                .map(Duplicate.class::cast)
                .toList();
        assertThat(duplicates).hasSize(249);
        assertThat(duplicates.stream().map(Duplicate::id).distinct()).hasSize(1);
        assertThat(results.stream().filter(Accepted.class::isInstance)).hasSize(251);
        assertThat(bench.transactions.get() - before).isLessThan(400);
    }

    @Test
    void theSameIdentityWithOtherContentIsAConflictAndChangesNothing() throws Exception {
        Accepted first = (Accepted) bench.send(alert);

        IntakeResult second = bench.send(alert.with("headline", "Water falls"));

        assertThat(second)
                .isInstanceOfSatisfying(Conflict.class, c -> assertThat(c.id()).isEqualTo(first.id()));
        assertThat(bench.one("select cap from alert where id = ?", first.id())).contains("Water rises");
        assertThat(bench.count("duty_notice where kind = 'conflict' and alert_id = " + first.id()))
                .isZero();
    }

    @Test
    void aConflictFromABrokerIsParkedAndTheDutyGroupTold() throws Exception {
        Accepted first = (Accepted) bench.send(alert);
        Cap other = alert.with("headline", "Water falls");

        bench.intake.accept(IntakeBench.submission("jms-incidents", other, IntakeBench.TRIGGER));
        bench.intake.accept(IntakeBench.submission("jms-incidents", other, IntakeBench.TRIGGER));

        assertThat(bench.count("parked where reason like 'Alert " + first.id() + " has the same%'"))
                .isEqualTo(1);
        assertThat(bench.count("duty_notice where kind = 'conflict' and alert_id = " + first.id()))
                .isEqualTo(1);
    }

    @Test
    void theSameMomentInAnotherZoneIsTheSameAlert() throws Exception {
        Accepted first = (Accepted) bench.send(alert);
        String sent = OffsetDateTime.parse(alert.sent())
                .withOffsetSameInstant(java.time.ZoneOffset.ofHours(5))
                .format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx"));

        IntakeResult again = bench.send(alert.with("sent", sent));

        assertThat(again).extracting("id").isEqualTo(first.id());
    }

    @Test
    void aKeyThatIsBoundToASenderSpeaksForNoOther() throws Exception {
        Submission submission = IntakeBench.submission("api", alert, IntakeBench.speakingFor("hydro\\..*"));

        assertThat(bench.intake.accept(submission)).isInstanceOf(NotAllowed.class);
        assertThat(bench.count("alert where identifier = '" + alert.identifier() + "'"))
                .isZero();
    }

    @Test
    void aCancelWithoutReferencesIsUnacceptable() {
        assertThatThrownBy(() -> bench.send(alert.with("msgType", "Cancel")))
                .isInstanceOfSatisfying(
                        UnacceptableSubmission.class,
                        e -> assertThat(e.problems().get(0).element()).isEqualTo("references"));
    }

    @Test
    void oneIdempotencyKeyGivesOneResultAndAnotherBodyIsAConflict() throws Exception {
        Submission first = keyed(alert, "key-1" + alert.identifier());
        Submission other = keyed(Cap.alert("other" + alert.identifier()), "key-1" + alert.identifier());

        List<IntakeResult> batch = bench.intake.acceptAll(List.of(first, first));
        IntakeResult later = bench.intake.accept(first);

        assertThat(batch.get(0)).isInstanceOf(Accepted.class);
        assertThat(batch.get(1)).isInstanceOf(Duplicate.class);
        assertThat(later).isInstanceOf(Duplicate.class);
        assertThat(bench.intake.accept(other)).isInstanceOf(Conflict.class);
    }

    @Test
    void onePoisonedItemInABatchIsParkedAndTheOthersGoOn() {
        Submission unreadable = new Submission(
                "kafka",
                Format.CAP_XML,
                "<alert".getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null);
        // The ledger itself refuses this one: PostgreSQL keeps no NUL.
        Submission refused = keyed(Cap.alert("far" + alert.identifier()), "k\0");

        List<IntakeResult> results = bench.intake.acceptAll(List.of(
                IntakeBench.submission("kafka", alert, IntakeBench.TRIGGER),
                unreadable,
                refused,
                IntakeBench.submission("kafka", Cap.alert("z" + alert.identifier()), IntakeBench.TRIGGER)));

        assertThat(results.get(0)).isInstanceOf(Accepted.class);
        assertThat(results.get(1)).isInstanceOf(IntakeResult.Parked.class);
        assertThat(results.get(2)).isInstanceOf(IntakeResult.Parked.class);
        assertThat(results.get(3)).isInstanceOf(Accepted.class);
    }

    @Test
    void aDefectMetByOneItemIsNeverParkedAndDoesNotHarmTheOthers() throws Exception {
        bench.brokenEvent = "Broken";
        try {
            ExecutorService threads = Executors.newFixedThreadPool(20);
            List<Future<IntakeResult>> good = new ArrayList<>();
            Future<IntakeResult> bad = threads.submit(() -> bench.send(alert.with("event", "Broken")));
            for (int i = 0; i < 19; i++) {
                Cap cap = Cap.alert("g" + i + alert.identifier());
                good.add(threads.submit(() -> bench.send(cap)));
            }
            for (Future<IntakeResult> answer : good) {
                assertThat(answer.get()).isInstanceOf(Accepted.class);
            }
            assertThatThrownBy(bad::get).hasCauseInstanceOf(IntakeUnavailable.class);
            threads.shutdown();
        } finally {
            bench.brokenEvent = null;
        }
        assertThat(bench.send(alert.with("event", "Broken"))).isInstanceOf(Accepted.class);
    }

    private static Submission keyed(Cap cap, String key) {
        return new Submission(
                "api",
                Format.CAP_JSON,
                cap.json().getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                key);
    }

    private static List<String> journal(long id) {
        return bench.jdbc()
                .sql("select what from journal where alert_id = ? order by id")
                .param(id)
                .query(String.class)
                .list();
    }
}
