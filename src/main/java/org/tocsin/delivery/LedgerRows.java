package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.RecipientRecord.AttemptRecord;

/** Reads and locks recipients with their attempts. */
final class LedgerRows {
    private static final String LOCK = """
            select id, alert_id, person_id, lane, channels, state, open, step, due_at, accepted_at, delivered_at,
                   read_at, acknowledged_at, answer, answered_on, clock_timestamp(), first_channel
            from recipient where id = any (?) order by id for update""";

    /**
     * The limit is never reached (a recipient has at most {@link NextStep#MOST_ATTEMPTS}). Without it PostgreSQL takes
     * each range for a ninth of the table, and may read all of the table once per recipient.
     */
    static final String ATTEMPTS = """
            select a.id, a.step, a.channel, s.state, a.spare, a.repeat, a.queued_at, s.outcome_at, s.sent_at,
                s.delivered_at, s.read_at, s.failed_at, s.code, s.address_hash, s.version, s.sender
            from unnest(?) r (id) cross join lateral (
                select * from attempt_order where id between r.id * 32 and r.id * 32 + 31 order by id limit 32) a
            left join lateral (select * from attempt_result s where s.id = a.id offset 0) s on true""";

    /** Locks in the order of their ids, so that two batches never wait for each other in a circle. */
    Map<Long, RecipientRecord> lock(Connection connection, Collection<Long> ids, Instant[] now) throws SQLException {
        Map<Long, RecipientRecord> records = new LinkedHashMap<>();
        Object[] sorted = ids.stream().sorted().toArray();
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, connection.createArrayOf("bigint", sorted));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    records.put(row.getLong(1), recipient(row));
                    now[0] = instant(row, 16);
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(ATTEMPTS)) {
            statement.setArray(1, connection.createArrayOf("bigint", sorted));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    AttemptRecord attempt = attempt(row);
                    records.get(AttemptKey.recipient(attempt.id)).attempts.add(attempt);
                }
            }
        }
        return records;
    }

    private static RecipientRecord recipient(ResultSet row) throws SQLException {
        RecipientRecord record = new RecipientRecord(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4),
                List.of((String[]) row.getArray(5).getArray()),
                row.getString(17),
                RecipientState.valueOf(row.getString(6)),
                row.getBoolean(7),
                row.getInt(8),
                instant(row, 9));
        record.acceptedAt = instant(row, 10);
        record.deliveredAt = instant(row, 11);
        record.readAt = instant(row, 12);
        record.acknowledgedAt = instant(row, 13);
        record.answer = row.getString(14);
        record.answeredOn = row.getString(15);
        return record;
    }

    private static AttemptRecord attempt(ResultSet row) throws SQLException {
        String state = row.getString(4);
        AttemptRecord attempt = new AttemptRecord(
                row.getLong(1),
                row.getInt(2),
                row.getString(3),
                state == null ? AttemptState.QUEUED : AttemptState.valueOf(state),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                state != null);
        attempt.outcomeAt = instant(row, 8);
        attempt.sentAt = instant(row, 9);
        attempt.deliveredAt = instant(row, 10);
        attempt.readAt = instant(row, 11);
        attempt.failedAt = instant(row, 12);
        attempt.code = row.getString(13);
        attempt.addressHash = row.getBytes(14);
        attempt.version = row.getString(15);
        attempt.sender = row.getString(16);
        return attempt;
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
