package org.tocsin.intake.accept;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.Item;
import org.tocsin.intake.alerts.Parts;
import org.tocsin.intake.ledger.Rows;

/** What became of the triggers of each source: together they are all that came, each once for each commit. */
final class IntakeCounts {
    /** Hubs that count one source at the same time seldom meet. */
    private static final int PARTS = 32;

    private final JdbcTemplate jdbc;
    private final String site;
    private final int part = ThreadLocalRandom.current().nextInt(PARTS);

    IntakeCounts(JdbcTemplate jdbc, String site) {
        this.jdbc = jdbc;
        this.site = site;
    }

    private static final class Row {
        final String source;
        long accepted;
        long held;
        long grouped;
        long silent;
        long again;
        long refused;

        Row(String source) {
            this.source = source;
        }
    }

    /**
     * The last statement of a transaction, since others may wait for its rows.
     *
     * @param ofParts null where the item of the part was answered before, which counts once
     */
    void add(Parts parts, IntakeResult[] ofParts, List<Item> items, List<IntakeResult> ofItems) {
        Map<String, Row> rows = new TreeMap<>();
        Set<Integer> counted = new HashSet<>();
        for (int i = 0; i < ofParts.length; i++) {
            if (ofParts[i] != null) {
                counted.add(parts.get(i).item());
                count(rows, parts.get(i).submission(), ofParts[i]);
            }
        }
        for (int i = 0; i < items.size(); i++) {
            if (ofItems.get(i) != null && !counted.contains(i)) {
                count(rows, items.get(i).submission(), ofItems.get(i));
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        jdbc.update(Rows.of(new ArrayList<>(rows.values()))
                .column(r -> r.source)
                .column(r -> r.accepted)
                .column(r -> r.held)
                .column(r -> r.grouped)
                .column(r -> r.silent)
                .column(r -> r.again)
                .column(r -> r.refused)
                .statement(
                        "insert into intake_count as c (site, part, source, accepted, held, grouped, silent, again,"
                                + " refused) select ?, ?, n.* from unnest(?::text[], ?::bigint[], ?::bigint[],"
                                + " ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as n"
                                + " on conflict (site, source, part) do update set"
                                + " accepted = c.accepted + excluded.accepted, held = c.held + excluded.held,"
                                + " grouped = c.grouped + excluded.grouped, silent = c.silent + excluded.silent,"
                                + " again = c.again + excluded.again, refused = c.refused + excluded.refused",
                        site,
                        (short) part));
    }

    private static void count(Map<String, Row> rows, Submission submission, IntakeResult result) {
        if (submission.ours() || result instanceof IntakeResult.TooEarly) {
            return;
        }
        Row row = rows.computeIfAbsent(submission.source(), Row::new);
        if (result instanceof IntakeResult.Accepted accepted) {
            if (accepted.braked()) {
                row.held++;
            } else {
                row.accepted++;
            }
        } else if (result instanceof IntakeResult.Grouped) {
            row.grouped++;
        } else if (result instanceof IntakeResult.Silent) {
            row.silent++;
        } else if (result instanceof IntakeResult.Duplicate) {
            row.again++;
        } else {
            row.refused++;
        }
    }
}
