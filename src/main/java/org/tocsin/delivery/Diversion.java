package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a broken channel means for those who wait on it: who has another way goes on to it, who has none waits, beside the
 * queue, until the channel works again. In batches, the urgent lane first; any number of hubs at the same time.
 */
final class Diversion {
    private static final int BATCH = 500;

    /** Accepted on the rung that is due, and nothing delivered yet. The limit: see {@link LedgerRows#ATTEMPTS}. */
    private static final String SILENT = """
            select r.person_id, r.id from recipient r
            cross join lateral (
                select * from attempt_order where id between r.id * 32 and r.id * 32 + 31 order by id limit 32) a
            join attempt_result s on s.id = a.id
            where r.alert_id = ? and r.person_id > ? and r.open and r.delivered_at is null
                and a.step = r.step and a.channel = ? and s.sender = ? and s.state in ('ACCEPTED', 'HELD', 'SENT')
                and s.outcome_at < ?
            order by r.person_id limit ?""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Ledger ledger;

    Diversion(JdbcTemplate jdbc, TransactionTemplate transaction, Ledger ledger) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.ledger = ledger;
    }

    /**
     * One batch of what is due on the channel.
     *
     * @param waited at least so long
     * @return whether there may be more
     */
    boolean divert(String channel, Duration waited) {
        Integer taken = transaction.execute(status -> {
            List<Long> keys = jdbc.execute((ConnectionCallback<List<Long>>)
                    connection -> QueueRows.takeWaiting(connection, channel, BATCH, waited));
            ledger.apply(
                    keys == null
                            ? List.of()
                            : keys.stream().map(Fact.Withdrawn::new).toList());
            return keys == null ? 0 : keys.size();
        });
        return taken != null && taken > 0;
    }

    /** Whoever the provider took a message for, and says nothing more of, goes on as if the deadline had passed. */
    void giveUpSilent(ProviderCircuit circuit) {
        // The messages of a trial have time.
        OffsetDateTime before = circuit.state() == ProviderCircuit.State.TRIAL
                ? circuit.rowSince().atOffset(ZoneOffset.UTC)
                : OffsetDateTime.MAX;
        List<Long> alerts = jdbc.queryForList(
                "select id from alert where closed_at is null and state in ('PLANNING', 'SENDING') order by lane, id",
                Long.class);
        for (long alert : alerts) {
            long[] from = {0};
            List<Fact.Silent> silent;
            do {
                silent = jdbc.query(
                        SILENT,
                        (row, n) -> {
                            from[0] = row.getLong(1);
                            return new Fact.Silent(row.getLong(2), circuit.channel());
                        },
                        alert,
                        from[0],
                        circuit.channel(),
                        circuit.sender(),
                        before,
                        BATCH);
                ledger.apply(silent);
            } while (silent.size() == BATCH);
        }
    }

    /** A few of those who wait beside the queue are the trial, if nobody else is. */
    void offerForTrial(String channel, int messages) {
        transaction.executeWithoutResult(status -> jdbc.execute((ConnectionCallback<Integer>) connection -> {
            List<Long> keys = QueueRows.take(connection, ProviderCircuit.waiting(channel), messages);
            return enqueue(connection, channel, keys);
        }));
    }

    private static int enqueue(Connection connection, String channel, List<Long> keys) throws SQLException {
        if (keys.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into queue (keys, channel, lane, due_at)
                select array_agg(k.id), ?, r.lane, clock_timestamp()
                from unnest(?) k (id) join recipient r on r.id = k.id / 32 group by r.lane""")) {
            statement.setString(1, channel);
            statement.setArray(2, connection.createArrayOf("int8", keys.toArray(Long[]::new)));
            return statement.executeUpdate();
        }
    }

    /** All that wait beside the queue are in it again; how fast they leave it is the claim's business. */
    int callBack(String channel) {
        return jdbc.update("update queue set channel = ? where channel = ?", channel, ProviderCircuit.waiting(channel));
    }
}
