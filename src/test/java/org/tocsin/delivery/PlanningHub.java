package org.tocsin.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.TestDatabase;

/** The planner and the digests of one hub, on a database that others may share; nothing else of it runs. */
final class PlanningHub {
    static final String NORMAL =
            "{\"name\":\"normal\",\"rungs\":[{\"channels\":[\"whatsapp\"]},{\"channels\":[\"sms\"]}],"
                    + "\"graceAfterUnknown\":\"PT1S\",\"unreachableRetries\":1,\"retryDelay\":\"PT1S\",\"throttledRetries\":1}";

    final JdbcTemplate jdbc;
    final Planner planner;
    final Digests digests;
    private final TestDatabase database;
    private final Keyset keys;
    private final Path folder;

    PlanningHub(TestDatabase database, Path folder, int budget) {
        this.database = database;
        this.folder = folder;
        this.keys = Keyset.open(folder.resolve("keys.json"), database.dataSource());
        this.jdbc = new JdbcTemplate(database.dataSource());
        TransactionTemplate transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
        FatigueSettings settings = new FatigueSettings(budget, Duration.ofHours(1), Duration.ofMinutes(15));
        JdbcDirectory directory = new JdbcDirectory(database.dataSource(), keys.cipher(), keys.hash());
        LedgerWatch watch = StartedWatch.of(jdbc, transaction, folder);
        planner = new Planner(
                jdbc,
                transaction,
                new AlertPlans(jdbc, watch),
                directory,
                new Wakeups(),
                new Fatigue(jdbc, settings),
                watch);
        digests = new Digests(jdbc, transaction);
    }

    /** In the group {@code all}; {@code p0000001} and so on. */
    void people(int number) {
        peopleAt(java.util.Collections.nCopies(number, ",").toArray(String[]::new));
    }

    /** The same, each at its place: {@code 48.8,2.3}. */
    void peopleAt(String... places) {
        StringBuilder csv = new StringBuilder("id,name,language,phone,email,groups,lat,lon,opt_in\n");
        for (int n = 1; n <= places.length; n++) {
            csv.append("p%07d,P,en,+33%09d,,all,%s,whatsapp;sms%n".formatted(n, 600_000_000 + n, places[n - 1]));
        }
        try {
            Path file = Files.writeString(folder.resolve("contacts.csv"), csv);
            new ContactsCsv(database.dataSource(), keys.cipher(), keys.hash(), "FR", "en", 1).load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return its id; it is to be planned, for the group {@code all} */
    long alert(String severity, String source, String msgType, String cap) {
        int lane = severity.equals("Extreme") ? 0 : severity.equals("Severe") ? 1 : 3;
        Long id = jdbc.queryForObject("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires, ladder, audience)
                values ('main', 'live', gen_random_uuid()::text, 's', now(), '', ?, 't', 'Actual', ?, 'Lift', ?,
                    'Expected', ?, 'PLANNING', ?, now() + interval '3 hours', ?,
                    '{"groups":["all"],"contacts":[],"unknown":[],"polygons":[],"circles":[],"restrictToArea":false}')
                returning id""", Long.class, source, msgType, severity, lane, cap, NORMAL);
        if (source.equals("digest")) {
            jdbc.update("insert into digest (items, cap, alert_id) values ('{}', '', ?)", id);
        }
        return java.util.Objects.requireNonNull(id);
    }

    long minor() {
        return alert("Minor", "api", "Alert", "{}");
    }

    /** Until nothing is left to plan. */
    void plan() {
        try {
            while (jdbc.queryForObject("select exists (select from alert where state = 'PLANNING')", Boolean.class)) {
                planner.round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many recipients of the alert are in each state. */
    Map<String, Long> states(long alert) {
        Map<String, Long> states = new TreeMap<>();
        jdbc.query(
                "select state, count(*) from recipient where alert_id = ? group by state",
                row -> {
                    states.put(row.getString(1), row.getLong(2));
                },
                alert);
        return states;
    }
}
