package org.tocsin.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.directory.Address;
import org.tocsin.directory.Directory;

/**
 * Takes due messages out of the queue. The claim's commit is the intent to send: it is durable, in a lease, before
 * anything is written to a provider. Cancel, end of life and answers are looked at in the same transaction.
 */
@Component
@DependsOnDatabaseInitialization
public class Claims implements InitializingBean {
    static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration RENEW = Duration.ofSeconds(5);
    /** A quarter of the lease is kept back for the write itself and for two clocks that do not run alike. */
    private static final Duration WRITABLE = LEASE.multipliedBy(3).dividedBy(4);

    /** What is claimed, in the order of the keys' array. An attempt that has a result already is not sent. */
    static final String CLAIMED = """
            select t.key, a.alert_id, a.spare, a.repeat, r.person_id, r.language,
                r.open and not exists (select from attempt_result s where s.id = t.key)
            from unnest(?) with ordinality t (key, place)
            join attempt_order a on a.id = t.key join recipient r on r.id = t.key / 32 order by t.place""";

    /** Conflicts with "for update", which every decision takes, and not with the planner's lock. */
    static final String RUNNING =
            "select id, state, expires, clock_timestamp() from alert where id = any (?)" + " order by id for key share";

    /** Those of {@code returned (id)} that have no outcome are due again. */
    private static final String DUE_AGAIN = """
            insert into queue (keys, channel, lane, due_at)
            select array_agg(a.id), a.channel, r.lane, clock_timestamp() from returned
            join attempt_order a on a.id = returned.id join recipient r on r.id = a.id / 32
            where not exists (select from attempt_result s where s.id = a.id and s.outcome_at is not null)
            group by a.channel, r.lane""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Directory directory;
    private final HubIdentity identity;
    /**
     * Leases of this process whose outcomes are still to come, each with the instant of our own clock until which what it
     * holds may be written. It knows better than any clock what became of them.
     */
    private final Map<Long, Long> held = new ConcurrentHashMap<>();
    /** Leases whose commit was never confirmed: if they are there, nothing of them was written to a provider. */
    private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();

    private final Worker renewal;

    Claims(JdbcTemplate jdbc, TransactionTemplate transaction, Directory directory, HubIdentity identity) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.directory = directory;
        this.identity = identity;
        this.renewal = new Worker("lease-renewal", this::renew);
    }

    /** One message to send now. {@code address} is null when the directory has none any more. */
    public record Claim(
            long leaseId,
            long attemptId,
            long alertId,
            long personId,
            String language,
            boolean spare,
            boolean repeat,
            @Nullable Address address,
            int addressesLeft) {

        /** Without the address. */
        @Override
        public String toString() {
            return "Claim[" + attemptId + "]";
        }
    }

    /** @param retryIn when {@code claims} is empty for want of tokens: how long until there is one */
    public record Batch(List<Claim> claims, @Nullable Duration retryIn) {}

    @Override
    public void afterPropertiesSet() {
        jdbc.update("update lease set until = now() where owner like ?", identity.hub() + "/%");
        renewal.start();
    }

    @jakarta.annotation.PreDestroy
    void stop() {
        renewal.stop();
    }

    /**
     * Claims at most {@code limit} messages of a channel, the urgent lane first.
     *
     * @param perSecond tokens of that sender, 0 for no limit; taken in the same transaction, so it holds over replicas
     */
    public Batch claim(String channel, String sender, int limit, double perSecond) {
        AtomicReference<@Nullable Long> lease = new AtomicReference<>();
        try {
            Batch batch = transaction.execute(status -> jdbc.execute((ConnectionCallback<Batch>)
                    connection -> claimHere(connection, channel, sender, limit, perSecond, lease)));
            return batch == null ? new Batch(List.of(), null) : batch;
        } catch (RuntimeException e) {
            Long unconfirmed = lease.get();
            if (unconfirmed != null) {
                doubtful.add(unconfirmed);
                held.remove(unconfirmed);
            }
            throw e;
        }
    }

    private Batch claimHere(
            Connection connection,
            String channel,
            String sender,
            int limit,
            double perSecond,
            AtomicReference<@Nullable Long> made)
            throws SQLException {
        Budget budget = new Budget(connection, sender, perSecond);
        int most = budget.allow(limit);
        if (most == 0) {
            return new Batch(List.of(), budget.untilNext());
        }
        List<Taken> taken = take(connection, channel, most);
        if (taken.isEmpty()) {
            return new Batch(List.of(), null);
        }
        Set<Long> running = runningAlerts(connection, taken);
        List<Taken> good = new ArrayList<>();
        Rows suppressed = new Rows("int8");
        Rows journal = new Rows("int8", "int8", "int2", "text", "text");
        for (Taken t : taken) {
            if (t.wanted && running.contains(t.alertId)) {
                good.add(t);
            } else {
                suppressed.add(t.key);
                journal.add(
                        t.alertId,
                        AttemptKey.recipient(t.key),
                        (short) AttemptKey.number(t.key),
                        "suppressed",
                        channel);
            }
        }
        suppressed.execute(connection, """
                insert into attempt_result (id, state) select *, 'SUPPRESSED' from unnest(?) on conflict do nothing""");
        journal.execute(connection, """
                insert into journal (alert_id, recipient_id, attempt_no, what, detail)
                select * from unnest(?, ?, ?, ?, ?)""");
        if (good.isEmpty()) {
            return new Batch(List.of(), null);
        }
        budget.take(good.size());
        long before = System.nanoTime();
        long lease = lease(connection, channel, good);
        made.set(lease);
        held.put(lease, before + WRITABLE.toNanos());
        return new Batch(withAddresses(connection, channel, lease, good), null);
    }

    private record Taken(
            long key, long alertId, boolean spare, boolean repeat, long personId, String language, boolean wanted) {}

    private static List<Taken> take(Connection connection, String channel, int limit) throws SQLException {
        List<Long> keys = QueueRows.take(connection, channel, limit);
        List<Taken> taken = new ArrayList<>(keys.size());
        if (keys.isEmpty()) {
            return taken;
        }
        try (PreparedStatement statement = connection.prepareStatement(CLAIMED)) {
            statement.setArray(1, connection.createArrayOf("int8", array(keys)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    taken.add(new Taken(
                            row.getLong(1),
                            row.getLong(2),
                            row.getBoolean(3),
                            row.getBoolean(4),
                            row.getLong(5),
                            row.getString(6),
                            row.getBoolean(7)));
                }
            }
        }
        return taken;
    }

    /** Waits for a cancel that is just being committed: no intent is committed after the cancel's commit. */
    private static Set<Long> runningAlerts(Connection connection, List<Taken> taken) throws SQLException {
        Object[] ids = taken.stream().map(Taken::alertId).distinct().sorted().toArray();
        Set<Long> running = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(RUNNING)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String state = row.getString(2);
                    Instant expires = row.getObject(3, OffsetDateTime.class).toInstant();
                    Instant now = row.getObject(4, OffsetDateTime.class).toInstant();
                    if ((state.equals("PLANNING") || state.equals("SENDING")) && expires.isAfter(now)) {
                        running.add(row.getLong(1));
                    }
                }
            }
        }
        return running;
    }

    private long lease(Connection connection, String channel, List<Taken> good) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into lease (owner, channel, until, keys)
                values (?, ?, clock_timestamp() + ? * interval '1 second', ?) returning id""")) {
            statement.setString(1, identity.process());
            statement.setString(2, channel);
            statement.setLong(3, LEASE.toSeconds());
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bigint", good.stream().map(Taken::key).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private List<Claim> withAddresses(Connection connection, String channel, long lease, List<Taken> good)
            throws SQLException {
        Map<Long, List<Address>> addresses = directory.addresses(
                channel, good.stream().map(Taken::personId).distinct().toList());
        Map<Long, List<byte[]>> failed = failedAddresses(connection, channel, good);
        List<Claim> claims = new ArrayList<>(good.size());
        for (Taken t : good) {
            List<byte[]> bad = failed.getOrDefault(AttemptKey.recipient(t.key), List.of());
            List<Address> left = addresses.getOrDefault(t.personId, List.of());
            if (!bad.isEmpty()) {
                left = left.stream()
                        .filter(address -> bad.stream().noneMatch(address::isSameAs))
                        .toList();
            }
            claims.add(new Claim(
                    lease,
                    t.key,
                    t.alertId,
                    t.personId,
                    t.language,
                    t.spare,
                    t.repeat,
                    left.isEmpty() ? null : left.get(0),
                    Math.max(0, left.size() - 1)));
        }
        return claims;
    }

    /** Addresses that earlier attempts for the same people failed on: a second phone is the next attempt. */
    private static Map<Long, List<byte[]>> failedAddresses(Connection connection, String channel, List<Taken> good)
            throws SQLException {
        Object[] later = good.stream()
                .map(Taken::key)
                .filter(k -> AttemptKey.number(k) > 0)
                .map(AttemptKey::recipient)
                .distinct()
                .toArray();
        Map<Long, List<byte[]>> failed = new HashMap<>();
        if (later.length == 0) {
            return failed;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                select s.id / 32, s.address_hash from unnest(?) r (id) cross join generate_series(0, 31) n (no)
                join attempt_order a on a.id = r.id * 32 + n.no and a.channel = ?
                join attempt_result s on s.id = a.id
                where s.address_hash is not null and s.state in ('REJECTED', 'FAILED', 'OPTED_OUT')""")) {
            Array ids = connection.createArrayOf("bigint", later);
            statement.setArray(1, ids);
            statement.setString(2, channel);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    failed.computeIfAbsent(row.getLong(1), k -> new ArrayList<>())
                            .add(row.getBytes(2));
                }
            }
        }
        return failed;
    }

    /**
     * Whether this process may still write what it claimed with this lease: looked at on its own clock, before each write.
     * After a stop of the process its leases may be another hub's, and a later renewal does not bring them back.
     */
    public boolean mayWrite(Claim claim) {
        Long until = held.get(claim.leaseId());
        return until != null && System.nanoTime() - until < 0;
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
     * The attempts of leases that ended without their owner: nobody knows whether they were sent. Never those that this
     * process holds, which run out too while the database is away: it has their outcomes, or will.
     */
    List<Fact.Outcome> takeExpired() {
        return jdbc.query("""
                        delete from lease where id in (select id from lease where until < clock_timestamp()
                            and id <> all (?::bigint[]) order by id limit 20 for update skip locked)
                        returning keys""", (row, n) -> (Long[]) row.getArray(1).getArray(), (Object) array(held.keySet())).stream()
                .flatMap(java.util.Arrays::stream)
                .map(Fact.Outcome::unknown)
                .toList();
    }
}
