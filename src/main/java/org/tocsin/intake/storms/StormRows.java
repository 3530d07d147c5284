package org.tocsin.intake.storms;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Severity;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Identity;
import org.tocsin.intake.ledger.Rows;

/** The tables of the storm governor, always in the caller's transaction. */
public final class StormRows {
    /** One cause of one source. */
    record CauseKey(String source, UUID key) {}

    /** What a source said, by its substance. */
    record Said(String source, UUID substance) {}

    /**
     * An alert that tells, or will tell, of what says the same.
     *
     * @param went whether it went out
     */
    record Telling(long id, Severity severity, boolean went) {}

    /** @param alertId that tells of it; null: only counted */
    public record Alias(
            Identity identity,
            String contentHash,
            @Nullable Long alertId,
            @Nullable AlertState state) {}

    record Grouping(
            Identity identity, String contentHash, @Nullable Long alertId) {}

    /** Characters of an event that are kept to name its cause. */
    private static final int MOST = 200;

    private final JdbcTemplate jdbc;
    private final String site;
    private final Duration remembered;

    StormRows(JdbcTemplate jdbc, IntakeSettings settings) {
        this.jdbc = jdbc;
        this.site = settings.site();
        this.remembered = settings.rememberCancels();
    }

    /** Locked in the order of their names, until the end of the transaction. */
    Map<String, StormSource> lock(Collection<String> sources) {
        List<String> ordered = List.copyOf(new TreeSet<>(sources));
        Map<String, StormSource> found = select(ordered);
        if (found.size() < ordered.size()) {
            jdbc.update(Rows.of(ordered)
                    .column(s -> s)
                    .statement(
                            "insert into brake_source (site, source) select ?, s from unnest(?::text[]) as n (s)"
                                    + " order by s on conflict do nothing",
                            site));
            found = select(ordered);
        }
        return found;
    }

    private Map<String, StormSource> select(List<String> sources) {
        Map<String, StormSource> found = new HashMap<>();
        jdbc.query(
                        Rows.of(sources)
                                .column(s -> s)
                                .statement(
                                        "select * from brake_source where site = ? and source = any (?::text[])"
                                                + " order by source for update",
                                        site),
                        (row, n) -> source(row))
                .forEach(source -> found.put(source.source, source));
        return found;
    }

    private static StormSource source(ResultSet row) throws SQLException {
        StormSource source = new StormSource(row.getString("source"));
        source.windowAt = instant(row, "window_at");
        source.passed = row.getInt("passed");
        source.stormAt = instant(row, "storm_at");
        source.stormLastAt = instant(row, "storm_last_at");
        source.stormHeld = row.getLong("storm_held");
        source.stormRank = number(row, "storm_rank");
        return source;
    }

    /** The newest of each key. Only for sources that are locked. */
    Map<CauseKey, StormCause> causes(Collection<CauseKey> keys) {
        Map<CauseKey, StormCause> causes = new HashMap<>();
        jdbc.query(
                        Rows.of(List.copyOf(keys))
                                .column(CauseKey::source)
                                .column(CauseKey::key)
                                .statementWithLast(
                                        "select distinct on (c.source, c.key) c.* from unnest(?::text[], ?::uuid[])"
                                                + " as n (source, key) join storm_cause c"
                                                + " on c.source = n.source and c.key = n.key where c.site = ?"
                                                + " order by c.source, c.key, c.id desc",
                                        site),
                        (row, n) -> cause(row))
                .forEach(cause -> causes.put(new CauseKey(cause.source, cause.key), cause));
        return causes;
    }

    private static StormCause cause(ResultSet row) throws SQLException {
        StormCause cause = new StormCause(
                row.getLong("id"), row.getString("source"), row.getObject("key", UUID.class), required(row, "last_at"));
        cause.windowAt = required(row, "window_at");
        cause.windowPassed = row.getInt("window_passed");
        cause.passed = row.getLong("passed");
        cause.passedRank = number(row, "passed_rank");
        cause.held = row.getLong("held");
        cause.heldRank = number(row, "held_rank");
        cause.grouped = row.getLong("grouped");
        return cause;
    }

    StormCause begin(String source, UUID key, String event, Instant now) {
        forgetOld();
        Long id = jdbc.queryForObject(
                "insert into storm_cause (site, source, key, event, began_at, last_at, window_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?) returning id",
                Long.class,
                site,
                source,
                key,
                shortened(event),
                at(now),
                at(now),
                at(now));
        StormCause cause = new StormCause(java.util.Objects.requireNonNull(id), source, key, now);
        cause.changed = true;
        return cause;
    }

    private static String shortened(String event) {
        return event.length() <= MOST
                ? event
                : event.substring(0, Character.isHighSurrogate(event.charAt(MOST - 1)) ? MOST - 1 : MOST);
    }

    /** What no reference will name any more. Whatever another hub is at is left to it. */
    private void forgetOld() {
        jdbc.update(
                "delete from grouped_alert where ctid = any (array(select ctid from grouped_alert"
                        + " where at < now() - ? * interval '1 second' limit 1000 for update skip locked))",
                remembered.toSeconds());
    }

