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
        assertThat(longs("select unnest(keys) from queue where channel = 'whatsapp' and lane = 0"))
                .containsExactly(AttemptKey.of(1, 0));
        assertThat(longs("select unnest(keys) from lease")).containsExactly(AttemptKey.of(2, 0));
        assertThat(longs("select unnest(keys) from deadline where due_at = '2026-11-25T10:01:00Z'"))
                .containsExactly(3L);
        assertThat(longs("select count(*) from queue")).containsExactly(1L);
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
