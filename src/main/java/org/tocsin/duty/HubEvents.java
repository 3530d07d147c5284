package org.tocsin.duty;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What befell the hubs or their database, or whom they do not hear, and of which nobody was told. */
@Component
class HubEvents {
    private final JdbcTemplate jdbc;

    HubEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param see where to look */
    record Event(long id, Instant at, String what, String detail, String see) {}

    List<Event> due() {
        return jdbc.query(
                "select id, at, what, detail, coalesce(see, 'See /api/hold and the hubs'' logs') from hub_event"
                        + " where told_at is null order by id limit 10",
                (row, n) -> new Event(
                        row.getLong(1),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)));
    }

    /** The notice is an alert of its own now. */
    void told(Event event) {
        jdbc.update("update hub_event set told_at = statement_timestamp() where id = ?", event.id());
    }
}
