package org.tocsin.duty;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Providers that broke, or work again, and of which nobody was told. */
@Component
class ProviderEvents {
    private final JdbcTemplate jdbc;

    ProviderEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param reason the provider's code, or a word of the hub */
    record Event(long id, Instant at, String channel, boolean broken, String reason) {}

    List<Event> due() {
        return jdbc.query(
                """
                select id, at, channel, state = 'OPEN', reason from provider_event where told_at is null
                order by id limit 10""",
                (row, n) -> new Event(
                        row.getLong(1),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getString(5)));
    }

    /** The notice is an alert of its own now. */
    void told(Event event) {
        jdbc.update("update provider_event set told_at = statement_timestamp() where id = ?", event.id());
    }
}
