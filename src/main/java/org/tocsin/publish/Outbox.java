package org.tocsin.publish;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code subscription} and {@code publication}, which triggers of the table {@code alert} fill. */
public final class Outbox {
    /** Longer than a round of calls takes; a hub that is killed is followed by another after this. */
    private static final Duration LEASE = Duration.ofSeconds(40);

    /** At least between two notices to the duty group about one subscription. */
    private static final Duration TELL_AGAIN = Duration.ofHours(1);

    /** As long as the triggers write for one that no hub serves. */
    private static final String ABANDONED = "interval '7 days'";

    private static final String ASIDE_KEPT = "interval '30 days'";
    private static final String SEE = "See /api/subscriptions";

    /** Parameters: the subscription, how many. */
    static final String DUE = """
            select p.id, p.event, p.alert_id, p.was, p.state, p.counts, p.at, a.source, a.via, a.cap,
                f.cap
            from publication p join alert a on a.id = p.alert_id join alert f on f.id = p.chain
            where p.subscription = ? and p.aside_at is null and p.due_at <= clock_timestamp()
                and not exists (select from publication q where q.subscription = p.subscription
                    and q.chain = p.chain and q.id < p.id and q.aside_at is null)
            order by p.due_at, p.id limit ?""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String hub;

    Outbox(JdbcTemplate jdbc, TransactionTemplate transaction, String hub) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.hub = hub;
    }

    /** Begins a subscription that is new: it is told of what happens from now on. @return whether this hub publishes it */
    boolean lease(String name) {
        jdbc.update("insert into subscription (name) values (?) on conflict do nothing", name);
        return jdbc.update("""
                        update subscription set lease_owner = ?, served_at = clock_timestamp(),
                            lease_until = clock_timestamp() + make_interval(secs => ?)
                        where name = ? and (lease_owner = ? or lease_until is null or lease_until < clock_timestamp())""", hub, LEASE.toSeconds(), name, hub) == 1;
    }

    /** Another hub may publish it at once. */
    void release(String name) {
        jdbc.update("update subscription set lease_until = null where name = ? and lease_owner = ?", name, hub);
    }

    /** What may be told now, at most one of each chain, the longest due first. */
    List<Publication> due(String name, int limit) {
        return jdbc.query(DUE, (row, n) -> publication(row), name, limit);
    }

    /** Told, or not to be told. */
    void done(List<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.update("delete from publication where id = any (?)", (Object) ids.toArray(Long[]::new));
        }
    }

    /**
     * Not told: it is tried again, twice as long after each turn, or put aside and the duty group told.
     *
     * @param maxAge what is older than this is put aside with it
     * @return how many were put aside
     */
    int failed(String name, long id, NotPublished failure, Duration maxAge) {
        double retryAfter =
                failure.retryAfter() == null ? 0 : failure.retryAfter().toMillis() / 1e3;
        Integer aside = transaction.execute(status -> {
            jdbc.update("""
                    update publication set tries = tries + 1, failure = ?, due_at = clock_timestamp()
                        + make_interval(secs => greatest(?, least(30, 0.5 * 2 ^ least(tries, 8))))
                    where id = ? and aside_at is null""", failure.getMessage(), retryAfter, id);
            int many = failure.forGood()
                    ? jdbc.update(
                            "update publication set aside_at = clock_timestamp() where id = ? and aside_at is null", id)
                    : jdbc.update("""
                            update publication set aside_at = clock_timestamp(), failure = coalesce(failure, ?)
                            where subscription = ? and aside_at is null
                                and since < clock_timestamp() - make_interval(secs => ?)""", failure.getMessage(), name, maxAge.toMillis() / 1e3);
            if (many > 0) {
                tell(name, failure);
            }
            return many;
        });
        return aside == null ? 0 : aside;
    }

    private void tell(String name, NotPublished failure) {
        int due = jdbc.update("""
                update subscription set told_at = clock_timestamp()
                where name = ? and (told_at is null or told_at < clock_timestamp() - make_interval(secs => ?))""", name, TELL_AGAIN.toSeconds());
        if (due == 1) {
            jdbc.update(
                    "insert into hub_event (what, detail, see) values (?, ?, ?)",
                    "Events for " + name + " are put aside",
                    "It does not learn what becomes of alerts; last: " + failure.getMessage()
                            + ". They can be sent again.",
                    SEE);
        }
    }

    /** @param lagSeconds since the oldest that waits */
    public record Standing(
            String name,
            long waiting,
            double lagSeconds,
            long aside,
            @Nullable String failure) {}

    /** @param most counted of each */
    public List<Standing> standings(int most) {
        return jdbc.query(
                """
                select s.name,
                    (select count(*) from (select from publication where subscription = s.name and aside_at is null
                        limit ?) few),
                    coalesce((select extract(epoch from clock_timestamp() - min(since)) from (
                        select since from publication where subscription = s.name and aside_at is null limit ?) few), 0),
                    (select count(*) from (select from publication where subscription = s.name
                        and aside_at is not null limit ?) few),
                    (select failure from publication where subscription = s.name and aside_at is null
                        and failure is not null order by due_at desc limit 1)
                from subscription s order by s.name limit 100""",
                (row, n) -> new Standing(
                        row.getString(1), row.getLong(2), row.getDouble(3), row.getLong(4), row.getString(5)),
                most,
                most,
                most);
    }

    public record Aside(long id, UUID event, long alertId, String state, String at, String asideAt, String failure) {}

    public List<Aside> aside(String name, long after, int limit) {
        return jdbc.query(
                """
                select id, event, alert_id, state, at, aside_at, coalesce(failure, '') from publication
                where subscription = ? and aside_at is not null and id > ? order by id limit ?""",
                (row, n) -> new Aside(
                        row.getLong(1),
                        row.getObject(2, UUID.class),
                        row.getLong(3),
                        row.getString(4),
                        row.getObject(5, OffsetDateTime.class).toInstant().toString(),
                        row.getObject(6, OffsetDateTime.class).toInstant().toString(),
                        row.getString(7)),
                name,
                after,
                limit);
    }

    /** All that was put aside is due again. @return how many */
    public int replay(String name, String operator) {
        Integer replayed = transaction.execute(status -> {
            int many = jdbc.update(
                    "update publication set aside_at = null, tries = 0, since = clock_timestamp(),"
                            + " due_at = clock_timestamp() where subscription = ? and aside_at is not null",
                    name);
            jdbc.update("update subscription set told_at = null where name = ?", name);
            jdbc.update(
                    "insert into journal (what, detail) values ('publications-replayed', ?)",
                    many + " of " + name.replaceAll("[^A-Za-z0-9-]", "?") + " by=" + operator);
            return many;
        });
        return replayed == null ? 0 : replayed;
    }

    /** What nobody serves any more, and what nobody looked at for long. */
    void forget() {
        jdbc.update("delete from publication where aside_at < clock_timestamp() - " + ASIDE_KEPT);
        jdbc.update("delete from publication where subscription in (select name from subscription"
                + " where served_at < clock_timestamp() - " + ABANDONED + ")");
        jdbc.update("delete from subscription where served_at < clock_timestamp() - " + ABANDONED);
    }

    private static Publication publication(ResultSet row) throws SQLException {
        return new Publication(
                row.getLong(1),
                row.getObject(2, UUID.class),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11));
    }
}
