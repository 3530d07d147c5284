package org.tocsin.intake.storms;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.alert.Severity;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.ledger.Journal;

/** What the brake holds and what it told together, for a person to look at and to decide on, also all of a cause at once. */
public final class Storms {
    /** What one request decides at most; the answer says what is left. */
    static final int CHUNK = 1_000;

    /**
     * A source, and what became of its triggers, ever: together, all that came.
     *
     * @param accepted alerts of their own, in whatever state, that the brake did not hold
     * @param silent readings that raised nothing
     * @param again the same identities once more
     * @param refused conflicts, which changed nothing
     */
    public record Source(
            String source, long accepted, long held, long grouped, long silent, long again, long refused) {}

    /**
     * @param event as its sender says it
     * @param held ever; {@code waiting} of them have not been decided on
     * @param gravest of those held, or null
     * @param newest id of the newest that waits, which a decision on all of them names; null when none waits
     */
    public record Cause(
            long id,
            String source,
            String event,
            Instant beganAt,
            Instant lastAt,
            long passed,
            long held,
            long grouped,
            @Nullable Severity gravest,
            long waiting,
            @Nullable Long newest) {}

    /**
     * @param done so many are in the state that was decided on
     * @param refused so many could not be released; each says why when it is released alone
     * @param left so many of those named still wait: ask again
     */
    public record Decided(long done, long refused, long left) {}

    /** Lets one alert that waits go out. */
    public interface Release {
        /** @return whether it goes out now */
        boolean of(long alertId, String contentHash, String operator);
    }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String site;
    private final Release release;

    public Storms(JdbcTemplate jdbc, TransactionTemplate transaction, String site, Release release) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.site = site;
        this.release = release;
    }

    public List<Source> sources() {
        return jdbc.query(
                "select source, sum(accepted), sum(held), sum(grouped), sum(silent), sum(again), sum(refused)"
                        + " from intake_count where site = ? group by source order by source limit 1000",
                (row, n) -> new Source(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7)),
                site);
    }

    /** Those with something held or told together, the newest first. */
    public List<Cause> causes(int limit) {
        return jdbc.query(
                "select c.*, w.n as waiting, w.newest from storm_cause c cross join lateral (select count(*) as n,"
                        + " max(id) as newest from alert where cause_id = c.id and state = 'HELD') w"
                        + " where c.site = ? and (c.held > 0 or c.grouped > 0)"
                        + " order by (w.n > 0) desc, c.id desc limit ?",
                (row, n) -> cause(row),
                site,
                limit);
    }

    private static Cause cause(ResultSet row) throws SQLException {
        long newest = row.getLong("newest");
        Long last = row.wasNull() ? null : newest;
        int rank = row.getInt("held_rank");
        Severity gravest = row.wasNull() ? null : severity(rank);
        return new Cause(
                row.getLong("id"),
                row.getString("source"),
                row.getString("event"),
                instant(row, "began_at"),
                instant(row, "last_at"),
                row.getLong("passed"),
                row.getLong("held"),
                row.getLong("grouped"),
                gravest,
                row.getLong("waiting"),
                last);
    }

    private static Severity severity(int rank) {
        return switch (rank) {
            case 0 -> Severity.Extreme;
            case 1 -> Severity.Severe;
            case 2 -> Severity.Moderate;
            default -> Severity.Minor;
        };
    }

    /** Each of this cause that waits, up to the alert {@code through}, goes out, in their order. */
    public Decided release(long cause, long through, String operator) {
        long done = 0;
        long refused = 0;
        List<Long> ids = waiting(cause, through);
        for (long id : ids) {
            String hash = jdbc.queryForObject("select content_hash from alert where id = ?", String.class, id);
            if (release.of(id, Objects.requireNonNull(hash), operator)) {
                done++;
            } else {
                refused++;
            }
        }
        return new Decided(done, refused, left(cause, through) - refused);
    }

    /** None of this cause that waits, up to the alert {@code through}, ever goes out. */
    public Decided reject(long cause, long through, String operator) {
        Integer done = transaction.execute(status -> {
            List<Long> ended = jdbc.queryForList(
                    "update alert set state = 'REJECTED', decided_at = now(), decided_by = ?, closed_at = now()"
                            + " where id in (select id from alert where cause_id = ? and state = 'HELD' and id <= ?"
                            + " order by id limit ? for update) returning id",
                    Long.class,
                    operator,
                    cause,
                    through,
                    CHUNK);
            Journal journal = new Journal();
            ended.forEach(id -> journal.state(id, AlertState.REJECTED, "by=" + operator + " cause=" + cause));
            journal.write(jdbc);
            return ended.size();
        });
        return new Decided(Objects.requireNonNull(done), 0, left(cause, through));
    }

    private List<Long> waiting(long cause, long through) {
        return jdbc.queryForList(
                "select id from alert where cause_id = ? and state = 'HELD' and id <= ? order by id limit ?",
                Long.class,
                cause,
                through,
                CHUNK);
    }

    private long left(long cause, long through) {
        Long left = jdbc.queryForObject(
                "select count(*) from alert where cause_id = ? and state = 'HELD' and id <= ?",
                Long.class,
                cause,
                through);
        return Objects.requireNonNull(left);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
