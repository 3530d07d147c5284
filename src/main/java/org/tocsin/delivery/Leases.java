package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.Claims.Claim;

/**
 * What this process has claimed and may write: one lease for each batch, renewed while outcomes are missing. A lease that
 * runs out is another hub's business: nobody knows what of it was sent.
 */
@Component
@DependsOnDatabaseInitialization
public class Leases implements InitializingBean {
    static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration RENEW = Duration.ofSeconds(5);
    /** A quarter of the lease is kept back for the write itself and for two clocks that do not run alike. */
    private static final Duration WRITABLE = LEASE.multipliedBy(3).dividedBy(4);

    /** Those of {@code returned (id)} that have no outcome are due again. */
    private static final String DUE_AGAIN = """
            insert into queue (keys, channel, lane, due_at)
            select array_agg(a.id), a.channel, r.lane, clock_timestamp() from returned
            join attempt_order a on a.id = returned.id join recipient r on r.id = a.id / 32
            where not exists (select from attempt_result s where s.id = a.id and s.outcome_at is not null)
            group by a.channel, r.lane""";

    private static final String ENDED = """
            with gone as (delete from lease where id in (select id from lease where until < clock_timestamp()
                and id <> all (?::bigint[]) order by id limit 20 for update skip locked) returning keys),
            ended as (select unnest(keys) id from gone),
            returned as (select e.id from ended e join attempt_order a on a.id = e.id
                where a.repeat and not exists (select from repeat_begun b where b.id = e.id)),
            again as (""" + DUE_AGAIN + """
            ) select id from ended except select id from returned order by id""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final HubIdentity identity;
    private final LedgerWatch watch;
    /**
     * Leases of this process whose outcomes are still to come, each with the instant of our own clock until which what it
     * holds may be written. It knows better than any clock what became of them.
     */
    private final Map<Long, Long> held = new ConcurrentHashMap<>();
    /** Leases whose commit was never confirmed: if they are there, nothing of them was written to a provider. */
    private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();

    private final Worker renewal = new Worker("lease-renewal", this::renew);

    Leases(JdbcTemplate jdbc, TransactionTemplate transaction, HubIdentity identity, LedgerWatch watch) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.identity = identity;
        this.watch = watch;
    }

    @Override
    public void afterPropertiesSet() {
        jdbc.update("update lease set until = now() where owner like ?", identity.hub() + "/%");
        renewal.start();
    }

    @jakarta.annotation.PreDestroy
    void stop() {
        renewal.stop();
    }

    /** In the claim's transaction. From here on it is renewed, until it is {@link #forget forgotten}. */
    long take(Connection connection, String channel, List<Long> keys) throws SQLException {
        long before = System.nanoTime();
        long lease = insert(connection, channel, keys);
        held.put(lease, before + WRITABLE.toNanos());
        return lease;
    }

    private long insert(Connection connection, String channel, List<Long> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into lease (owner, channel, until, keys)
                values (?, ?, clock_timestamp() + ? * interval '1 second', ?) returning id""")) {
            statement.setString(1, identity.process());
            statement.setString(2, channel);
            statement.setLong(3, LEASE.toSeconds());
            statement.setArray(4, connection.createArrayOf("bigint", array(keys)));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Nobody said whether the claim was committed: nothing of it is written. */
    void doubt(long lease) {
        doubtful.add(lease);
        held.remove(lease);
    }

    /**
     * Whether this process may still write what it claimed with this lease: looked at on its own clock, before each write.
     * After a stop of the process its leases may be another hub's, and a later renewal does not bring them back.
     */
    public boolean mayWrite(Claim claim) {
        Long until = held.get(claim.leaseId());
        return until != null && System.nanoTime() - until < 0 && !watch.held();
    }

    private void renew() throws InterruptedException {
        returnDoubtful();
        renewHeld();
        Thread.sleep(RENEW.toMillis());
    }

    /** For tests: as if this process had been stopped for as long as its leases may be written. */
    void outliveLeases() {
        held.replaceAll((lease, until) -> System.nanoTime() - 1);
    }

    void renewHeld() {
        long until = System.nanoTime() + WRITABLE.toNanos();
        List<Long> renewed = jdbc.queryForList(
                "update lease set until = clock_timestamp() + ? * interval '1 second' where id = any (?::bigint[])"
                        + " returning id",
                Long.class,
                LEASE.toSeconds(),
                array(held.keySet()));
        renewed.forEach(lease -> held.computeIfPresent(lease, (id, old) -> until));
    }

    /** The connection broke in a claim's commit: what was claimed all the same is due again. */
    void returnDoubtful() {
        Long[] leases = array(doubtful);
        if (leases.length > 0) {
            jdbc.update("""
                    with gone as (delete from lease where id = any (?::bigint[]) returning keys),
                    returned as (select unnest(keys) id from gone)
                    """ + DUE_AGAIN, (Object) leases);
            doubtful.removeAll(List.of(leases));
        }
    }

    private static Long[] array(Collection<Long> ids) {
        return ids.toArray(Long[]::new);
    }

    /** Claims that were certainly not written go back, and their leases with them. Those already given up stay so. */
    void giveBack(Collection<Claim> unsent) {
        if (unsent.isEmpty()) {
            return;
        }
        Map<Long, List<Long>> byLease = unsent.stream()
                .collect(Collectors.groupingBy(
                        Claim::leaseId, LinkedHashMap::new, Collectors.mapping(Claim::attemptId, Collectors.toList())));
        // Only what is still in the lease: a second try, after a commit that was not confirmed, queues nothing twice.
        transaction.executeWithoutResult(
                status -> byLease.forEach((lease, keys) -> jdbc.update("""
                with ours as (select id, keys from lease where id = ? for update),
                returned as (select unnest(keys) id from ours intersect select unnest(?::bigint[])),
                rest as (
                    update lease l set keys = array(select unnest(ours.keys) except select id from returned)
                    from ours where l.id = ours.id)
                """ + DUE_AGAIN, lease, array(keys))));
    }

    /** Leases whose attempts all have their outcome, in the transaction that writes the last of them. */
    void delete(Collection<Long> leases) {
        if (!leases.isEmpty()) {
            jdbc.update("delete from lease where id = any (?::bigint[])", (Object) array(leases));
        }
    }

    /** Call after that commit. */
    void forget(Collection<Long> leases) {
        held.keySet().removeAll(leases);
    }

    /**
     * Call just before a claim is written, on no hot path: a commit for each repeat, and none for what is no repeat. What is
     * a repeat and was not begun when its lease ends is due again, since it is the last chance of that person.
     *
     * @throws org.springframework.dao.DataAccessException when it could not be committed: then it must not be written
     */
    public void begin(Claim claim) {
        if (claim.repeat()) {
            jdbc.update("insert into repeat_begun (id) values (?) on conflict do nothing", claim.attemptId());
        }
    }

    /**
     * The attempts of leases that ended without their owner: nobody knows whether they were sent. Never those that this
     * process holds, which run out too while the database is away: it has their outcomes, or will. Repeats that were not
     * begun are due again.
     */
    List<Fact.Outcome> takeExpired() {
        return jdbc.query(ENDED, (row, n) -> row.getLong(1), (Object) array(held.keySet())).stream()
                .map(Fact.Outcome::unknown)
                .toList();
    }
}
