package org.tocsin.duty;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Triggers that were parked and of which nobody was told: a sensor that sends what the hub cannot read is a sensor that
 * nobody hears. A flood of them becomes one notice.
 */
@Component
class ParkedTriggers {
    /** What comes within it after the first one is told together with it. */
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private final JdbcTemplate jdbc;

    ParkedTriggers(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param at the notice's identity, the same until it is told
     * @param sources the names of up to three
     */
    record Notice(Instant at, long count, String sources) {}

    /** @param pause since the last notice, at least */
    Optional<Notice> due(Duration pause) {
        gather(pause);
        return jdbc
                .query(
                        """
                        select notice_at, count(*),
                            array_to_string((array_agg(distinct regexp_replace(left(source, 40), '[^A-Za-z0-9:_-]', '?', 'g')))[1:3], ', ')
                        from parked where told_at is null and notice_at is not null
                        group by notice_at order by notice_at limit 1""",
                        (row, n) -> new Notice(
                                row.getObject(1, OffsetDateTime.class).toInstant(), row.getLong(2), row.getString(3)))
                .stream()
                .findFirst();
    }

    /** In one statement: hubs that gather at the same time get different rows, or none. */
    private void gather(Duration pause) {
        jdbc.update("""
                update parked set notice_at = statement_timestamp()
                where id in (
                    select id from parked
                    where told_at is null and notice_at is null and state = 'PARKED' and source <> ?
                    for update skip locked)
                and exists (select 1 from parked
                    where told_at is null and notice_at is null and source <> ?
                    and received_at < statement_timestamp() - make_interval(secs => ?))
                and not exists (select 1 from parked
                    where told_at > statement_timestamp() - make_interval(secs => ?))""", DutyDesk.SOURCE, DutyDesk.SOURCE, GATHERING.toMillis() / 1e3, pause.toMillis() / 1e3);
    }

    /** The notice is an alert of its own now. */
    void told(Notice notice) {
        jdbc.update(
                "update parked set told_at = statement_timestamp() where told_at is null and notice_at = ?",
                OffsetDateTime.ofInstant(notice.at(), java.time.ZoneOffset.UTC));
    }
}
