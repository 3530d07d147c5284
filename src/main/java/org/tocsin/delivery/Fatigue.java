package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Who had enough of the less urgent alerts for now. Extreme and Severe are never asked about, and never count; neither do
 * duty notices, and an all-clear is never withheld. Everything is counted from rows, so it holds over restarts and hubs.
 *
 * <p>While fewer alerts than the budget came in within the window nobody can be over it, and one statement a chunk says
 * so. Otherwise the people of a chunk are counted in one statement, and hubs count one after the other.
 */
@Component
class Fatigue {
    /** Of {@code pg_advisory_xact_lock}: "fatigue". */
    private static final long LOCK = 0x66617469677565L;

    private static final String LESS_URGENT = "severity in ('Moderate', 'Minor', 'Unknown')";

    /**
     * An exclusive lock only where somebody may be over budget; a shared one makes who counts wait for those who are
     * planning without counting. "AllClear" between bare quotes is a value of the canonical CAP document: its responseType.
     */
    static final String LOOK = """
            select counts, others >= ?, first, case when not counts then true
                when others >= ? then pg_try_advisory_xact_lock(?) else pg_try_advisory_xact_lock_shared(?) end
            from (select a.severity in ('Moderate', 'Minor', 'Unknown') and a.source not in ('hub', 'digest')
                        and a.msg_type <> 'Cancel' and position('"AllClear"' in a.cap) = 0 as counts,
                    (select count(*) from (select from alert o where o.LESS_URGENT
                        and o.received_at > statement_timestamp() - make_interval(secs => ?)
                        and o.source <> 'digest' and o.id <> a.id limit ?) n) as others,
                    (select o.id from alert o where o.LESS_URGENT
                        and o.received_at > statement_timestamp() - make_interval(secs => ?)
                        order by o.received_at, o.id limit 1) as first
                from alert a where a.id = ? offset 0) k""".replace("LESS_URGENT", LESS_URGENT);

    /** An alert counts that was sent to the person, or will be. The limits keep plans to the index, and rows to a budget. */
    static final String OVER = """
            with known as (
                select f.person_id from unnest(?::bigint[]) p (id)
                join fatigue f on f.person_id = p.id and f.over_until > statement_timestamp()),
            many as (
                select p.id from unnest(?::bigint[]) p (id) cross join lateral (
                    select count(*) as n from (select from recipient r
                        where r.person_id = p.id and r.alert_id >= ? and r.alert_id <> ? limit ?) c) m
                where m.n >= ? and p.id not in (select person_id from known)),
            fresh as (
                select m.id, s.received_at + make_interval(secs => ?) as until
                from many m cross join lateral (
                    select a.received_at from (select * from recipient r
                        where r.person_id = m.id and r.alert_id >= ? and r.alert_id <> ? offset 0) r
                    cross join lateral (select * from alert a where a.id = r.alert_id offset 0) a
                    where a.received_at > statement_timestamp() - make_interval(secs => ?) and a.LESS_URGENT
                        and a.source not in ('hub', 'digest')
                        and (r.accepted_at is not null or r.state in ('PENDING', 'WAITING', 'UNCONFIRMED'))
                    order by a.received_at desc offset ? limit 1) s),
            noted as (
                insert into fatigue (person_id, over_until) select id, until from fresh
                on conflict (person_id) do update set over_until = excluded.over_until)
            select o.id, (select max(d.made_at) from withheld w join digest d on d.id = w.digest_id
                where w.person_id = o.id and d.made_at > statement_timestamp() - make_interval(secs => ?))
            from (select person_id as id from known union all select id from fresh) o""".replace("LESS_URGENT", LESS_URGENT);

    private final JdbcTemplate jdbc;
    private final FatigueSettings settings;

    Fatigue(JdbcTemplate jdbc, FatigueSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** What is known of an alert before its people are looked at. */
    sealed interface Look {
        /** Nobody can be over budget, or it is not withheld from anybody. */
        record Free() implements Look {}

        /** Another hub is counting: to be looked at again in a moment. */
        record Busy() implements Look {}

        /** @param first the oldest alert that may count */
        record Count(long first) implements Look {}
    }

    /** In the transaction of the chunk. The lanes of Extreme and Severe: nothing is asked. */
    Look look(long alertId, int lane) {
        if (settings.alerts() == 0 || lane <= Lane.URGENT) {
            return new Look.Free();
        }
        double window = seconds(settings.window());
        int budget = settings.alerts();
        Look look = jdbc.queryForObject(
                LOOK,
                (row, n) -> {
                    if (!row.getBoolean(4)) {
                        return new Look.Busy();
                    }
                    return row.getBoolean(1) && row.getBoolean(2) ? new Look.Count(row.getLong(3)) : new Look.Free();
                },
                budget,
                budget,
                LOCK,
                LOCK,
                window,
                budget,
                window,
                alertId);
        return java.util.Objects.requireNonNull(look);
    }

    /** Those of the persons who are over budget, each with the instant at which their digest is due. */
    Map<Long, Instant> over(Look look, long alertId, List<Long> persons, Instant now, Instant expires) {
        if (!(look instanceof Look.Count count) || persons.isEmpty()) {
            return Map.of();
        }
        Instant due = earlier(
                now.plus(settings.digestAfter()),
                now.plus(Duration.between(now, expires).dividedBy(2)));
        Map<Long, Instant> over = new HashMap<>();
        jdbc.execute((ConnectionCallback<Void>) connection -> {
            read(connection, count.first(), alertId, persons, over, due);
            return null;
        });
        return over;
    }

    private void read(
            Connection connection, long first, long alertId, List<Long> persons, Map<Long, Instant> over, Instant due)
            throws SQLException {
        double window = seconds(settings.window());
        List<Object> values = new ArrayList<>(List.of(first, alertId, settings.alerts(), settings.alerts(), window));
        values.addAll(List.of(first, alertId, window, settings.alerts() - 1, seconds(settings.digestAfter())));
        try (PreparedStatement statement = connection.prepareStatement(OVER)) {
            Object ids = persons.toArray(Long[]::new);
            statement.setArray(1, connection.createArrayOf("int8", (Object[]) ids));
            statement.setArray(2, connection.createArrayOf("int8", (Object[]) ids));
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 3, values.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime last = row.getObject(2, OffsetDateTime.class);
                    Instant next =
                            last == null ? due : later(due, last.toInstant().plus(settings.digestAfter()));
                    over.put(row.getLong(1), next);
                }
            }
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
