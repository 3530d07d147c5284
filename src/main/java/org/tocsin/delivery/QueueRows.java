package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queue of due messages, in rows of up to {@link #KEYS} attempts that are due at the same instant. A claim takes
 * whole rows, and of the last one as many as it still wants.
 */
final class QueueRows {
    private static final int KEYS = 100;
    private static final int FEWEST_ROWS = 8;
    private static final int LAST_LANE = Lane.COUNT - 1;

    /**
     * The inner limit is per lane and lazily read: the urgent lane is emptied before the next is looked at. Not
     * clock_timestamp(): it is volatile, cannot bound the index, and all that waits for later would be read each time.
     */
    static final String TAKE = "select q.ctid::text, q.keys from generate_series(0, " + LAST_LANE + ") l (lane)" + """
             cross join lateral (
                select ctid, keys from queue q
                where q.channel = ? and q.lane = l.lane and q.due_at <= statement_timestamp()
                order by q.due_at limit ? for update skip locked) q
            where l.lane <= ? limit ?""";

    /** The same, of those that have been due for a while. */
    private static final String TAKE_WAITING =
            TAKE.replace("statement_timestamp()", "statement_timestamp() - make_interval(secs => ?)");

    private record Due(String channel, int lane, Instant at) {}

    private final Map<Due, List<Long>> added = new LinkedHashMap<>();

    void add(long key, String channel, int lane, Instant dueAt) {
        added.computeIfAbsent(new Due(channel, lane, dueAt), d -> new ArrayList<>())
                .add(key);
    }

    void write(Connection connection) throws SQLException {
        if (added.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("insert into queue (keys, channel, lane, due_at) values (?, ?, ?, ?)")) {
            for (Map.Entry<Due, List<Long>> due : added.entrySet()) {
                List<Long> keys = due.getValue();
                for (int from = 0; from < keys.size(); from += KEYS) {
                    List<Long> piece = keys.subList(from, Math.min(keys.size(), from + KEYS));
                    statement.setArray(1, connection.createArrayOf("int8", piece.toArray(Long[]::new)));
                    statement.setString(2, due.getKey().channel());
                    statement.setInt(3, due.getKey().lane());
                    statement.setObject(4, due.getKey().at().atOffset(ZoneOffset.UTC));
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    /** Takes at most {@code limit} due attempts out of the queue, the urgent lane first, then who waits longest. */
    static List<Long> take(Connection connection, String channel, int limit) throws SQLException {
        return take(connection, channel, LAST_LANE, limit);
    }

    /** The same, without the lanes after {@code lastLane}. */
    static List<Long> take(Connection connection, String channel, int lastLane, int limit) throws SQLException {
        List<Long> keys = new ArrayList<>();
        List<String> emptied = new ArrayList<>();
        boolean more = true;
        while (more && keys.size() < limit) {
            // Not more rows than needed: what is locked here, another hub cannot see.
            int rows = Math.max(FEWEST_ROWS, (limit - keys.size()) / KEYS + 1);
            more = takeRows(connection, channel, lastLane, limit, rows, keys, emptied) == rows;
            delete(connection, emptied);
        }
        return keys;
    }

    /** At most {@code limit} of those that have been due for so long, of as many rows as hold that many. */
    static List<Long> takeWaiting(Connection connection, String channel, int limit, Duration waited)
            throws SQLException {
        List<Long> keys = new ArrayList<>();
        List<String> emptied = new ArrayList<>();
        int rows = limit / KEYS + FEWEST_ROWS;
        try (PreparedStatement statement = connection.prepareStatement(TAKE_WAITING)) {
            statement.setString(1, channel);
            statement.setDouble(2, waited.toMillis() / 1e3);
            statement.setInt(3, rows);
            statement.setInt(4, LAST_LANE);
            statement.setInt(5, rows);
            takeRows(connection, statement, limit, keys, emptied);
        }
        delete(connection, emptied);
        return keys;
    }

    private static int takeRows(
            Connection connection,
            String channel,
            int lastLane,
            int limit,
            int rows,
            List<Long> keys,
            List<String> emptied)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, channel);
            statement.setInt(2, rows);
            statement.setInt(3, lastLane);
            statement.setInt(4, rows);
            return takeRows(connection, statement, limit, keys, emptied);
        }
    }

    private static int takeRows(
            Connection connection, PreparedStatement statement, int limit, List<Long> keys, List<String> emptied)
            throws SQLException {
        int found = 0;
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found++;
                Long[] some = (Long[]) row.getArray(2).getArray();
                int wanted = Math.min(some.length, limit - keys.size());
                keys.addAll(List.of(some).subList(0, wanted));
                if (wanted == some.length) {
                    emptied.add(row.getString(1));
                } else if (wanted > 0) {
                    keep(connection, row.getString(1), List.of(some).subList(wanted, some.length));
                }
            }
        }
        return found;
    }

    private static void keep(Connection connection, String row, List<Long> rest) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("update queue set keys = ? where ctid = ?::tid")) {
            statement.setArray(1, connection.createArrayOf("int8", rest.toArray(Long[]::new)));
            statement.setString(2, row);
            statement.executeUpdate();
        }
    }

    private static void delete(Connection connection, List<String> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("delete from queue where ctid = any (?::tid[])")) {
            statement.setArray(1, connection.createArrayOf("text", rows.toArray(String[]::new)));
            statement.executeUpdate();
        }
        rows.clear();
    }
}
