package org.tocsin.intake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The journal entries of one transaction: no personal data, no text of an alert. */
final class Journal {
    private record Entry(
            @Nullable Long alertId, String what, @Nullable String detail) {}

    private final List<Entry> entries = new ArrayList<>();

    /** {@code what}: alert-held, alert-planning …, incident-opened, parked, replayed. */
    void add(@Nullable Long alertId, String what, @Nullable String detail) {
        entries.add(new Entry(alertId, what, detail));
    }

    void state(long alertId, AlertState state, String detail) {
        add(alertId, "alert-" + state.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), detail);
    }

    void write(JdbcTemplate jdbc) {
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
