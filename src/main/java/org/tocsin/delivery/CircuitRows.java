package org.tocsin.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.ProviderCircuit.State;

/**
 * {@code provider_circuit}: what holds for all hubs. Each transition names the state that it leaves, so that of hubs that
 * see the same one writes it, and the others learn of it.
 */
final class CircuitRows {
    private final JdbcTemplate jdbc;
    private final String process;

    CircuitRows(JdbcTemplate jdbc, String process) {
        this.jdbc = jdbc;
        this.process = process;
    }

    /** @param age of the state, on the database's clock */
    record Row(
            String channel,
            String sender,
            State state,
            String reason,
            Instant since,
            Duration age,
            @Nullable String owner,
            boolean receiptsSeen) {}

    List<Row> all() {
        return jdbc.query(
                """
                select channel, sender, state, reason, since,
                    extract(epoch from clock_timestamp() - since) * 1000, owner, receipts_seen_at is not null
                from provider_circuit""",
                (row, n) -> new Row(
                        row.getString(1),
                        row.getString(2),
                        State.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getObject(5, OffsetDateTime.class).toInstant(),
                        Duration.ofMillis(row.getLong(6)),
                        row.getString(7),
                        row.getBoolean(8)));
    }

    /** Writes the event that the duty group is told of, too. @return whether this hub was the first */
    boolean open(ProviderCircuit circuit) {
        return jdbc.update("""
                with turned as (
                    insert into provider_circuit (channel, sender, state, reason, since)
                    values (?, ?, 'OPEN', ?, clock_timestamp())
                    on conflict (channel, sender) do update
                        set state = 'OPEN', reason = excluded.reason, since = excluded.since, owner = null
                        where provider_circuit.state = 'CLOSED'
                    returning channel, sender, state, reason)
                insert into provider_event (channel, sender, state, reason) select * from turned""", circuit.channel(), circuit.sender(), circuit.suspicion()) == 1;
    }

    boolean openAgain(ProviderCircuit circuit) {
        return jdbc.update("""
                update provider_circuit set state = 'OPEN', reason = ?, since = clock_timestamp(), owner = null
                where channel = ? and sender = ? and state = 'TRIAL' and owner = ?""", circuit.suspicion(), circuit.channel(), circuit.sender(), process) == 1;
    }

    /** The trial is this hub's from now on: that of a hub which is gone, or has no result, ends with its time. */
    boolean tryOut(ProviderCircuit circuit, Duration timeout) {
        return jdbc.update("""
                update provider_circuit set state = 'TRIAL', since = clock_timestamp(), owner = ?
                where channel = ? and sender = ? and (state = 'OPEN'
                    or state = 'TRIAL' and since < clock_timestamp() - make_interval(secs => ?))""", process, circuit.channel(), circuit.sender(), timeout.toMillis() / 1e3) == 1;
    }

    boolean close(ProviderCircuit circuit) {
        return jdbc.update("""
                with turned as (
                    update provider_circuit set state = 'CLOSED', since = clock_timestamp(), owner = null
                    where channel = ? and sender = ? and state = 'TRIAL' and owner = ?
                    returning channel, sender, state, reason)
                insert into provider_event (channel, sender, state, reason) select * from turned""", circuit.channel(), circuit.sender(), process) == 1;
    }

    void receiptsSeen(ProviderCircuit circuit) {
        jdbc.update("""
                insert into provider_circuit (channel, sender, state, reason, since, receipts_seen_at)
                values (?, ?, 'CLOSED', '', clock_timestamp(), clock_timestamp())
                on conflict (channel, sender) do update set receipts_seen_at = excluded.receipts_seen_at
                where provider_circuit.receipts_seen_at is null""", circuit.channel(), circuit.sender());
    }

    /** Whether receipts wait to be applied: then it is this hub that is slow, and no provider that is silent. */
    boolean receiptsWait(Duration atLeast) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                select exists (select from inbox
                    where not from_people and tries = 0 and received_at < clock_timestamp() - make_interval(secs => ?))""", Boolean.class, atLeast.toMillis() / 1e3));
    }

    /** @param attempts that this hub's provider took */
    record Receipts(long looked, long delivered, long silent, List<Long> settled) {}

    Receipts receipts(List<Long> attempts) {
        long[] counts = new long[3];
        List<Long> settled = new ArrayList<>();
        jdbc.query(
                """
                select id, delivered_at is not null or read_at is not null, state in ('ACCEPTED', 'HELD', 'SENT')
                from attempt_result where id = any (?::bigint[])""",
                row -> {
                    counts[0]++;
                    if (row.getBoolean(2)) {
                        counts[1]++;
                    } else if (row.getBoolean(3)) {
                        counts[2]++;
                    }
                    if (!row.getBoolean(3)) {
                        settled.add(row.getLong(1));
                    }
                },
                (Object) attempts.toArray(Long[]::new));
        return new Receipts(counts[0], counts[1], counts[2], settled);
    }
}
