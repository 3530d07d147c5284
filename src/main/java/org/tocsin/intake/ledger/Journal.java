package org.tocsin.intake.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.intake.AlertState;

/** The journal entries of one transaction: no personal data, no text of an alert. */
public final class Journal {
    private record Entry(
            @Nullable Long alertId, String what, @Nullable String detail) {}

    private final List<Entry> entries = new ArrayList<>();

    /** {@code what}: alert-held, alert-planning …, incident-opened, parked, replayed. */
    public void add(@Nullable Long alertId, String what, @Nullable String detail) {
        entries.add(new Entry(alertId, what, detail));
    }

    public void state(long alertId, AlertState state, String detail) {
        add(alertId, "alert-" + state.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), detail);
    }

    public void write(JdbcTemplate jdbc) {
        if (!entries.isEmpty()) {
            jdbc.update(Rows.of(entries)
                    .column(Entry::alertId)
                    .column(Entry::what)
                    .column(Entry::detail)
                    .statement("insert into journal (alert_id, what, detail)"
                            + " select * from unnest(?::bigint[], ?::text[], ?::text[])"));
        }
    }
}