    void save(Collection<StormSource> sources, Collection<StormCause> causes) {
        List<StormCause> changed = causes.stream().filter(c -> c.changed).toList();
        if (!changed.isEmpty()) {
            jdbc.update(Rows.of(changed)
                    .column(c -> c.id)
                    .column(c -> c.lastAt)
                    .column(c -> c.windowAt)
                    .column(c -> c.windowPassed)
                    .column(c -> c.passed)
                    .column(c -> c.passedRank)
                    .column(c -> c.held)
                    .column(c -> c.heldRank)
                    .column(c -> c.grouped)
                    .statement("update storm_cause c set last_at = n.last_at, window_at = n.window_at,"
                            + " window_passed = n.window_passed, passed = n.passed, passed_rank = n.passed_rank,"
                            + " held = n.held, held_rank = n.held_rank, grouped = n.grouped"
                            + " from unnest(?::bigint[], ?::timestamptz[], ?::timestamptz[], ?::int[], ?::bigint[],"
                            + " ?::smallint[], ?::bigint[], ?::smallint[], ?::bigint[]) as n (id, last_at, window_at,"
                            + " window_passed, passed, passed_rank, held, held_rank, grouped) where c.id = n.id"));
            changed.forEach(c -> c.changed = false);
        }
        if (!sources.isEmpty()) {
            jdbc.update(Rows.of(List.copyOf(sources))
                    .column(s -> s.source)
                    .column(s -> s.windowAt)
                    .column(s -> s.passed)
                    .column(s -> s.stormAt)
                    .column(s -> s.stormLastAt)
                    .column(s -> s.stormHeld)
                    .column(s -> s.stormRank)
                    .column(s -> s.newStorm)
                    .statement(
                            "update brake_source b set window_at = n.window_at, passed = n.passed,"
                                    + " storm_at = n.storm_at, storm_last_at = n.storm_last_at,"
                                    + " storm_held = n.storm_held, storm_rank = n.storm_rank,"
                                    + " told_at = case when n.new then null else b.told_at end,"
                                    + " told_rank = case when n.new then null else b.told_rank end"
                                    + " from (select ? as site) o cross join unnest(?::text[], ?::timestamptz[], ?::int[],"
                                    + " ?::timestamptz[], ?::timestamptz[], ?::bigint[], ?::smallint[], ?::boolean[])"
                                    + " as n (source, window_at, passed, storm_at, storm_last_at, storm_held, storm_rank,"
                                    + " new) where b.site = o.site and b.source = n.source",
                            site));
        }
    }

    /** Those in force that say one of these, the gravest of each; only for sources that are locked. */
    Map<Said, Telling> telling(Collection<Said> said, Instant since, Instant now) {
        Map<Said, Telling> telling = new HashMap<>();
        jdbc.query(
                Rows.of(List.copyOf(said))
                        .column(Said::source)
                        .column(Said::substance)
                        .statementWithLast(
                                "select a.source, a.substance, a.id, a.severity, a.state from"
                                        + " unnest(?::text[], ?::uuid[]) as n (source, substance)"
                                        + " join alert a on a.substance = n.substance and a.source = n.source"
                                        + " where a.site = ? and a.received_at > ? and a.expires > ?"
                                        + " and a.state in ('HELD', 'PENDING_APPROVAL', 'PLANNING', 'SENDING', 'DONE')",
                                site,
                                at(since),
                                at(now)),
                (org.springframework.jdbc.core.RowCallbackHandler) row -> telling.merge(
                        new Said(row.getString(1), row.getObject(2, UUID.class)),
                        new Telling(
                                row.getLong(3),
                                Severity.valueOf(row.getString(4)),
                                !row.getString(5).equals("HELD")
                                        && !row.getString(5).equals("PENDING_APPROVAL")),
                        StormRows::graver));
        return telling;
    }

    private static Telling graver(Telling one, Telling other) {
        int a = Substance.rank(one.severity());
        int b = Substance.rank(other.severity());
        return a < b || a == b && one.went() ? one : other;
    }

    /** Those that became no alert of their own. */
    Map<Identity, Alias> aliases(Collection<Identity> identities) {
        Map<Identity, Alias> aliases = new HashMap<>();
        if (!identities.isEmpty()) {
            jdbc.query(
                            AlertRows.keys(identities)
                                    .statementWithLast(
                                            "select g.*, a.state from unnest(?::text[], ?::text[], ?::timestamptz[])"
                                                    + " as k (sender, identifier, sent) join grouped_alert g"
                                                    + " on g.sender = k.sender and g.identifier = k.identifier"
                                                    + " and g.sent = k.sent left join alert a on a.id = g.alert_id"
                                                    + " where g.site = ?",
                                            site),
                            (row, n) -> alias(row))
                    .forEach(alias -> aliases.put(alias.identity(), alias));
        }
        return aliases;
    }

    private static Alias alias(ResultSet row) throws SQLException {
        String state = row.getString("state");
        long id = row.getLong("alert_id");
        return new Alias(
                AlertRows.identity(row),
                row.getString("content_hash"),
                row.wasNull() ? null : id,
                state == null ? null : AlertState.valueOf(state));
    }

    void group(List<Grouping> groupings) {
        if (!groupings.isEmpty()) {
            List<Grouping> ordered = new ArrayList<>(groupings);
            ordered.sort((one, other) -> one.identity().compareTo(other.identity()));
            jdbc.update(Rows.of(ordered)
                    .column(g -> g.identity().sender())
                    .column(g -> g.identity().identifier())
                    .column(g -> g.identity().sent())
                    .column(Grouping::contentHash)
                    .column(Grouping::alertId)
                    .statement(
                            "insert into grouped_alert (site, sender, identifier, sent, content_hash, alert_id)"
                                    + " select ?, n.* from unnest(?::text[], ?::text[], ?::timestamptz[], ?::text[],"
                                    + " ?::bigint[]) as n on conflict do nothing",
                            site));
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static @Nullable Integer number(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
