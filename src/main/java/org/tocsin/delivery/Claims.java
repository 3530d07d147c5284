package org.tocsin.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
public class Claims {
    /** Conflicts with "for update", which every decision takes, and not with the planner's lock. */
    static final String RUNNING =
            "select id, state, expires, clock_timestamp(), (select number from hub_mark where hub = ?)"
                    + " from alert where id = any (?) order by id for key share";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Directory directory;
    private final Leases leases;
    private final LedgerWatch watch;

    Claims(JdbcTemplate jdbc, TransactionTemplate transaction, Directory directory, Leases leases, LedgerWatch watch) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.directory = directory;
        this.leases = leases;
        this.watch = watch;
    }

    /**
     * One message to send now.
     *
     * @param sender of those that the order names
     * @param address null when the directory has none any more
     * @param hasPlace false: not to be sent here, since the people of the day are used up
     */
    public record Claim(
            long leaseId,
            long attemptId,
            long alertId,
            long personId,
            String language,
            boolean spare,
            boolean repeat,
            String sender,
            @Nullable Address address,
            int addressesLeft,
            int lane,
            boolean hasPlace,
            @Nullable FreshRecipient fresh) {

        /** Whether a provider is going to be called for it. */
        public boolean isToBeSent() {
            return address != null && hasPlace;
        }

        private Claim withoutPlace() {
            return new Claim(
                    leaseId,
                    attemptId,
                    alertId,
                    personId,
                    language,
                    spare,
                    repeat,
                    sender,
                    address,
                    addressesLeft,
                    lane,
                    false,
                    fresh);
        }

        /** Without the address. */
        @Override
        public String toString() {
            return "Claim[" + attemptId + "]";
        }
    }

    /**
     * @param turns of each sender, when to write its claims that are to be sent; none: at once
     * @param taken out of the queue, more than the claims where some of it was not wanted any more
     */
    public record Batch(List<Claim> claims, Map<String, Turns> turns, int taken) {}

    /** Claims what is due, the urgent lane first. Rate and places are booked in the same transaction: they hold over replicas. */
    public Batch claim(ClaimOrder order) {
        if (!watch.maySend()) {
            return new Batch(List.of(), Map.of(), 0);
        }
        AtomicReference<@Nullable Long> lease = new AtomicReference<>();
        try {
            Batch batch = transaction.execute(status ->
                    jdbc.execute((ConnectionCallback<Batch>) connection -> claimHere(connection, order, lease)));
            return Objects.requireNonNull(batch);
        } catch (RuntimeException e) {
            watch.doubt();
            Long unconfirmed = lease.get();
            if (unconfirmed != null) {
                leases.doubt(unconfirmed);
            }
            throw e;
        }
    }

    private Batch claimHere(Connection connection, ClaimOrder order, AtomicReference<@Nullable Long> made)
            throws SQLException {
        List<Taken> taken = Taken.of(connection, order);
        if (taken.isEmpty()) {
            return new Batch(List.of(), Map.of(), 0);
        }
        List<Taken> good = stillWanted(connection, order.channel(), taken);
        if (good.isEmpty()) {
            return new Batch(List.of(), Map.of(), taken.size());
        }
        long lease = leases.take(
                connection, order.channel(), good.stream().map(Taken::key).toList());
        made.set(lease);
        List<Claim> claims = withPlaces(connection, order, withAddresses(connection, order, lease, good));
        return new Batch(claims, turns(connection, order, claims), taken.size());
    }

    /** The others are not sent any more, and the record says so. */
    private List<Taken> stillWanted(Connection connection, String channel, List<Taken> taken) throws SQLException {
        Set<Long> running = runningAlerts(connection, taken);
        List<Taken> good = new ArrayList<>();
        Rows suppressed = new Rows("int8");
        JournalRows journal = new JournalRows();
        for (Taken t : taken) {
            if (t.wanted() && running.contains(t.alertId())) {
                good.add(t);
            } else {
                suppressed.add(t.key());
                journal.ofMessage(t.alertId(), t.key(), "suppressed", channel);
            }
        }
        suppressed.execute(connection, """
                insert into attempt_result (id, state) select *, 'SUPPRESSED' from unnest(?) on conflict do nothing""");
        journal.write(connection);
        return good;
    }

    private static List<Claim> withPlaces(Connection connection, ClaimOrder order, List<Claim> claims)
            throws SQLException {
        if (order.portfolio().peoplePerDay() <= 0) {
            return claims;
        }
        List<PeopleOfADay.Wish> wishes = new ArrayList<>();
        for (Claim claim : claims) {
            if (claim.address() != null) {
                wishes.add(new PeopleOfADay.Wish(claim.address(), claim.lane()));
            }
        }
        Set<Address> without = new PeopleOfADay(connection, order.channel(), order.portfolio()).reserve(wishes);
        return without.isEmpty()
                ? claims
                : claims.stream()
                        .map(c -> without.contains(c.address()) ? c.withoutPlace() : c)
                        .toList();
    }

    /** Last of all: each sender's row stays locked until the commit. */
    private static Map<String, Turns> turns(Connection connection, ClaimOrder order, List<Claim> claims)
            throws SQLException {
        Map<String, Turns> turns = new HashMap<>();
        for (SenderLimits sender : order.senders()) {
            int sent = (int) claims.stream()
                    .filter(c -> c.isToBeSent() && c.sender().equals(sender.sender()))
                    .count();
            if (sent > 0 && sender.isLimited()) {
                turns.put(sender.sender(), Budget.book(connection, sender, sent));
            }
        }
        return turns;
    }

    /** Waits for a cancel that is just being committed: no intent is committed after the cancel's commit. */
    private Set<Long> runningAlerts(Connection connection, List<Taken> taken) throws SQLException {
        long askedAt = System.nanoTime();
        EpochFile.Seen seen = watch.seen();
        Object[] ids = taken.stream().map(Taken::alertId).distinct().sorted().toArray();
        Set<Long> running = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(RUNNING)) {
            statement.setString(1, seen.hub());
            statement.setArray(2, connection.createArrayOf("bigint", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    watch.check(row.getObject(5, Long.class), seen);
                    String state = row.getString(2);
                    Instant expires = row.getObject(3, OffsetDateTime.class).toInstant();
                    Instant now = row.getObject(4, OffsetDateTime.class).toInstant();
                    watch.check(now, askedAt);
                    if ((state.equals("PLANNING") || state.equals("SENDING")) && expires.isAfter(now)) {
                        running.add(row.getLong(1));
                    }
                }
            }
        }
        return running;
    }

    private List<Claim> withAddresses(Connection connection, ClaimOrder order, long lease, List<Taken> good)
            throws SQLException {
        Map<Long, List<Address>> addresses = directory.addresses(
                order.channel(), good.stream().map(Taken::personId).distinct().toList());
        Map<Long, List<byte[]>> failed = failedAddresses(connection, order.channel(), good);
        SenderChoice senders = new SenderChoice(order.senders(), order.refusedBy());
        List<Claim> claims = new ArrayList<>(good.size());
        for (Taken t : good) {
            List<byte[]> bad = failed.getOrDefault(AttemptKey.recipient(t.key()), List.of());
            List<Address> left = addresses.getOrDefault(t.personId(), List.of());
            if (!bad.isEmpty()) {
                left = left.stream()
                        .filter(address -> bad.stream().noneMatch(address::isSameAs))
                        .toList();
            }
            claims.add(new Claim(
                    lease,
                    t.key(),
                    t.alertId(),
                    t.personId(),
                    t.language(),
                    t.spare(),
                    t.repeat(),
                    senders.of(t.personId(), t.key()),
                    left.isEmpty() ? null : left.get(0),
                    Math.max(0, left.size() - 1),
                    t.lane(),
                    true,
                    t.fresh()));
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
}
