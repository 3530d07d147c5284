package org.tocsin.delivery;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Moves all that waits, in one transaction, by as much as the database's clock has jumped: each wait keeps its length,
 * and each alert the rest of its life. The instants that lengths are counted from move along.
 */
final class ClockShift {
    private static final String OPEN = "(select id from alert where closed_at is null)";

    /** In the order in which the others lock: alerts before recipients, receipts and deadlines before them too. */
    static final List<String> MOVED = List.of(
            "update alert set expires = expires + make_interval(secs => ?),"
                    + " plan_after = plan_after + make_interval(secs => ?) where closed_at is null and %s",
            "update inbox set retry_at = retry_at + make_interval(secs => ?)",
            "update deadline set due_at = due_at + make_interval(secs => ?)",
            // Whoever has read the clock and not yet written has locked a recipient: this waits for them all.
            "lock table recipient in exclusive mode",
            "update recipient set due_at = due_at + make_interval(secs => ?),"
                    + " accepted_at = accepted_at + make_interval(secs => ?),"
                    + " delivered_at = delivered_at + make_interval(secs => ?),"
                    + " read_at = read_at + make_interval(secs => ?)"
                    + " where open and alert_id in " + OPEN,
            "update attempt_order o set queued_at = queued_at + make_interval(secs => ?) from recipient r"
                    + " where r.open and r.alert_id in " + OPEN + " and o.id between r.id * 32 and r.id * 32 + 31",
            "update attempt_result s set outcome_at = outcome_at + make_interval(secs => ?) from recipient r"
                    + " where r.open and r.alert_id in " + OPEN + " and s.id between r.id * 32 and r.id * 32 + 31",
            "update queue set due_at = due_at + make_interval(secs => ?)",
            "update lease set until = until + make_interval(secs => ?)",
            "update sender_rate set booked_until = booked_until + make_interval(secs => ?),"
                    + " rate_at = rate_at + make_interval(secs => ?), cut_at = cut_at + make_interval(secs => ?)",
            "update portfolio_person set until = until + make_interval(secs => ?)",
            "update fatigue set over_until = over_until + make_interval(secs => ?)",
            "update withheld set due_at = due_at + make_interval(secs => ?) where settled_at is null",
            "update feed set due_at = due_at + make_interval(secs => ?),"
                    + " lease_until = lease_until + make_interval(secs => ?)",
            "update mailbox_lease set until = until + make_interval(secs => ?)",
            "update subscription set served_at = served_at + make_interval(secs => ?),"
                    + " lease_until = lease_until + make_interval(secs => ?)",
            "update publication set since = since + make_interval(secs => ?), due_at = due_at + make_interval(secs => ?)"
                    + " where aside_at is null",
            "update publication_progress set next_at = next_at + make_interval(secs => ?)",
            "update provider_circuit set since = since + make_interval(secs => ?)",
            "update heartbeat set waits_from = waits_from + make_interval(secs => ?)",
            "update held_reading set due_at = due_at + make_interval(secs => ?)",
            "update duty_notice set due_at = due_at + make_interval(secs => ?) where told_at is null",
            "update parked set told_at = told_at + make_interval(secs => ?)"
                    + " where told_at > clock_timestamp() - interval '1 day'");

    /**
     * A reading that is older than the end of its incident is ignored, and none that comes now is older than an end that
     * the wrong clock dated. Only those ahead: after a jump forwards, the sensors' readings are dated ahead too.
     */
    static final String INCIDENTS_AHEAD = "update incident set last_seen_at = last_seen_at + make_interval(secs => ?),"
            + " cleared_at = cleared_at + make_interval(secs => ?)"
            + " where greatest(last_seen_at, cleared_at) > clock_timestamp()";

    private final JdbcTemplate jdbc;

    ClockShift(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Waits for a hub that is moving all this already. @return microseconds that were moved so far */
    long lock() {
        jdbc.query("select id from alert where closed_at is null order by id for no key update", row -> {});
        Long jumped = jdbc.queryForObject(
                "select (extract(epoch from jumped) * 1e6)::bigint from ledger_clock for update", Long.class);
        return java.util.Objects.requireNonNull(jumped);
    }

    /**
     * @param lastAlert accepted before the jump for certain, though in a jump back its own instant may not tell
     */
    void move(Duration jump, long lastAlert) {
        double seconds = jump.toNanos() / 1e9;
        // What came between jump and discovery was dated by the new clock already.
        String before = jump.isNegative()
                ? "(id <= " + lastAlert + " or received_at > clock_timestamp())"
                : "received_at < clock_timestamp() - interval '" + jump.toMillis() / 2 + " milliseconds'";
        for (String sql : MOVED) {
            Object[] arguments =
                    sql.chars().filter(c -> c == '?').mapToObj(c -> seconds).toArray();
            jdbc.update(sql.replace("%s", before), arguments);
        }
        if (jump.isNegative()) {
            jdbc.update(INCIDENTS_AHEAD, seconds, seconds);
        }
        jdbc.update("update ledger_clock set jumped = jumped + make_interval(secs => ?)", seconds);
        String by = (seconds > 0 ? "+" : "") + Math.round(seconds) + " s";
        jdbc.update("insert into journal (what, detail) values ('clock-jumped', ?)", by);
        jdbc.update(
                "insert into hub_event (what, detail) values (?, ?)",
                "The database's clock jumped by " + by,
                "What waits was moved with it. Look after the clock of that machine: alerts that come in now are"
                        + " dated by it.");
    }
}
