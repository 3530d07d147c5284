package org.tocsin.delivery;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An older state of the database was put back: what it calls unsent was probably sent. Triggers are accepted, planned
 * and kept; nothing is sent by any hub until a person decides.
 */
@Component
public class LedgerHold {
    /** More than can have been given out after any backup. */
    private static final long AHEAD = 1_000_000_000L;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    LedgerHold(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** What happens to alerts that came with the older state and that it calls unfinished. */
    public enum Unsent {
        /** They end. Whoever had not got one yet does not get it from this hub. */
        DROP,
        /** They go on. Whoever got one after the backup gets it again. */
        SEND
    }

    /** @param alerts that came with the older state and are unfinished there */
    public record Hold(Instant since, long lastAlert, long alerts) {}

    public Optional<Hold> inForce() {
        return jdbc
                .query(
                        """
                        select since, last_alert, (select count(*) from alert a where a.id <= h.last_alert
                            and a.closed_at is null and a.state in ('PLANNING', 'SENDING'))
                        from ledger_hold h where released_at is null""",
                        (row, n) -> new Hold(
                                row.getObject(1, OffsetDateTime.class).toInstant(), row.getLong(2), row.getLong(3)))
                .stream()
                .findFirst();
    }

    /** @return how many alerts it ended or let go on, or empty when nothing is held */
    public Optional<Integer> release(Unsent unsent, String operator) {
        Integer alerts = transaction.execute(status -> releaseHere(unsent, operator));
        return Optional.ofNullable(alerts);
    }

    private @org.jspecify.annotations.Nullable Integer releaseHere(Unsent unsent, String operator) {
        List<Long> last =
                jdbc.queryForList("""
                update ledger_hold set released_at = clock_timestamp(), released_by = ?, unsent = ?
                where released_at is null returning last_alert""", Long.class, operator, unsent.name().toLowerCase(java.util.Locale.ROOT));
        if (last.isEmpty()) {
            return null;
        }
        // As every decision does: a claim that has begun waits, or is waited for.
        List<Long> alerts = jdbc.queryForList("""
                select id from alert where id <= ? and closed_at is null and state in ('PLANNING', 'SENDING')
                order by id for update""", Long.class, last.get(0));
        Long[] ids = alerts.toArray(Long[]::new);
        if (unsent == Unsent.DROP) {
            jdbc.update("""
                    update alert set state = 'CANCELLED', decided_at = clock_timestamp(), decided_by = ?,
                        reason = 'The database was restored; what it called unsent was dropped.'
                    where id = any (?::bigint[])""", operator, ids);
        }
        jdbc.update(
                "insert into journal (alert_id, what, detail) select unnest(?::bigint[]), 'ledger-released', ?",
                ids,
                "unsent=" + unsent + " by=" + operator);
        jdbc.update(
                "insert into hub_event (what, detail) values (?, ?)",
                "A restored database is in use",
                ids.length + " alerts of the older state "
                        + (unsent == Unsent.DROP ? "were dropped. " : "go on, and some people get them again. ")
                        + "Alerts accepted after the backup are not known any more.");
        return ids.length;
    }

    /** @param mark what the database holds of the hub that noticed it, {@code seen} what that hub knows */
    void begin(long mark, long seen) {
        jdbc.update("""
                insert into ledger_hold (mark, seen, last_alert) select ?, ?, coalesce(max(id), 0) from alert
                on conflict do nothing""", mark, seen);
        // Providers go on reporting of messages that this state does not know: no new one may have their numbers.
        jdbc.queryForList("select setval('recipient_ids', nextval('recipient_ids') + ?)", AHEAD);
        jdbc.queryForList(
                "select setval(pg_get_serial_sequence('alert', 'id'), nextval(pg_get_serial_sequence('alert', 'id')) + ?)",
                AHEAD);
        jdbc.update(
                "insert into journal (what, detail) values ('ledger-restored', ?)", "mark=" + mark + " seen=" + seen);
    }

    /** Whether a person decided already on what this hub notices only now: it was away meanwhile. */
    boolean begunAfter(Instant lastSeen) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from ledger_hold where since > ?)",
                Boolean.class,
                lastSeen.atOffset(ZoneOffset.UTC)));
    }
}
