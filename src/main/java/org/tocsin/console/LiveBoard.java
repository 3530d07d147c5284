package org.tocsin.console;

import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Shows on a terminal what becomes of alerts, from the journal: who, by which channel, what happened. People are shown
 * by their id in the directory file; names, numbers and texts are not shown.
 */
final class LiveBoard {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final JdbcTemplate jdbc;
    private final PrintStream out;
    private long last;
    private @Nullable Long since;

    LiveBoard(JdbcTemplate jdbc, PrintStream out) {
        this.jdbc = jdbc;
        this.out = out;
    }

    private record Line(
            long id,
            OffsetDateTime at,
            @Nullable Long alertId,
            @Nullable String person,
            @Nullable String channel,
            String what,
            @Nullable String detail) {}

    /** What happened before is not shown. */
    void skipToNow() {
        Long newest = jdbc.queryForObject("select coalesce(max(id), 0) from journal", Long.class);
        last = newest == null ? 0 : newest;
        since = jdbc.queryForObject("select coalesce(max(id), 0) from alert", Long.class);
    }

    /** The first alert that came after {@link #skipToNow()} and is being sent, or null. */
    @Nullable
    Long newestAlert() {
        return jdbc.queryForObject(
                "select min(id) from alert where id > ? and planned > 0 and source <> 'hub'", Long.class, since);
    }

    /** Prints what is new. @return how many lines */
    int printNews() {
        List<Line> lines = jdbc.query(
                """
                select j.id, j.at, j.alert_id, c.ext_id, a.channel, j.what, j.detail
                from journal_line j
                left join recipient r on r.id = j.recipient_id
                left join lateral (select ext_id from contact c where c.person_id = r.person_id
                                   order by c.id limit 1) c on true
                left join attempt a on a.id = j.recipient_id * 32 + j.attempt_no
                where j.id > ? and j.id <= (select max(id) from (select id from journal where id > ? order by id limit 50) n)
                order by j.id, j.place""",
                (row, n) -> new Line(
                        row.getLong(1),
                        row.getObject(2, OffsetDateTime.class),
                        row.getObject(3, Long.class),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7)),
                last,
                last);
        for (Line line : lines) {
            last = line.id();
            print(line);
        }
        return lines.size();
    }

    private void print(Line line) {
        String time = TIME.format(line.at().atZoneSameInstant(ZoneId.systemDefault()));
        String who = line.person() == null ? "" : line.person();
        String channel = line.channel() == null ? "" : line.channel();
        String detail = line.detail() == null || line.detail().equals(channel) ? "" : line.detail();
        out.printf(
                "%s  alert %-4s %-5s %-9s %-14s %s%n",
                time, line.alertId() == null ? "-" : line.alertId(), who, channel, line.what(), detail);
    }

    /** One line a channel and state for one alert: the same counts as {@code GET /api/alerts/{id}}. */
    void printSummary(long alertId) {
        out.println();
        out.printf("  alert %d, people by state:%n", alertId);
        jdbc.query(
                "select state, count(*) from recipient where alert_id = ? group by state order by state",
                row -> {
                    out.printf("    %-14s %d%n", row.getString(1), row.getLong(2));
                },
                alertId);
        out.printf("  messages by channel and state:%n");
        jdbc.query(
                """
                select channel, state, count(*) from attempt where alert_id = ?
                group by channel, state order by channel, state""",
                row -> {
                    out.printf("    %-10s %-14s %d%n", row.getString(1), row.getString(2), row.getLong(3));
                },
                alertId);
        out.println();
    }
}
