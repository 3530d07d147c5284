package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction adds to the journal. What it says of many messages in the same words is one row; the rows of one
 * person stand in the order in which they were added. The view {@code journal_line} has a line for each again.
 */
final class JournalRows {
    /** A row with more would be kept in two places by PostgreSQL. */
    private static final int MOST = 200;

    private record Words(
            long alertId, String what, @Nullable String detail) {}

    /** @param attempts of a person that no message of is meant, none */
    private record Entry(Words words, @Nullable Long recipientId, List<Long> attempts) {}

    private final List<Entry> entries = new ArrayList<>();
    /** Of each words, the row that still grows. */
    private final Map<Words, Integer> growing = new HashMap<>();
    /** Of each person, the newest row. */
    private final Map<Long, Integer> newest = new HashMap<>();

    void ofPerson(long alertId, long recipientId, String what, @Nullable String detail) {
        newest.put(recipientId, entries.size());
        entries.add(new Entry(new Words(alertId, what, detail), recipientId, List.of()));
    }

    void ofMessage(long alertId, long attemptId, String what, @Nullable String detail) {
        Words words = new Words(alertId, what, detail);
        long recipient = AttemptKey.recipient(attemptId);
        Integer row = growing.get(words);
        if (row == null
                || row < newest.getOrDefault(recipient, 0)
                || entries.get(row).attempts.size() == MOST) {
            row = entries.size();
            entries.add(new Entry(words, null, new ArrayList<>()));
            growing.put(words, row);
        }
        entries.get(row).attempts.add(attemptId);
        newest.put(recipient, row);
    }

    void write(Connection connection) throws SQLException {
        Rows rows = new Rows("int8", "int8", "int2", "text", "text", "text");
        for (Entry entry : entries) {
            Words words = entry.words;
            List<Long> attempts = entry.attempts;
            if (attempts.size() > 1) {
                rows.add(words.alertId, null, null, words.what, words.detail, array(attempts));
            } else if (attempts.size() == 1) {
                long id = attempts.get(0);
                rows.add(
                        words.alertId,
                        AttemptKey.recipient(id),
                        (short) AttemptKey.number(id),
                        words.what,
                        words.detail,
                        null);
            } else {
                rows.add(words.alertId, entry.recipientId, null, words.what, words.detail, null);
            }
        }
        rows.execute(connection, """
                insert into journal (alert_id, recipient_id, attempt_no, what, detail, attempts)
                select alert_id, recipient_id, attempt_no, what, detail, attempts::bigint[]
                from unnest(?, ?, ?, ?, ?, ?) v (alert_id, recipient_id, attempt_no, what, detail, attempts)""");
    }

    private static String array(List<Long> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
