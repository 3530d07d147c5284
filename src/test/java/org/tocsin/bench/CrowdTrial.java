package org.tocsin.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;
import org.tocsin.directory.Audience;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.directory.Member;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.Cap;

/** A directory of a million: how soon the first of a large audience is called, and what telling all of them costs. */
final class CrowdTrial {
    private static final int CORNERS = 1_000;
    /** Of the crowd, inside the polygon. */
    private static final double INSIDE = 0.01;

    /** Alerts to one person before those that count: a hub that has been up for a while. */
    private static final int WARM_UP = 20;

    private static final int PAGE = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final int crowd;
    private final HubProcess hub;
    private final SimulatorProcess simulator;

    CrowdTrial(int crowd, HubProcess hub, SimulatorProcess simulator) {
        this.crowd = crowd;
        this.hub = hub;
        this.simulator = simulator;
    }

    /** Whom: the look-up alone, and from the trigger to the first call of the provider. */
    void whom(Part part, Path keys) throws Exception {
        part.put("people in the directory", crowd);
        String ring = People.ring(CORNERS, INSIDE);
        try (Connection database = hub.database()) {
            lookUp(part, database, keys, ring);
        }
        String fifth = Cap.alert("Flood", People.FIFTH);
        String area = "\"area\":[{\"areaDesc\":\"ring\",\"polygon\":[\"" + ring + "\"]}],";
        String inside = Cap.alert("Flood", People.FIFTH)
                .replace("\"addresses\":[\"" + People.FIFTH + "\"],", "")
                // A Private one without addresses is held.
                .replace("\"Private\"", "\"Public\"");
        String both = Cap.alert("Flood", People.FIFTH)
                .replace(
                        "\"info\":[{",
                        "\"info\":[{\"parameter\":[{\"valueName\":\"tocsin:audience\",\"value\":\"intersect\"}],");
        for (int i = 0; i < WARM_UP; i++) {
            first(new Part("warm-up"), "one person", Cap.alert("Flood", People.SINGLE));
        }
        first(part, "polygon of " + CORNERS + " corners", withArea(inside, area));
        first(part, "group of a fifth of them", fifth);
        first(part, "both, those of the group who are inside", withArea(both, area));
    }

    private static String withArea(String alert, String area) {
        return alert.replace("\"info\":[{", "\"info\":[{" + area);
    }

    private void lookUp(Part part, Connection database, Path keys, String ring) throws SQLException {
        try (Statement settings = database.createStatement()) {
            settings.execute("set enable_seqscan = off"); // as the hub's own connections
        }
        List<Position> positions = java.util.Arrays.stream(ring.split(" "))
                .map(corner -> corner.split(","))
                .map(corner -> new Position(Double.parseDouble(corner[0]), Double.parseDouble(corner[1])))
                .toList();
        Audience audience = inside(positions);
        Audience nobody = inside(positions.stream()
                .map(corner -> new Position(corner.latitude() - 20, corner.longitude()))
                .toList());
        SingleConnectionDataSource source = new SingleConnectionDataSource(database, true);
        Keyset keyset = Keyset.open(keys, source);
        JdbcDirectory directory = new JdbcDirectory(source, keyset.cipher(), keyset.hash());
        // The hub's code has run before; the rows have not been read.
        for (int i = 0; i < WARM_UP; i++) {
            directory.count(nobody);
        }
        for (String which : List.of("first time", "again")) {
            long before = System.nanoTime();
            long hits = directory.count(audience);
            long counted = System.nanoTime();
            part.put("area look-up, " + which + ": people inside", hits);
            part.putAtMost(
                    "area look-up, " + which + ": ms to count them", 1e3 * Waiting.seconds(before, counted), 300);
            int pages = 0;
            List<Member> page;
            long last = 0;
            do {
                page = directory.members(audience, last, PAGE);
                last = page.isEmpty() ? last : page.get(page.size() - 1).personId();
                pages++;
            } while (page.size() == PAGE);
            part.put(
                    "area look-up, " + which + ": ms to read them in pages with their channels",
                    1e3 * Waiting.seconds(counted, System.nanoTime()));
            part.put("area look-up, " + which + ": pages", pages);
        }
    }

    private static Audience inside(List<Position> corners) {
        return new Audience(Set.of(), Set.of(), List.of(), List.of(new Polygon(corners)), List.of(), false, null);
    }

    private void first(Part part, String whom, String alert) throws Exception {
        simulator.clear();
        long before = System.nanoTime();
        long id = hub.postAlert(alert).path("id").asLong();
        long posted = System.nanoTime();
        long first = Waiting.until("the first call", PATIENCE, Duration.ofMillis(5), () -> simulator.accepted() > 0);
        part.put(whom + ": POST answered, ms", 1e3 * Waiting.seconds(before, posted));
        part.putAtMost(whom + ": first person called, ms", 1e3 * Waiting.seconds(before, first), 1_000);
        try (Connection database = hub.database();
                Statement statement = database.createStatement()) {
            long[] planned = {0};
            Waiting.until("all of them are called", PATIENCE, Duration.ofMillis(250), () -> {
                ResultSet row =
                        statement.executeQuery("select planned from alert where planned_at is not null and id = " + id);
                planned[0] = row.next() ? row.getLong(1) : Long.MAX_VALUE;
                return simulator.accepted() >= planned[0];
            });
            part.put(whom + ": people called", planned[0]);
        }
    }

    /** A tenth of the crowd twice, then all of them. */
    void everybody(Part part) throws Exception {
        FanOutTrial tenth = new FanOutTrial(People.TENTH, crowd / 10, false, hub, simulator);
        tenth.run(part, "a tenth, first: ");
        Speed small = tenth.run(part, "a tenth, again: ");
        Speed large = new FanOutTrial(People.GROUP, crowd, false, hub, simulator).run(part, "everybody: ");
        part.putAtMost(
                "time for everybody, times ten times that for a tenth", small.perSecond() / large.perSecond(), 1.15);
        sizes(part);
    }

    private void sizes(Part part) throws Exception {
        try (Connection database = hub.database();
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("""
                        select c.relname, pg_table_size(c.oid) / 1e6, pg_indexes_size(c.oid) / 1e6,
                            s.n_live_tup, s.n_dead_tup
                        from pg_class c join pg_stat_user_tables s on s.relid = c.oid
                        where pg_total_relation_size(c.oid) > 5e6 order by pg_total_relation_size(c.oid) desc""")) {
            while (row.next()) {
                part.put(
                        "table " + row.getString(1),
                        "%.0f MB and %.0f MB of indexes; %d rows, %d dead"
                                .formatted(row.getDouble(2), row.getDouble(3), row.getLong(4), row.getLong(5)));
            }
        }
    }
}
