package org.tocsin.duty;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Providers that broke, or work again, channels that a person turned off or on, and of which nobody was told. */
@Component
class ProviderEvents {
    private final JdbcTemplate jdbc;

    ProviderEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    enum Kind {
        OPEN,
        CLOSED,
        OFF,
        ON
    }

    /** @param reason the provider's code, or a word of the hub; who turned it off and why, or who turned it on */
    record Event(long id, Instant at, String channel, Kind kind, String reason) {
        String headline() {
            return "The channel " + channel
                    + switch (kind) {
                        case OPEN -> " is broken: " + reason;
                        case CLOSED -> " works again";
                        case OFF -> " was turned off";
                        case ON -> " is turned on again";
                    };
        }

        String description() {
            return switch (kind) {
                case OPEN ->
                    "Messages go by another number of ours if one works, else by the next channel; who has no other waits.";
                case CLOSED -> "It was broken for " + reason + ". What waited for it is sent now.";
                case OFF ->
                    "By " + reason + ". Messages go by the next channel; who has no other waits until it is on again.";
                case ON -> "By " + reason + ". What waited for it is sent now.";
            };
        }
    }

    List<Event> due() {
        return jdbc.query(
                """
                select id, at, channel, state, reason from provider_event where told_at is null
                order by id limit 10""",
                (row, n) -> new Event(
                        row.getLong(1),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getString(3),
                        Kind.valueOf(row.getString(4)),
                        row.getString(5)));
    }

    /** The notice is an alert of its own now. */
    void told(Event event) {
        jdbc.update("update provider_event set told_at = statement_timestamp() where id = ?", event.id());
    }
}
