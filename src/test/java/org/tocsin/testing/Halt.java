package org.tocsin.testing;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Halts the one hub that comes to a certain point of its work, by a trigger in the database that does not return: inside a
 * transaction, after a statement of it, or in its commit. The hubs name their connections by {@code ApplicationName}.
 */
public final class Halt {
    /** Where in a transaction. */
    public enum Moment {
        /** It has written; nothing is durable. */
        BEFORE_COMMIT,
        /** It has sent its commit, which succeeds; it never hears of that. */
        IN_COMMIT
    }

    /** Of whose work: a change of a table that nothing else makes. */
    public enum Point {
        TRIGGER("alert", "insert"),
        /** Whole chunks have more than the 200 people of the first. */
        SECOND_CHUNK(
                "recipient",
                "insert",
                "(select count(*) from changed) > 200",
                "(select count(*) from recipient where alert_id = new.alert_id) > 200"),
        CLAIM("lease", "insert"),
        OUTCOMES("attempt_result", "insert"),
        /** What a webhook brought is kept. */
        WEBHOOK("inbox", "insert"),
        /** What it brought is applied. */
        RECEIPTS("inbox", "delete"),
        /** An event that a tool has taken is done. Now and then nothing is deleted. */
        PUBLISHED("publication", "delete", "(select count(*) from changed) > 0", "true");

        private final String table;
        private final String change;
        private final String ofStatement;
        private final String ofRow;

        Point(String table, String change) {
            this(table, change, "true", "true");
        }

        /** @param ofStatement whether it is the one; {@code changed} holds its rows */
        Point(String table, String change, String ofStatement, String ofRow) {
            this.table = table;
            this.change = change;
            this.ofStatement = ofStatement;
            this.ofRow = ofRow;
        }
    }

    /** @param pid of the backend that does not go on */
    private record Halted(String hub, int pid) {}

    private static final String HALTED = """
            select application_name, pid from pg_stat_activity
            where wait_event = 'PgSleep' and backend_type = 'client backend'""";

    private final JdbcTemplate jdbc;
    private final String name;
    private final Moment moment;

    private Halt(JdbcTemplate jdbc, String name, Moment moment) {
        this.jdbc = jdbc;
        this.name = name;
        this.moment = moment;
    }

    /** Halts nobody before {@link #arm}. Locks the table for a moment. */
    public static Halt at(JdbcTemplate jdbc, Point point, Moment moment) {
        String name = ("halt_" + point + "_" + moment).toLowerCase(Locale.ROOT);
        boolean statement = moment == Moment.BEFORE_COMMIT;
        // Sequences know no transactions: all see at once who is the one, and that it may go on.
        jdbc.execute("create sequence " + name + "_turn");
        jdbc.execute("create sequence " + name + "_go");
        jdbc.execute("""
                create function %1$s() returns trigger language plpgsql as $$ begin
                    if (select not is_called from %1$s_turn) and %2$s then
                        if nextval('%1$s_turn') = 1 then
                            while (select not is_called from %1$s_go) loop perform pg_sleep(0.02); end loop;
                        end if;
                    end if;
                    return null; end $$""".formatted(name, statement ? point.ofStatement : point.ofRow));
        jdbc.execute((statement
                                ? "create trigger %1$s after %3$s on %2$s referencing %4$s table as changed for each statement"
                                : "create constraint trigger %1$s after %3$s on %2$s initially deferred for each row")
                        .formatted(name, point.table, point.change, point.change.equals("delete") ? "old" : "new")
                + " execute function " + name + "()");
        Halt halt = new Halt(jdbc, name, moment);
        halt.disarm();
        return halt;
    }

    /** The next one that comes there halts. */
    public void arm() {
        jdbc.queryForObject("select setval('" + name + "_go', 1, false)", Long.class);
        jdbc.queryForObject("select setval('" + name + "_turn', 1, false)", Long.class);
    }

    private void disarm() {
        jdbc.queryForObject("select setval('" + name + "_turn', 1, true)", Long.class);
    }

    /** Waits until a hub has halted. @return its {@code ApplicationName} */
    public String awaitHub() {
        Settlement.eventually().pollInterval(Duration.ofMillis(20)).until(() -> halted().size() == 1);
        return halted().get(0).hub();
    }

    /**
     * The hub was killed meanwhile. What it had not committed is undone, as it is when its connection ends; a commit that was
     * on its way succeeds.
     */
    public void end() {
        if (moment == Moment.BEFORE_COMMIT) {
            halted().forEach(halted -> jdbc.queryForList("select pg_terminate_backend(?)", halted.pid()));
        }
        jdbc.queryForObject("select nextval('" + name + "_go')", Long.class);
        disarm();
        Settlement.eventually().until(() -> halted().isEmpty());
    }

    private List<Halted> halted() {
        return jdbc.query(HALTED, (row, n) -> new Halted(row.getString(1), row.getInt(2)));
    }
}
