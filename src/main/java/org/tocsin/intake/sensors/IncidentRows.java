package org.tocsin.intake.sensors;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;
import org.tocsin.intake.ledger.Rows;
import org.tocsin.intake.payload.Frame;

/** The table {@code incident}. */
public final class IncidentRows {
    private final JdbcTemplate jdbc;
    private final String site;

    public IncidentRows(JdbcTemplate jdbc, String site) {
        this.jdbc = jdbc;
        this.site = site;
    }

    /**
     * Locks them in the order of their keys, so that two hubs never wait for each other; those that have no row yet behind
     * the others. Two hubs that meet new devices at the same moment may collide by that, and try again.
     *
     * @param create those of {@code keys} that get a row if they have none, because a reading may open them
     */
    Map<String, Incident> lock(Collection<String> keys, Collection<String> create) {
        Map<String, Incident> incidents = new HashMap<>();
        lock(keys).forEach(incident -> incidents.put(incident.key(), incident));
        Set<String> missing = new TreeSet<>(create);
        missing.removeAll(incidents.keySet());
        if (!missing.isEmpty()) {
            jdbc.update(Rows.of(List.copyOf(missing))
                    .column(this::stored)
                    .statement("insert into incident (key, episode, open, opened_at, last_seen_at)"
                            + " select k, 0, false, 'epoch', 'epoch' from unnest(?::text[]) as n (k)"
                            + " on conflict do nothing"));
            lock(missing).forEach(incident -> incidents.put(incident.key(), incident));
        }
        keys.forEach(key -> incidents.computeIfAbsent(key, Incident::unknown));
        return incidents;
    }

    private List<Incident> lock(Collection<String> keys) {
        return jdbc.query(
                Rows.of(List.copyOf(keys))
                        .column(this::stored)
                        .statement("select i.*, a.sender, a.identifier, a.sent from incident i"
                                + " left join alert a on a.id = i.alert_id"
                                + " where i.key = any(?::text[]) order by i.key for update of i"),
                (row, n) -> incident(row));
    }

    /** The open incidents of devices that count for these groups; whose rows the caller has locked. */
    List<Incident> members(Collection<String> quorumKeys) {
        if (quorumKeys.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                Rows.of(List.copyOf(quorumKeys))
                        .column(this::stored)
                        .statement("select i.*, null as sender, null as identifier, null as sent from incident i"
                                + " where i.open and i.quorum_key = any(?::text[])"),
                (row, n) -> incident(row));
    }

    /** @param alertIds of the newest alert of each incident that raised one now */
    void save(List<Incident> incidents, Map<String, Long> alertIds) {
        if (incidents.isEmpty()) {
            return;
        }
        jdbc.update(Rows.of(incidents)
                .column(i -> stored(i.key()))
                .column(Incident::episode)
                .column(Incident::open)
                .column(Incident::level)
                .column(Incident::openedAt)
                .column(Incident::lastSeenAt)
                .column(Incident::observedAt)
                .column(Incident::clearedAt)
                .column(i ->
                        i.memory().frame() == null ? null : i.memory().frame().session())
                .column(i ->
                        i.memory().frame() == null ? null : i.memory().frame().counter())
                .column(i -> i.memory().holding().toText())
                .column(i -> i.memory().quorumKey() == null
                        ? null
                        : stored(i.memory().quorumKey()))
                .column(i -> i.memory().taken().toText())
                .column(i -> alertIds.get(i.key()))
                .statement("update incident i set episode = n.episode, open = n.open, level = n.level,"
                        + " opened_at = n.opened_at, last_seen_at = n.last_seen_at, observed_at = n.observed_at,"
                        + " cleared_at = n.cleared_at, frame_session = n.frame_session, frame_counter = n.frame_counter,"
                        + " holding = n.holding, quorum_key = n.quorum_key, taken = n.taken,"
                        + " alert_id = coalesce(n.alert_id, i.alert_id)"
                        + " from unnest(?::text[], ?::int[], ?::boolean[], ?::text[], ?::timestamptz[],"
                        + " ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::bigint[], ?::text[], ?::text[],"
                        + " ?::text[], ?::bigint[])"
                        + " as n (key, episode, open, level, opened_at, last_seen_at, observed_at, cleared_at,"
                        + " frame_session, frame_counter, holding, quorum_key, taken, alert_id)"
                        + " where i.key = n.key"));
    }

    private String stored(String key) {
        return site + "|" + key;
    }

    private Incident incident(ResultSet row) throws SQLException {
        String level = row.getString("level");
        String identifier = row.getString("identifier");
        return new Incident(
                row.getString("key").substring(site.length() + 1),
                row.getInt("episode"),
                row.getBoolean("open"),
                level == null ? null : Severity.valueOf(level),
                required(row, "opened_at"),
                required(row, "last_seen_at"),
                instant(row, "observed_at"),
                instant(row, "cleared_at"),
                memory(row),
                identifier == null
                        ? null
                        : new Reference(
                                row.getString("sender"), identifier, row.getObject("sent", OffsetDateTime.class)));
    }

    private Incident.Memory memory(ResultSet row) throws SQLException {
        String session = row.getString("frame_session");
        String quorum = row.getString("quorum_key");
        return new Incident.Memory(
                session == null ? null : new Frame(session, row.getLong("frame_counter")),
                Holding.parse(row.getString("holding")),
                quorum == null ? null : quorum.substring(site.length() + 1),
                Taken.parse(row.getString("taken")));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
