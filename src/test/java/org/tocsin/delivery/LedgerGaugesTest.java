package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.sms.SmsChannel;
import org.tocsin.testing.TestDatabase;

/** What the gauges show is what stands in the ledger now. */
class LedgerGaugesTest {
    private static final TestDatabase database = TestDatabase.fresh();

    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final LedgerGauges gauges =
            new LedgerGauges(jdbc, List.of(new SmsChannel("Tocsin", java.time.Clock.systemUTC())), metrics);

    @AfterAll
    static void drop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        jdbc.execute("truncate queue, alert, parked, inbox, duty_notice cascade");
    }

    @Test
    void anEmptyLedgerShowsZerosAndNotNothing() {
        gauges.look();

        for (int lane = 0; lane < Lane.COUNT; lane++) {
            assertThat(queued("tocsin.queue.messages", lane)).isZero();
            assertThat(queued("tocsin.queue.oldest.seconds", lane)).isZero();
            assertThat(queued("tocsin.queue.set.aside", lane)).isZero();
        }
        assertThat(alerts("tocsin.alerts", "HELD")).isZero();
        assertThat(value("tocsin.parked.triggers")).isZero();
        assertThat(value("tocsin.inbox.oldest.seconds")).isZero();
        assertThat(value("tocsin.duty.notice.overdue.seconds")).isZero();
    }

    @Test
    void whatIsDueIsCountedByMessageAndLaneAndWhatIsForLaterIsNot() {
        queue("sms", 0, "{1,2,3}", -40);
        queue("sms", 0, "{4}", -5);
        queue("sms", 0, "{5,6}", 600);
        queue("sms", 3, "{7,8}", -1);
        queue(ProviderCircuit.waiting("sms"), 1, "{9,10}", -100);

        gauges.look();

        assertThat(queued("tocsin.queue.messages", 0)).isEqualTo(4);
        assertThat(queued("tocsin.queue.oldest.seconds", 0)).isBetween(40.0, 100.0);
        assertThat(queued("tocsin.queue.messages", 1)).isZero();
        assertThat(queued("tocsin.queue.messages", 3)).isEqualTo(2);
        assertThat(queued("tocsin.queue.set.aside", 1)).isEqualTo(2);
    }

    @Test
    void whatIsGoneIsNoLongerShown() {
        queue("sms", 0, "{1}", -40);
        gauges.look();
        jdbc.update("delete from queue");
        gauges.look();

        assertThat(queued("tocsin.queue.messages", 0)).isZero();
        assertThat(queued("tocsin.queue.oldest.seconds", 0)).isZero();
    }

    @Test
    void alertsThatWaitAreCountedByStateUntilTheyAreClosed() {
        alert("HELD", 300, false);
        alert("HELD", 10, false);
        alert("HELD", 10, true);
        alert("SENDING", 10, false);

        gauges.look();

        assertThat(alerts("tocsin.alerts", "HELD")).isEqualTo(2);
        assertThat(alerts("tocsin.alerts.oldest.seconds", "HELD")).isBetween(300.0, 360.0);
        assertThat(alerts("tocsin.alerts", "SENDING")).isEqualTo(1);
        assertThat(alerts("tocsin.alerts", "PLANNING")).isZero();
    }

    @Test
    void whatTheBrakeHoldsAndWhatBecameOfTheTriggersOfEachSource() {
        alert("HELD", 10, false);
        jdbc.update("update alert set cause_id = 7 where state = 'HELD'");
        alert("HELD", 10, false);
        jdbc.update("insert into intake_count (site, source, part, accepted, held, grouped) values"
                + " ('s', 'kafka-triggers', 1, 10, 20, 70), ('s', 'kafka-triggers', 2, 1, 2, 7)");

        gauges.look();

        assertThat(value("tocsin.storm.waiting")).isEqualTo(1);
        assertThat(metrics.get("tocsin.intake.triggers")
                        .tags("source", "kafka-triggers", "outcome", "grouped")
                        .gauge()
                        .value())
                .isEqualTo(77);
    }

    @Test
    void parkedTriggersReceiptsAndNoticesThatNobodyGot() {
        jdbc.update("""
                insert into parked (site, source, submitted_by, format, reason, payload_enc, attributes_enc, payload_hash,
                    state) select 's', 'x', 'x', 'x', 'x', '', '', n::text::bytea,
                    case n when 3 then 'REPLAYED' else 'PARKED' end from generate_series(1, 3) n""");
        jdbc.update("insert into inbox (source, body_enc, received_at) values"
                + " ('sms', '', now() - interval '90 seconds'), ('sms', '', now())");
        alert("SENDING", 10, false);
        jdbc.update("""
                insert into duty_notice (alert_id, kind, number, due_at, told_at) select id, 'held', n,
                    now() + (array[-70, -3600, 3600])[n] * interval '1 second', case n when 2 then now() end
                from alert, generate_series(1, 3) n""");

        gauges.look();

        assertThat(value("tocsin.parked.triggers")).isEqualTo(2);
        assertThat(value("tocsin.inbox.letters")).isEqualTo(2);
        assertThat(value("tocsin.inbox.oldest.seconds")).isBetween(90.0, 150.0);
        assertThat(value("tocsin.duty.notice.overdue.seconds")).isBetween(70.0, 130.0);
        assertThat(value("tocsin.ledger.seen.seconds")).isBetween(0.0, 60.0);
    }

    private void queue(String channel, int lane, String keys, int dueInSeconds) {
        jdbc.update(
                "insert into queue (keys, channel, lane, due_at)"
                        + " values (?::bigint[], ?, ?, now() + ? * interval '1 second')",
                keys,
                channel,
                lane,
                dueInSeconds);
    }

    private void alert(String state, int age, boolean closed) {
        jdbc.update("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires, received_at, closed_at)
                values ('s', 'live', gen_random_uuid(), 'x', now(), 'x', 'api', 'x', 'Actual', 'Alert', 'x', 'Minor',
                    'Future', 3, ?, '{}', now() + interval '1 hour', now() - ? * interval '1 second',
                    case when ? then now() end)""", state, age, closed);
    }

    private double queued(String name, int lane) {
        return metrics.get(name)
                .tags("channel", "sms", "lane", String.valueOf(lane))
                .gauge()
                .value();
    }

    private double alerts(String name, String state) {
        return metrics.get(name).tag("state", state).gauge().value();
    }

    private double value(String name) {
        return metrics.get(name).gauge().value();
    }
}
