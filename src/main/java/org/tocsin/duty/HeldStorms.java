package org.tocsin.duty;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Storms of which nobody was told: the brake holds alerts of a source, and they wait for a person. One notice for a storm,
 * however many it holds; another one when something graver is held than was told of.
 */
@Component
class HeldStorms {
    /** What comes within it after the first one is told together with it. */
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private final JdbcTemplate jdbc;

    HeldStorms(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param at when it began: with site, source and rank the notice's identity
     * @param rank of the gravest that is held, 0 is Extreme
     * @param shown the source's name, made harmless
     */
    record Storm(String site, String source, String shown, Instant at, long held, int rank) {}

    List<Storm> due() {
        return jdbc.query(
                """
                select site, source, regexp_replace(left(source, 40), '[^A-Za-z0-9:_-]', '?', 'g') as shown,
                    storm_at, storm_held, storm_rank
                from brake_source
                where storm_at is not null and (told_at is null or storm_rank < told_rank)
                    and storm_at < statement_timestamp() - make_interval(secs => ?)
                order by storm_at limit 10""",
                (row, n) -> new Storm(
                        row.getString("site"),
                        row.getString("source"),
                        row.getString("shown"),
                        row.getObject("storm_at", OffsetDateTime.class).toInstant(),
                        row.getLong("storm_held"),
                        row.getInt("storm_rank")),
                GATHERING.toMillis() / 1e3);
    }

    /** The notice is an alert of its own now. */
    void told(Storm storm) {
        jdbc.update(
                "update brake_source set told_at = statement_timestamp(), told_rank = ?"
                        + " where site = ? and source = ? and storm_at = ?",
                storm.rank(),
                storm.site(),
                storm.source(),
                OffsetDateTime.ofInstant(storm.at(), ZoneOffset.UTC));
    }
}
