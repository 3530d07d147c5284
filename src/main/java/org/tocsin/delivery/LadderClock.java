package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks after what time does to an alert: deadlines that pass, leases whose hub died, alerts that end. Every wait is
 * a row with {@code due_at}; a restart in the middle of one changes nothing.
 */
@Component
public class LadderClock extends WorkingBean {
    private static final Logger log = LoggerFactory.getLogger(LadderClock.class);
    /** Rows of deadlines taken at a time; each is of one batch of outcomes. */
    private static final int BATCH = 4;

    private static final int CLOSING_BATCH = 5_000;

    /** Not clock_timestamp(): it is volatile, cannot bound the index, and would read all that wait, each time. */
    static final String DUE = """
            delete from deadline where ctid = any (array(
                select ctid from deadline where due_at <= statement_timestamp()
                order by due_at limit ? for update skip locked)) returning keys""";

    /** Most people have confirmed or answered long before: only where the deadline still stands is anything to decide. */
    private static final String STILL_DUE =
            "select id from recipient where id = any (?::bigint[]) and open and due_at <= clock_timestamp()";

    /** Of each alert the first person from the one given on whose ladder is open. */
    private static final String FIRST_OPEN = """
            select a.id, (select r.person_id from recipient r where r.alert_id = a.id and r.person_id >= a.person and r.open
                order by r.person_id limit 1)
            from unnest(?::bigint[], ?::bigint[]) a (id, person)""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final Leases leases;
    private final LedgerWatch watch;
    /** Of each alert under way the first person, by id, whose ladder was open when it was looked at last. */
    private final Map<Long, Long> stillOpen = new HashMap<>();

    private long nextForgetting = System.nanoTime();

    LadderClock(JdbcTemplate jdbc, TransactionTemplate transaction, Ledger ledger, Leases leases, LedgerWatch watch) {
        super("ladder-deadlines");
        alsoWorks("ladder-caretaker", this::care);
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.ledger = ledger;
        this.leases = leases;
        this.watch = watch;
    }

    /** All recipients whose deadline is the same instant are one row, in pieces of the size of a batch of outcomes. */
    static void write(Connection connection, Map<Instant, List<Long>> deadlines) throws SQLException {
        if (deadlines.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("insert into deadline (due_at, keys) values (?, ?)")) {
            for (Map.Entry<Instant, List<Long>> deadline : deadlines.entrySet()) {
                statement.setObject(1, deadline.getKey().atOffset(ZoneOffset.UTC));
                statement.setArray(
                        2, connection.createArrayOf("int8", deadline.getValue().toArray(Long[]::new)));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    protected void round() throws InterruptedException {
        if (!watch.maySend()) {
            Thread.sleep(200);
            return;
        }
        Integer found = transaction.execute(status -> {
            List<Long[]> keys =
                    jdbc.query(DUE, (row, n) -> (Long[]) row.getArray(1).getArray(), BATCH);
            Long[] all = keys.stream().flatMap(Arrays::stream).toArray(Long[]::new);
            List<Fact.Due> due = all.length == 0
                    ? List.of()
                    : jdbc.queryForList(STILL_DUE, Long.class, (Object) all).stream()
                            .map(Fact.Due::new)
                            .toList();
            ledger.apply(due);
            return keys.size();
        });
        if (found == null || found < BATCH) {
            Thread.sleep(200);
        }
    }

    private void care() throws InterruptedException {
        int unknown = watch.maySend() ? takeOverExpiredLeases() : 0;
        if (unknown > 0) {
            log.warn("{} messages were claimed by a hub that is gone: their outcome is unknown", unknown);
        }
        endExpiredAlerts();
        closeEndedAlerts();
        finishAlerts();
        forgetRepetitions();
        Thread.sleep(500);
    }

    /** Providers repeat a webhook for 7 days at the most, and callers a request for less. */
    private void forgetRepetitions() {
        if (System.nanoTime() - nextForgetting >= 0) {
            nextForgetting = System.nanoTime() + Duration.ofHours(1).toNanos();
            jdbc.update("delete from inbound_seen where at < clock_timestamp() - interval '8 days'");
            jdbc.update("delete from request_key where used_at < clock_timestamp() - interval '8 days'");
        }
    }

    private int takeOverExpiredLeases() {
        Integer taken = transaction.execute(status -> {
            List<Fact.Outcome> unknown = leases.takeExpired();
            ledger.apply(unknown);
            return unknown.size();
        });
        return taken == null ? 0 : taken;
    }

    private void endExpiredAlerts() {
        jdbc.update("""
                with ended as (
                    update alert set state = 'EXPIRED' where closed_at is null
                        and expires <= least(clock_timestamp(), ?) and state in ('HELD', 'PENDING_APPROVAL', 'PLANNING', 'SENDING') returning id)
                insert into journal (alert_id, what) select id, 'alert expired' from ended""", watch.latest());
    }

    /** Cancelled, superseded, expired: nobody's ladder goes on. In pieces, since they may be a million. */
    private void closeEndedAlerts() {
        List<Long> ended = jdbc.queryForList("""
                select id from alert where closed_at is null
                    and state in ('CANCELLED', 'SUPERSEDED', 'EXPIRED', 'REJECTED', 'RECORDED') order by id limit 20""", Long.class);
        for (long id : ended) {
            int closed;
            do {
                closed = jdbc.update("""
                        with ended as (
                            update recipient r set open = false, due_at = null,
                                state = case when r.state in ('PENDING', 'WAITING', 'WITHHELD')
                                    then case when a.state = 'EXPIRED' then 'EXPIRED' else 'CANCELLED' end
                                    else r.state end
                            from alert a where a.id = r.alert_id and r.id in (
                                select id from recipient where alert_id = ? and open limit ? for update skip locked)
                            returning r.id, r.alert_id, r.state)
                        insert into journal (alert_id, recipient_id, what)
                        select alert_id, id, lower(state) from ended""", id, CLOSING_BATCH);
            } while (closed == CLOSING_BATCH);
            jdbc.update("""
                    update alert set closed_at = clock_timestamp() where id = ?
                        and not exists (select 1 from recipient where alert_id = ? and open)""", id, id);
        }
    }

    /**
     * An alert is done when no recipient is open. While one that was seen open still is, the others are not looked at:
     * otherwise each look reads through all those who are reached already.
     */
    private void finishAlerts() {
        List<Long> sending =
                jdbc.queryForList("select id from alert where closed_at is null and state = 'SENDING'", Long.class);
        stillOpen.keySet().retainAll(sending);
        Long[] from = sending.stream().map(id -> stillOpen.getOrDefault(id, 0L)).toArray(Long[]::new);
        List<Long> ended = new ArrayList<>();
        jdbc.query(
                FIRST_OPEN,
                row -> {
                    long alert = row.getLong(1);
                    Long person = row.getObject(2, Long.class);
                    if (person != null) {
                        stillOpen.put(alert, person);
                    } else {
                        ended.add(alert);
                    }
                },
                sending.toArray(Long[]::new),
                from);
        for (long alert : ended) {
            finish(alert);
            stillOpen.remove(alert); // a wrong number opens a ladder again: the next look is from the start
        }
    }

    private void finish(long alert) {
        jdbc.update("""
                with done as (
                    update alert a set state = 'DONE', closed_at = clock_timestamp()
                    where a.id = ? and a.closed_at is null and a.state = 'SENDING'
                        and not exists (select 1 from recipient r where r.alert_id = a.id and r.open) returning id)
                insert into journal (alert_id, what) select id, 'alert done' from done""", alert);
    }

    /** How long the hub needs at the most to see work that no wake-up told it of. */
    static Duration lookAgain() {
        return Duration.ofMillis(250);
    }
}
