package org.tocsin.intake.events;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.ledger.Rows;

/** The table {@code incident}, for events of other tools. */
public final class EventIncidentRows {
    private final JdbcTemplate jdbc;
    private final String site;

    public EventIncidentRows(JdbcTemplate jdbc, String site) {
        this.jdbc = jdbc;
        this.site = site;
    }

    /** Locks them in the order of their keys, so that two hubs never wait for each other; makes those that are not there. */
    Map<String, EventIncident> lock(Collection<String> keys) {
        List<String> ordered = List.copyOf(new TreeSet<>(keys));
        jdbc.update(Rows.of(ordered)
                .column(this::stored)
                .statement("insert into incident (key, episode, open, opened_at, last_seen_at, step)"
                        + " select k, 0, false, 'epoch', 'epoch', 0 from unnest(?::text[]) as n (k)"
                        + " on conflict do nothing"));
        Map<String, EventIncident> incidents = new HashMap<>();
        ordered.forEach(key -> incidents.put(key, EventIncident.unknown(key)));
        jdbc.query(
                        Rows.of(ordered)
                                .column(this::stored)
                                .statement("select i.*, a.sender, a.identifier, a.sent, a.state from incident i"
                                        + " left join alert a on a.id = i.alert_id"
                                        + " where i.key = any(?::text[]) order by i.key for update of i"),
                        (row, n) -> incident(row))
                .forEach(incident -> incidents.put(incident.key(), incident));
        return incidents;
    }

    /** @param alertIds of the newest alert of each incident that raised one now */
    void save(Collection<EventIncident> incidents, Map<String, Long> alertIds) {
        if (incidents.isEmpty()) {
            return;
        }
        jdbc.update(Rows.of(List.copyOf(incidents))
                .column(i -> stored(i.key()))
                .column(EventIncident::episode)
                .column(EventIncident::step)
                .column(EventIncident::open)
                .column(EventIncident::level)
                .column(EventIncident::substance)
                .column(EventIncident::openedAt)
                .column(EventIncident::lastSeenAt)
                .column(EventIncident::observedAt)
                .column(EventIncident::clearedAt)
                .column(i -> alertIds.get(i.key()))
                .statement("update incident i set episode = n.episode, step = n.step, open = n.open, level = n.level,"
                        + " substance = n.substance, opened_at = n.opened_at, last_seen_at = n.last_seen_at,"
                        + " observed_at = n.observed_at, cleared_at = n.cleared_at,"
                        + " alert_id = coalesce(n.alert_id, i.alert_id)"
                        + " from unnest(?::text[], ?::int[], ?::int[], ?::boolean[], ?::text[], ?::text[],"
                        + " ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::bigint[])"
                        + " as n (key, episode, step, open, level, substance, opened_at, last_seen_at, observed_at,"
                        + " cleared_at, alert_id) where i.key = n.key"));
    }

    private String stored(String key) {
        return site + "|" + key;
    }

    private EventIncident incident(ResultSet row) throws SQLException {
        String level = row.getString("level");
        String identifier = row.getString("identifier");
        String state = row.getString("state");
        return new EventIncident(
                row.getString("key").substring(site.length() + 1),
                row.getInt("episode"),
                row.getInt("step"),
                row.getBoolean("open"),
                level == null ? null : Severity.valueOf(level),
                row.getString("substance"),
                required(row, "opened_at"),
                required(row, "last_seen_at"),
                instant(row, "observed_at"),
                instant(row, "cleared_at"),
                identifier == null
                        ? null
                        : new Reference(
                                row.getString("sender"), identifier, row.getObject("sent", OffsetDateTime.class)),
                state == null ? null : AlertState.valueOf(state));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
