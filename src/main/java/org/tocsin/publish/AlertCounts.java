package org.tocsin.publish;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** How many people an alert has reached: counted now and then, and never kept along on the way of a delivery. */
final class AlertCounts {
    private static final long ONE_HUB_COUNTS = 0x746f6373696e02L;
    /** Counting may take so small a part of the time at most, however large the alert. */
    private static final int SHARE = 50;

    private static final int AT_ONCE = 20;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Duration every;

    AlertCounts(JdbcTemplate jdbc, TransactionTemplate transaction, Duration every) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.every = every;
    }

    /** As JSON: reached is who has a receipt or answered. */
    String of(long alertId) {
        String counts = jdbc.queryForObject("""
                select json_build_object('people', count(*),
                    'reached', count(*) filter (where coalesce(delivered_at, read_at, acknowledged_at) is not null),
                    'acknowledged', count(*) filter (where acknowledged_at is not null),
                    'exhausted', count(*) filter (where state = 'EXHAUSTED'))::text
                from recipient where alert_id = ?""", String.class, alertId);
        return java.util.Objects.requireNonNull(counts);
    }

    /** Publishes the counts of open alerts that differ from those published last, each at most once in the interval. */
    void publish() {
        transaction.executeWithoutResult(status -> {
            if (!Boolean.TRUE.equals(
                    jdbc.queryForObject("select pg_try_advisory_xact_lock(?)", Boolean.class, ONE_HUB_COUNTS))) {
                return;
            }
            jdbc.update("delete from publication_progress p using alert a"
                    + " where a.id = p.alert_id and a.closed_at is not null");
            List<Long> open = jdbc.queryForList("""
                    select a.id from alert a left join publication_progress p on p.alert_id = a.id
                    where a.closed_at is null and a.planned > 0 and a.source not in ('hub', 'digest')
                        and (p.next_at is null or p.next_at <= clock_timestamp())
                        and exists (select from subscription)
                    order by p.next_at nulls first limit ?""", Long.class, AT_ONCE);
            open.forEach(this::publish);
        });
    }

    private void publish(long alertId) {
        long began = System.nanoTime();
        String counts = of(alertId);
        double pause = Math.max(every.toNanos(), SHARE * (System.nanoTime() - began)) / 1e9;
        jdbc.update("""
                with before as (select counts from publication_progress where alert_id = ?),
                noted as (
                    insert into publication_progress (alert_id, counts, next_at)
                    values (?, ?, clock_timestamp() + make_interval(secs => ?))
                    on conflict (alert_id) do update set counts = excluded.counts, next_at = excluded.next_at)
                insert into publication (event, subscription, chain, alert_id, state, counts)
                select e.event, s.name, e.chain, ?, 'PROGRESS', ?
                from (select gen_random_uuid() as event, first_of_chain(id, supersedes) as chain
                    from alert where id = ? offset 0) e cross join subscription s
                where not exists (select from before where counts = ?)""", alertId, alertId, counts, pause, alertId, counts, alertId, counts);
    }
}
