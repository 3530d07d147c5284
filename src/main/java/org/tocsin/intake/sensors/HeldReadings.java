package org.tocsin.intake.sensors;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.parked.Parking;

/**
 * Readings beyond a threshold that must stay so for a while, and what was read last. A device that says nothing more, since
 * it reports changes only or is under water by now, is taken at its last word when its time is over.
 */
public final class HeldReadings {
    /** So much later than the end of its time, so that a reading that is on its way is heard first. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** @param rest of its time, from now on */
    record Wait(String key, Submission submission, Duration rest) {}

    /** @param submission as it is handed in again */
    record Due(String key, OffsetDateTime dueAt, Submission submission) {}

    private final JdbcTemplate jdbc;
    private final Parking parking;
    private final String site;

    public HeldReadings(JdbcTemplate jdbc, Parking parking, String site) {
        this.jdbc = jdbc;
        this.parking = parking;
        this.site = site;
    }

    /** In the caller's transaction, in which the incidents of these keys are locked. */
    void save(List<Wait> waits, Collection<String> over) {
        for (Wait wait : waits) {
            jdbc.update(
                    """
                    insert into held_reading (key, site, due_at, source, submitted_by, payload_enc, attributes_enc)
                    values (?, ?, clock_timestamp() + make_interval(secs => ?), ?, ?, ?, ?)
                    on conflict (key) do update set due_at = excluded.due_at, payload_enc = excluded.payload_enc,
                        attributes_enc = excluded.attributes_enc""",
                    stored(wait.key()),
                    site,
                    wait.rest().plus(GRACE).toMillis() / 1e3,
                    wait.submission().source(),
                    wait.submission().principal().name(),
                    parking.sealed(wait.submission().payload()),
                    parking.sealed(wait.submission().attributes()));
        }
        if (!over.isEmpty()) {
            jdbc.update("delete from held_reading where key = any (?::text[])", (Object)
                    over.stream().map(this::stored).toArray(String[]::new));
        }
    }

    List<Due> due() {
        return jdbc.query(
                "select * from held_reading where site = ? and due_at <= clock_timestamp() order by due_at limit 100",
                (row, n) -> {
                    String key = row.getString("key").substring(site.length() + 1);
                    Map<String, String> attributes = new HashMap<>(parking.attributes(row.getBytes("attributes_enc")));
                    attributes.put(Submission.HELD, key);
                    return new Due(
                            key,
                            row.getObject("due_at", OffsetDateTime.class),
                            new Submission(
                                    row.getString("source"),
                                    Format.MAPPED_JSON,
                                    parking.payload(row.getBytes("payload_enc")),
                                    attributes,
                                    new Principal(row.getString("submitted_by"), Role.TRIGGER, null),
                                    null));
                },
                site);
    }

    /** It was handed in; what became of it is in its incident. One that waits anew meanwhile is left alone. */
    void settled(Due due) {
        jdbc.update("delete from held_reading where key = ? and due_at = ?", stored(due.key()), due.dueAt());
    }

    private String stored(String key) {
        return site + "|" + key;
    }
}
