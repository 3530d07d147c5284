package org.tocsin.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.testing.TestDatabase;

/** What is written with a change, who may publish it, and in which order; on a real PostgreSQL. */
class OutboxTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final NotPublished AWAY = new NotPublished("answered 503", false, null);

    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final TransactionTemplate transaction =
            new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
    private final Outbox outbox = new Outbox(jdbc, transaction, "hub-1");

    @AfterEach
    void close() {
        database.close();
    }

    private long alert(String state, String source, Long supersedes, Long cause) {
        Long id = jdbc.queryForObject("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires, supersedes, cause_id)
                values ('main', 'live', gen_random_uuid(), 's', now(), '', ?, 't', 'Actual', 'Alert', 'Flood', 'Severe',
                    'Immediate', 0, ?, '{}', now() + interval '1 hour', ?, ?) returning id""", Long.class, source, state, supersedes, cause);
        return java.util.Objects.requireNonNull(id);
    }

    private long alert() {
        return alert("PLANNING", "api", null, null);
    }

    private void state(long alert, String state) {
        jdbc.update("update alert set state = ? where id = ?", state, alert);
    }

    private List<String> due() {
        return outbox.due("tool", 100).stream()
                .map(one -> one.alertId() + " " + one.state())
                .toList();
    }

    private long rows() {
        return jdbc.queryForObject("select count(*) from publication", Long.class);
    }

    @Test
    void aSubscriptionIsToldOfWhatHappensFromItsBeginningOn() {
        alert();
        assertThat(rows()).as("nobody to be told").isZero();

        assertThat(outbox.lease("tool")).isTrue();
        long later = alert();

        assertThat(due()).containsExactly(later + " PLANNING");
    }

    @Test
    void whatIsRolledBackIsNotTold() {
        outbox.lease("tool");
        transaction.executeWithoutResult(status -> {
            alert();
            status.setRollbackOnly();
        });

        assertThat(rows()).isZero();
    }

    @Test
    void anUpdateWaitsForTheAlertThatItFollowsAndNobodyElseDoes() {
        outbox.lease("tool");
        long first = alert();
        long update = alert("PLANNING", "api", first, null);
        long last = alert("PLANNING", "api", update, null);
        long other = alert();
        assertThat(due()).containsExactly(first + " PLANNING", other + " PLANNING");

        Publication head = outbox.due("tool", 1).get(0);
        outbox.failed("tool", head.id(), AWAY, DAY);
        assertThat(due()).as("its turn comes later").containsExactly(other + " PLANNING");

        jdbc.update("update publication set due_at = now()");
        outbox.done(List.of(head.id()));
        assertThat(due()).contains(update + " PLANNING").doesNotContain(last + " PLANNING");
    }

    @Test
    void eachChangeOfAStateIsARowAndTheWayToSendingIsNone() {
        outbox.lease("tool");
        long alert = alert("HELD", "api", null, null);
        state(alert, "PLANNING");
        state(alert, "SENDING");
        state(alert, "SENDING");
        state(alert, "DONE");

        assertThat(jdbc.queryForList(
                        "select coalesce(was, '-') || ' ' || state from publication order by id", String.class))
                .containsExactly("- HELD", "HELD PLANNING", "SENDING DONE");
    }

    @Test
    void aStormAndADigestAreNotToldOneByOneAndANoticeOfTheHubOnce() {
        outbox.lease("tool");
        long held = alert("HELD", "api", null, 7L);
        state(held, "REJECTED");
        state(alert("PLANNING", "digest", null, null), "DONE");
        state(alert("PLANNING", "hub", null, null), "DONE");
        assertThat(rows()).isOne();

        state(alert("HELD", "api", null, 7L), "PLANNING");
        assertThat(jdbc.queryForObject("select was from publication order by id desc limit 1", String.class))
                .isEqualTo("HELD");
    }

    @Test
    void oneHubPublishesAndAnotherFollowsIt() {
        Outbox another = new Outbox(jdbc, transaction, "hub-2");
        assertThat(outbox.lease("tool")).isTrue();
        assertThat(another.lease("tool")).isFalse();
        assertThat(outbox.lease("tool")).as("its own").isTrue();

        jdbc.update("update subscription set lease_until = now() - interval '1 second'");
        assertThat(another.lease("tool")).as("of a hub that was killed").isTrue();
        another.release("tool");
        assertThat(outbox.lease("tool")).isTrue();
    }

    @Test
    void whatIsTooOldIsPutAsideWithAllThatIsAndToldOnceAndReplayedInItsOrder() {
        outbox.lease("tool");
        long first = alert();
        state(first, "DONE");
        alert();
        jdbc.update("update publication set since = now() - interval '25 hours'");
        long young = alert();

        assertThat(outbox.failed("tool", outbox.due("tool", 1).get(0).id(), AWAY, DAY))
                .isEqualTo(3);
        assertThat(due()).containsExactly(young + " PLANNING");
        assertThat(outbox.aside("tool", 0, 100)).hasSize(3).allMatch(one -> one.failure()
                .equals("answered 503"));
        outbox.failed("tool", outbox.due("tool", 1).get(0).id(), new NotPublished("answered 400", true, null), DAY);
        assertThat(jdbc.queryForList("select what from hub_event", String.class))
                .containsExactly("Events for tool are put aside");

        assertThat(outbox.replay("tool", "olga")).isEqualTo(4);
        assertThat(due()).hasSize(3).contains(first + " PLANNING");
        outbox.failed("tool", outbox.due("tool", 1).get(0).id(), AWAY, DAY);
        assertThat(outbox.aside("tool", 0, 100)).as("their age is counted anew").isEmpty();
    }

    @Test
    void whatNoHubServesIsForgottenAndWrittenNoMore() {
        outbox.lease("tool");
        alert();
        jdbc.update("update subscription set served_at = now() - interval '8 days'");
        alert();
        assertThat(rows()).isOne();

        outbox.forget();
        assertThat(rows()).isZero();
        assertThat(jdbc.queryForObject("select count(*) from subscription", Long.class))
                .isZero();
    }

    /** A tool that is away for a day must not make each look at its outbox read all of it. */
    @Test
    void ofALongBacklogOnlyTheHeadIsRead() {
        outbox.lease("tool");
        jdbc.update("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires)
                select 'main', 'live', n::text, 's', now(), '', 'api', 't', 'Actual', 'Alert', 'Flood', 'Severe',
                    'Immediate', 0, 'PLANNING', '{}', now() + interval '1 hour' from generate_series(1, 5000) n""");
        jdbc.execute("analyze publication");

        List<String> plan = transaction.execute(status -> {
            jdbc.execute("set local enable_seqscan = off");
            return jdbc.queryForList(
                    "explain (analyze, costs off, timing off) "
                            + Outbox.DUE.replaceFirst("\\?", "'tool'").replaceFirst("\\?", "4"),
                    String.class);
        });

        assertThat(String.join("\n", plan))
                .contains("publication_due", "publication_chain")
                .doesNotContain("Seq Scan", "Sort", "rows=5000");
    }
}
