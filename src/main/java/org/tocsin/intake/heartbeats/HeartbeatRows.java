package org.tocsin.intake.heartbeats;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.intake.heartbeats.Heartbeats.Key;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.Rows;

/** The table {@code heartbeat}. Hubs on one database write it at the same time; of each change one of them tells. */
public final class HeartbeatRows {
    private static final int NAMED = 5;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'");
    /** A hub that ticks later than that did not listen meanwhile; and the clock was changed by less than that. */
    private static final Duration GAP = Duration.ofSeconds(30);

    private static final String SEE = "See the device and its connection; config/sensors.yaml and"
            + " tocsin.intake.expect-every say how long it may be silent";

    private record Told(Key key, @Nullable OffsetDateTime seenAt) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String site;

    public HeartbeatRows(JdbcTemplate jdbc, TransactionTemplate transaction, String site) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.site = site;
    }

    /** From now on, if they were not before. */
    void expect(Collection<Key> keys) {
        jdbc.update(columns(List.copyOf(keys))
                .statement(
                        "insert into heartbeat (site, waits_from, source, device)"
                                + " select ?, clock_timestamp(), n.* from unnest(?::text[], ?::text[]) as n"
                                + " on conflict do nothing",
                        site));
    }

    /** That a hub listens; what nobody could hear meanwhile is nobody's silence. */
    void tick() {
        transaction.executeWithoutResult(status -> {
            String steady = "clock_timestamp() - (select jumped from ledger_clock)";
            jdbc.update(
                    "insert into heartbeat_tick (site, at) values (?, " + steady + ") on conflict do nothing", site);
            Double gap = jdbc.queryForObject(
                    "select extract(epoch from " + steady + " - at) from heartbeat_tick where site = ? for update",
                    Double.class,
                    site);
            if (gap != null && Math.abs(gap) > GAP.toSeconds()) {
                jdbc.update(
                        "update heartbeat set waits_from = waits_from + make_interval(secs => ?)"
                                + " where site = ? and silent_since is null",
                        gap,
                        site);
            }
            jdbc.update("update heartbeat_tick set at = " + steady + " where site = ?", site);
        });
    }

    void heard(List<Key> keys) {
        // In one order, so that two hubs wait for each other in a line.
        List<Key> ordered = keys.stream()
                .sorted(Comparator.comparing(Key::source).thenComparing(Key::device))
                .toList();
        transaction.executeWithoutResult(status -> {
            List<Told> back = jdbc.query(
                    columns(ordered)
                            .statementWithLast(
                                    "update heartbeat h set silent_since = null"
                                            + " from unnest(?::text[], ?::text[]) as n (source, device)"
                                            + " where h.source = n.source and h.device = n.device and h.site = ?"
                                            + " and h.silent_since is not null"
                                            + " returning h.source, h.device, h.seen_at",
                                    site),
                    (row, n) -> new Told(
                            new Key(row.getString(1), row.getString(2)), row.getObject(3, OffsetDateTime.class)));
            jdbc.update(columns(ordered)
                    .statement(
                            "insert into heartbeat (site, seen_at, waits_from, source, device)"
                                    + " select ?, clock_timestamp(), clock_timestamp(), n.*"
                                    + " from unnest(?::text[], ?::text[]) as n (source, device)"
                                    + " on conflict (site, source, device) do update"
                                    + " set seen_at = excluded.seen_at, waits_from = excluded.waits_from",
                            site));
            tell(back, "is heard again", "are heard again");
        });
    }

    /** @param allowed by source: how long it, or a device of it, may be silent */
    void silent(Map<String, Duration> allowed) {
        transaction.executeWithoutResult(status -> {
            List<Told> silent = jdbc.query(
                    Rows.of(List.copyOf(allowed.entrySet()))
                            .column(Map.Entry::getKey)
                            .column(entry -> entry.getValue().toMillis() / 1e3)
                            .statementWithLast(
                                    "update heartbeat h set silent_since = clock_timestamp()"
                                            + " from unnest(?::text[], ?::float8[]) as n (source, seconds)"
                                            + " where h.source = n.source and h.site = ? and h.silent_since is null"
                                            + " and h.waits_from < clock_timestamp() - make_interval(secs => n.seconds)"
                                            + " returning h.source, h.device, h.seen_at",
                                    site),
                    (row, n) -> new Told(
                            new Key(row.getString(1), row.getString(2)), row.getObject(3, OffsetDateTime.class)));
            tell(silent, "is silent", "are silent");
        });
    }

    private void tell(List<Told> told, String one, String many) {
        if (told.isEmpty()) {
            return;
        }
        String names = told.stream()
                .limit(NAMED)
                .map(t -> name(t.key()) + " ("
                        + (t.seenAt() == null ? "never heard" : "last heard " + minute(t.seenAt())) + ")")
                .collect(Collectors.joining(", "));
        int more = told.size() - NAMED;
        jdbc.update(
                "insert into hub_event (what, detail, see) values (?, ?, ?)",
                told.size() == 1 ? name(told.get(0).key()) + " " + one : told.size() + " sensors or sources " + many,
                names + (more > 0 ? " and " + more + " more." : "."),
                SEE);
        List<String> sources =
                told.stream().map(t -> t.key().source()).distinct().limit(NAMED).toList();
        Journal journal = new Journal();
        journal.add(null, "heartbeat", told.size() + " " + many + ": " + String.join(" ", new ArrayList<>(sources)));
        journal.write(jdbc);
    }

    /** Devices choose their names: nothing but what names of devices need. */
    private static String name(Key key) {
        String name = key.device().isEmpty() ? key.source() : key.device() + " of " + key.source();
        String sound = name.replaceAll("[^A-Za-z0-9 :._/-]", "?");
        return sound.length() <= 80 ? sound : sound.substring(0, 80);
    }

    private static String minute(OffsetDateTime at) {
        return at.withOffsetSameInstant(ZoneOffset.UTC).format(MINUTE);
    }

    private static Rows<Key> columns(List<Key> keys) {
        return Rows.of(keys).column(Key::source).column(Key::device);
    }
}
