package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.testing.TestDatabase;

/** A hub that is updated in the middle of an alert goes on with it. */
class MigrationTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcClient jdbc = database.jdbc();

    @BeforeEach
    void theFirstLedger() {
        jdbc.sql("drop schema public cascade").update();
        jdbc.sql("create schema public").update();
        migrate("20261122.1210");
        jdbc.sql("""
                insert into alert (id, site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires)
                overriding system value values (1, 'main', 'live', 'a', 's', now(), '', 'api', 't', 'Actual', 'Alert',
                    'Flood', 'Severe', 'Immediate', 0, 'SENDING', '{}', now() + interval '1 hour')""").update();
        for (long person = 1; person <= 3; person++) {
            jdbc.sql("""
                    insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                    values (?, 1, ?, 0, 'en', '{whatsapp,sms}', 'WAITING', true)""").params(person, person).update();
        }
        attempt(AttemptKey.of(1, 0), "QUEUED");
        attempt(AttemptKey.of(2, 0), "QUEUED");
        attempt(AttemptKey.of(3, 0), "ACCEPTED");
        jdbc.sql("insert into queue (key, channel, lane, due_at) values (?, 'whatsapp', 0, '2026-11-25T10:00:00Z')")
                .param(AttemptKey.of(1, 0))
                .update();
        jdbc.sql("insert into lease (owner, channel, until, keys) values ('h', 'whatsapp', now(), array[?::bigint])")
                .param(AttemptKey.of(2, 0))
                .update();
        jdbc.sql("insert into queue (key, channel, lane, due_at) values (3, 'wait', 0, '2026-11-25T10:01:00Z')")
                .update();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasQueuedClaimedOrWaitingStaysSo() {
        migrate("latest");

        assertThat(jdbc.sql("select state from attempt order by id")
                        .query(String.class)
                        .list())
                .containsExactly("QUEUED", "QUEUED", "ACCEPTED");
        assertThat(jdbc.sql("select code from attempt where state = 'ACCEPTED'")
                        .query(String.class)
                        .list())
                .containsExactly("kept");
        assertThat(longs("select unnest(keys) from queue where channel = 'whatsapp' and lane = 1"))
                .containsExactly(AttemptKey.of(1, 0));
        assertThat(longs("select unnest(keys) from lease")).containsExactly(AttemptKey.of(2, 0));
        assertThat(longs("select unnest(keys) from deadline where due_at = '2026-11-25T10:01:00Z'"))
                .containsExactly(3L);
        assertThat(longs("select count(*) from queue")).containsExactly(1L);
    }

    /** As version 0.1 numbered them: lane 2 was Severe, and Moderate in haste, in one row of the queue. */
    @Test
    void whatIsUnderWayGetsTheLaneOfItsSeverityAndWhatSharedARowIsParted() {
        migrate("20261126.1060");
        underWay(11, "Extreme", "Immediate", "Actual", 0);
        underWay(12, "Severe", "Immediate", "Actual", 1);
        underWay(13, "Severe", "Expected", "Actual", 2);
        underWay(14, "Moderate", "Immediate", "Actual", 2);
        underWay(15, "Unknown", "Past", "Actual", 3);
        underWay(16, "Minor", "Immediate", "Actual", 4);
        underWay(17, "Extreme", "Immediate", "Exercise", 4);
        queue("{416,448,417}", 2);
        queue("{480}", 3);
        queue("{512,544}", 4);

        migrate("latest");

        String lanes = "select lane from %s where %s between 11 and 17 order by %s";
        assertThat(longs(lanes.formatted("alert", "id", "id"))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 5L);
        assertThat(longs(lanes.formatted("recipient", "id", "id"))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 5L);
        assertThat(jdbc.sql(
                                "select lane || keys::text || channel || (due_at = '2026-11-26T11:00Z') from queue where channel = 'sms' order by lane")
                        .query(String.class)
                        .list())
                .containsExactly("2{416,417}smstrue", "3{448}smstrue", "4{480}smstrue", "5{512,544}smstrue");
    }

    private void underWay(long id, String severity, String urgency, String status, int lane) {
        jdbc.sql("""
                insert into alert (id, site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires)
                overriding system value values (:id, 'main', 'live', :id, 's', now(), '', 'api', 't', :status, 'Alert',
                    'Flood', :severity, :urgency, :lane, 'SENDING', '{}', now() + interval '1 hour')""")
                .param("id", id)
                .param("severity", severity)
                .param("urgency", urgency)
                .param("status", status)
                .param("lane", lane)
                .update();
        jdbc.sql("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                values (:id, :id, 1, :lane, 'en', '{sms}', 'WAITING', true)""").param("id", id).param("lane", lane).update();
    }

    private void queue(String keys, int lane) {
        jdbc.sql("insert into queue (keys, channel, lane, due_at) values (?::bigint[], 'sms', ?, '2026-11-26T11:00Z')")
                .params(keys, lane)
                .update();
    }

    private List<Long> longs(String sql) {
        return jdbc.sql(sql).query(Long.class).list();
    }

    private void attempt(long id, String state) {
        jdbc.sql(
                        "insert into attempt (id, alert_id, step, channel, state, code) values (?, 1, 0, 'whatsapp', ?, 'kept')")
                .params(id, state)
                .update();
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource(database.dataSource())
                .target(target)
                .load()
                .migrate();
    }
}
