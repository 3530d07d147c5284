package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.testing.TestDatabase;

/** The fatigue budget and its digests over several hubs on one database, and what counts. */
class FatigueTest {
    private static final int PEOPLE = 30;

    @TempDir
    Path folder;

    private final TestDatabase database = TestDatabase.fresh();
    private PlanningHub hub;
    private PlanningHub another;

    @BeforeEach
    void start() {
        hub = new PlanningHub(database, folder, 3);
        another = new PlanningHub(database, folder, 3);
        hub.people(PEOPLE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoHubsThatPlanAtOnceSendNobodyMoreThanTheBudgetAndWithholdTheRest() throws Exception {
        List<Long> alerts = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            alerts.add(hub.minor());
        }
        atOnce(hub::plan, another::plan);

        assertThat(perPerson("PENDING")).containsOnly(3L).hasSize(PEOPLE);
        assertThat(perPerson("WITHHELD")).containsOnly(5L).hasSize(PEOPLE);
        assertThat(hub.jdbc.queryForObject("select count(*) from attempt_order", Long.class))
                .isEqualTo(3L * PEOPLE);
        assertThat(hub.jdbc.queryForObject("select count(*) from withheld", Long.class))
                .isEqualTo(5L * PEOPLE);
    }

    @Test
    void twoHubsThatGatherAtOnceMakeOneDigestOfAPersonWithEachOfItsAlerts() throws Exception {
        for (int n = 0; n < 8; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        List<Digests.Content> made = java.util.Collections.synchronizedList(new ArrayList<>());
        atOnce(() -> gather(hub, made), () -> gather(another, made));

        assertThat(made).singleElement().satisfies(digest -> {
            assertThat(digest.contacts()).hasSize(PEOPLE).doesNotHaveDuplicates();
            assertThat(digest.count()).isEqualTo(5);
            assertThat(digest.newest()).hasSize(2);
        });
        assertThat(hub.digests.pending()).hasSize(1);
        assertThat(hub.jdbc.queryForObject("select count(*) from withheld where digest_id is null", Long.class))
                .isZero();
    }

    @Test
    void aDigestIsHandedInOnceMoreAfterACrashAndSaidOnce() {
        for (int n = 0; n < 4; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        gather(hub, new ArrayList<>());
        Digests.Pending pending = another.digests.pending().get(0);
        assertThat(new String(pending.cap(), StandardCharsets.UTF_8)).isEqualTo("digest of 1");
        long digest = hub.minor();
        another.digests.made(pending.digestId(), digest);
        hub.digests.made(pending.digestId(), digest);

        assertThat(perPerson("DIGESTED")).containsOnly(1L).hasSize(PEOPLE);
        assertThat(hub.jdbc.queryForObject(
                        "select count(*) from journal where what = 'digested' and detail = 'in alert ' || ?",
                        Long.class,
                        String.valueOf(digest)))
                .isEqualTo(PEOPLE);
        assertThat(hub.digests.pending()).isEmpty();
    }

    @Test
    void aDigestOfWhichAnAlertIsCancelledIsPlannedForNobodyWheneverTheCancelComes() {
        long[] alerts = new long[5];
        for (int n = 0; n < 5; n++) {
            alerts[n] = hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        gather(hub, new ArrayList<>());
        Digests.Pending pending = hub.digests.pending().get(0);
        // The cancel is committed between the look at what is pending and the hand-in.
        hub.jdbc.update("update alert set state = 'CANCELLED' where id = ?", alerts[3]);
        Digests.withdraw(hub.jdbc, List.of(alerts[3]));
        assertThat(another.digests.pending()).isEmpty();
        long digest = hub.minor();
        hub.jdbc.update("update alert set source = 'digest' where id = ?", digest);
        hub.digests.made(pending.digestId(), digest);
        assertThat(hub.jdbc.queryForList(Planner.NEXT)).isEmpty();
        hub.digests.settle();
        assertThat(hub.jdbc.queryForObject("select state from alert where id = ?", String.class, digest))
                .isEqualTo("CANCELLED");

        // What the caretaker does.
        hub.jdbc.update("update alert set closed_at = now() where id in (?, ?)", digest, alerts[3]);
        hub.jdbc.update(
                "update recipient set state = 'CANCELLED', open = false where alert_id = ? and open and state = 'WITHHELD'",
                alerts[3]);
        hub.digests.settle();
        List<Digests.Content> next = new ArrayList<>();
        gather(hub, next);
        assertThat(next).singleElement().satisfies(content -> {
            assertThat(content.count()).isEqualTo(1);
            assertThat(content.newest().get(0).alertId()).isEqualTo(alerts[4]);
            assertThat(content.contacts()).hasSize(PEOPLE);
        });
    }

    @ParameterizedTest(name = "digest {0}, its person {1}: the alert''s record says {2}, to be told again: {3}")
    @CsvSource({
        "DONE, DELIVERED, DIGESTED, false",
        "DONE, UNCONFIRMED, DIGESTED, false",
        "DONE, EXHAUSTED, EXHAUSTED, false",
        "EXPIRED, DELIVERED, DIGESTED, false",
        "EXPIRED, EXPIRED, WITHHELD, true",
        "CANCELLED, CANCELLED, WITHHELD, true"
    })
    void theRecordOfEachPersonAndAlertEndsWithItsDigest(
            String digestState, String person, String record, boolean again) {
        for (int n = 0; n < 4; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        gather(hub, new ArrayList<>());
        Digests.Pending pending = hub.digests.pending().get(0);
        long digest = hub.alert("Severe", "hub", "Alert", "{}");
        hub.plan();
        hub.digests.made(pending.digestId(), digest);
        hub.jdbc.update("update recipient set state = ?, open = false where alert_id = ?", person, digest);
        hub.jdbc.update("update alert set state = ?, closed_at = now() where id = ?", digestState, digest);
        hub.digests.settle();
        another.digests.settle();

        assertThat(hub.jdbc.queryForList(
                        "select distinct r.state || ' ' || r.open from recipient r join withheld w on w.recipient_id = r.id",
                        String.class))
                .containsExactly(record + " " + again);
        List<Digests.Content> next = new ArrayList<>();
        gather(hub, next);
        assertThat(next).hasSize(again ? 1 : 0);
    }

    @ParameterizedTest(name = "{0} from {1}, {2}, {3}")
    @CsvSource({
        "Minor, api, Alert, {}, WITHHELD",
        "Moderate, api, Update, {}, WITHHELD",
        "Unknown, hook:x, Alert, {}, WITHHELD",
        "Severe, api, Alert, {}, PENDING",
        "Extreme, api, Alert, {}, PENDING",
        "Minor, digest, Alert, {}, PENDING",
        "Minor, hub, Alert, {}, PENDING",
        "Minor, api, Cancel, {}, PENDING",
        "Minor, api, Update, '{\"responseType\":[\"AllClear\"]}', PENDING",
        "Minor, api, Alert, '{\"headline\":\"say \\\"AllClear\\\" now\"}', WITHHELD"
    })
    void whoHadThreeLessUrgentAlertsGetsAFourthOfThisKind(
            String severity, String source, String msgType, String cap, String state) {
        for (int n = 0; n < 3; n++) {
            hub.minor();
            hub.plan();
        }
        long alert = hub.alert(severity, source, msgType, cap);
        hub.plan();
        assertThat(hub.states(alert)).containsOnly(Map.entry(state, (long) PEOPLE));
    }

    @ParameterizedTest
    @CsvSource({"Severe, api", "Extreme, api", "Minor, digest", "Severe, hub"})
    void whatNeverCountsLeavesTheBudgetAlone(String severity, String source) {
        for (int n = 0; n < 3; n++) {
            hub.alert(severity, source, "Alert", "{}");
            hub.plan();
        }
        for (int n = 0; n < 2; n++) {
            hub.minor();
            hub.plan();
        }
        long third = hub.minor();
        hub.plan();
        assertThat(hub.states(third)).containsOnly(Map.entry("PENDING", (long) PEOPLE));
    }

    @Test
    void whatWasNeverSentDoesNotCount() {
        for (int n = 0; n < 3; n++) {
            long cancelled = hub.minor();
            hub.plan();
            hub.jdbc.update("update recipient set state = 'CANCELLED', open = false where alert_id = ?", cancelled);
        }
        long fourth = hub.minor();
        hub.plan();
        assertThat(hub.states(fourth)).containsOnly(Map.entry("PENDING", (long) PEOPLE));
    }

    @Test
    void afterTheWindowPeopleAreSentAgain() {
        for (int n = 0; n < 4; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update alert set received_at = received_at - interval '61 minutes'");
        hub.jdbc.update("update fatigue set over_until = over_until - interval '61 minutes'");
        long fifth = hub.minor();
        hub.plan();
        assertThat(hub.states(fifth)).containsOnly(Map.entry("PENDING", (long) PEOPLE));
    }

    @Test
    void whatEndedBeforeTheDigestIsLeftOutAndADigestOfNothingIsNone() {
        for (int n = 0; n < 4; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        hub.jdbc.update("update alert set expires = now() - interval '1 second'");
        List<Digests.Content> made = new ArrayList<>();
        gather(hub, made);
        assertThat(made).isEmpty();
        assertThat(hub.jdbc.queryForObject("select count(*) from withheld where settled_at is null", Long.class))
                .isZero();
    }

    @Test
    void theRecordOfWhoIsNoLongerInTheDirectorySaysSo() {
        for (int n = 0; n < 4; n++) {
            hub.minor();
            hub.plan();
        }
        hub.jdbc.update("update withheld set due_at = now()");
        hub.jdbc.update("update contact set active = false where ext_id = 'p0000001'");
        List<Digests.Content> made = new ArrayList<>();
        gather(hub, made);
        assertThat(made).singleElement().satisfies(digest -> assertThat(digest.contacts())
                .hasSize(PEOPLE - 1)
                .doesNotContain("p0000001"));
        assertThat(perPerson("EXHAUSTED")).containsExactly(1L);
    }

    @Test
    void anAlertThatEndsSoonBringsItsDigestForward() {
        for (int n = 0; n < 3; n++) {
            hub.minor();
            hub.plan();
        }
        long soon = hub.minor();
        hub.jdbc.update("update alert set expires = now() + interval '4 minutes' where id = ?", soon);
        hub.plan();
        assertThat(hub.jdbc.queryForObject(
                        "select bool_and(due_at between now() + interval '100 seconds' and now() + interval '125 seconds')"
                                + " from withheld where alert_id = ?",
                        Boolean.class,
                        soon))
                .isTrue();
    }

    private List<Long> perPerson(String state) {
        return hub.jdbc.queryForList(
                "select count(*) from recipient where state = ? group by person_id", Long.class, state);
    }

    private static void gather(PlanningHub hub, List<Digests.Content> made) {
        hub.digests.gather(2, content -> {
            made.add(content);
            return ("digest of " + content.count()).getBytes(StandardCharsets.UTF_8);
        });
    }

    private static void atOnce(Runnable... works) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(works.length);
        try {
            List<Callable<Object>> all = new ArrayList<>();
            for (Runnable work : works) {
                all.add(Executors.callable(work));
            }
            for (Future<Object> done : threads.invokeAll(all)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
