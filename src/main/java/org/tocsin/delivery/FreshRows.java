package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outcomes change of recipients that were not locked: it is written where nothing was learnt since the claim, no
 * receipt, no answer, no other order, no decision (see {@link FreshRecipient}).
 */
final class FreshRows {
    /** More statements for one batch would cost more than they save. */
    private static final int MOST_RUNS = 6;

    private static final String NOTHING_LEARNT = """
            r.open and r.accepted_at is null and r.delivered_at is null and r.read_at is null
                and r.acknowledged_at is null and r.answer is null""";

    /** The subqueries are not joins: a plan made for empty tables, and kept, would read all of them. */
    static final String EACH = """
            update recipient r set step = v.step, state = v.state, open = v.open, due_at = v.due_at,
                accepted_at = v.accepted_at
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) v (id, step, state, open, due_at, accepted_at, step_before,
                state_before, due_before, lane)
            where r.id = v.id and r.state = v.state_before and r.step = v.step_before and r.lane = v.lane
                and r.due_at is not distinct from v.due_before
                and (select s.id from attempt_result s where s.id = v.id * 32 offset 0) is null
                and (select o.id from attempt_order o where o.id = v.id * 32 + 1 offset 0) is null
                and""" + " " + NOTHING_LEARNT + " returning r.id";

    /** The same where all change alike. An array of sorted ids is one descent of each index, and not one for each of them. */
    static final String ALIKE = """
            update recipient r set step = ?, state = ?, open = ?, due_at = ?::timestamptz, accepted_at = ?::timestamptz
            where r.id = any (?) and r.state = ? and r.step = ? and r.lane = ?
                and r.due_at is not distinct from ?::timestamptz
                and r.id <> all (array(select s.id / 32 from attempt_result s where s.id = any (?)
                    union all select o.id / 32 from attempt_order o where o.id = any (?)))
                and""" + " " + NOTHING_LEARNT + " returning r.id";

    /** @param stepBefore and the others of before: what the claim has read */
    record Change(
            int step,
            String state,
            boolean open,
            @Nullable Instant dueAt,
            @Nullable Instant acceptedAt,
            int stepBefore,
            String stateBefore,
            @Nullable Instant dueBefore,
            int lane) {}

    private record Run(Change change, List<Long> ids) {}

    /** Of neighbours that change alike, so that rows are locked in the order of their ids. */
    private final List<Run> runs = new ArrayList<>();

    /** Call in the order of the ids. */
    void add(long id, Change change) {
        if (runs.isEmpty() || !runs.get(runs.size() - 1).change().equals(change)) {
            runs.add(new Run(change, new ArrayList<>()));
        }
        runs.get(runs.size() - 1).ids().add(id);
    }

    /** @return the recipients that still were as their claims had read them, locked from now on; nothing is written of others */
    Set<Long> write(Connection connection) throws SQLException {
        if (runs.size() > MOST_RUNS) {
            return writeEach(connection);
        }
        Set<Long> written = new HashSet<>();
        if (!runs.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(ALIKE)) {
                for (Run run : runs) {
                    writeAlike(connection, statement, run, written);
                }
            }
        }
        return written;
    }

    private static void writeAlike(Connection connection, PreparedStatement statement, Run run, Set<Long> written)
            throws SQLException {
        Change change = run.change();
        statement.setInt(1, change.step());
        statement.setString(2, change.state());
        statement.setBoolean(3, change.open());
        set(statement, 4, change.dueAt());
        set(statement, 5, change.acceptedAt());
        statement.setArray(6, connection.createArrayOf("int8", run.ids().toArray(Long[]::new)));
        statement.setString(7, change.stateBefore());
        statement.setInt(8, change.stepBefore());
        statement.setInt(9, change.lane());
        set(statement, 10, change.dueBefore());
        statement.setArray(11, connection.createArrayOf("int8", keys(run.ids(), 0)));
        statement.setArray(12, connection.createArrayOf("int8", keys(run.ids(), 1)));
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                written.add(row.getLong(1));
            }
        }
    }

    private static void set(PreparedStatement statement, int place, @Nullable Instant instant) throws SQLException {
        statement.setObject(
                place, instant == null ? null : instant.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    private static Long[] keys(List<Long> recipients, int number) {
        return recipients.stream().map(id -> AttemptKey.of(id, number)).toArray(Long[]::new);
    }

    private Set<Long> writeEach(Connection connection) throws SQLException {
        Rows rows = new Rows(
                "int8", "int2", "text", "bool", "timestamptz", "timestamptz", "int2", "text", "timestamptz", "int2");
        for (Run run : runs) {
            Change change = run.change();
            for (Long id : run.ids()) {
                rows.add(
                        id,
                        (short) change.step(),
                        change.state(),
                        change.open(),
                        change.dueAt(),
                        change.acceptedAt(),
                        (short) change.stepBefore(),
                        change.stateBefore(),
                        change.dueBefore(),
                        (short) change.lane());
            }
        }
        return rows.executeReturningIds(connection, EACH);
    }
}
