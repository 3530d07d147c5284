package org.tocsin.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.feed.FeedClient.Validators;
import org.tocsin.feed.FeedComparison.Known;

/** What is known of each feed, for all hubs: tables {@code feed} and {@code feed_entry}. */
final class FeedRows {
    /** For whoever reads the notice at night. */
    private static final String SEE = "See the feed's address, tocsin.feeds, and the hubs' logs";

    /** Beside the time for a request: its redirects, and the commit of what is new. A hub that is killed is missed so long. */
    private static final Duration LEASE = Duration.ofSeconds(30);
    /** An entry that was gone for longer is new when it comes again. */
    private static final String FORGET = "90 days";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What this hub polls until it says what became of it. */
    record Lease(Validators validators, boolean baseline) {}

    /**
     * What a poll has made of a feed, once what is new is durable.
     *
     * @param dates of its entries
     * @param news whether anything of it is new
     */
    record Outcome(
            List<Known> rows,
            Set<String> present,
            Validators validators,
            List<Instant> dates,
            boolean news,
            @Nullable FeedFailure partly) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String hub;

    FeedRows(JdbcTemplate jdbc, TransactionTemplate transaction, String hub) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.hub = hub;
    }

    /** Nothing while another hub polls it, or it is not due. A hub takes up its own lease again: it was stopped. */
    Optional<Lease> claim(String feed, String address, Duration period, Duration request) {
        String addressHash = FeedComparison.sha256(address);
        jdbc.update("insert into feed (name) values (?) on conflict do nothing", feed);
        return jdbc
                .query(
                        """
                        update feed set lease_owner = ?, lease_until = clock_timestamp() + make_interval(secs => ?),
                            due_at = clock_timestamp() + make_interval(secs => ?),
                            etag = case address_hash when ? then etag end,
                            last_modified = case address_hash when ? then last_modified end, address_hash = ?
                        where name = ? and (due_at is null or due_at <= clock_timestamp())
                            and (lease_until is null or lease_until < clock_timestamp() or lease_owner = ?)
                        returning etag, last_modified, baselined_at""",
                        (row, n) -> new Lease(
                                new Validators(row.getString(1), row.getString(2)), row.getTimestamp(3) == null),
                        hub,
                        request.plus(LEASE).toSeconds(),
                        // Timers of several hubs do not tick alike: somewhat less than the period.
                        period.toMillis() * 0.8 / 1e3,
                        addressHash,
                        addressHash,
                        addressHash,
                        feed,
                        hub)
                .stream()
                .findFirst();
    }

    /** Before each further request of a poll. */
    void renew(String feed, Duration request) {
        jdbc.update(
                "update feed set lease_until = clock_timestamp() + make_interval(secs => ?)"
                        + " where name = ? and lease_owner = ? and lease_until > clock_timestamp()",
                request.plus(LEASE).toSeconds(),
                feed,
                hub);
    }

    /** What the feed has shown the last time, and of what is gone since, the rows of {@code keys}. */
    Map<String, Known> known(String feed, Set<String> keys) {
        Map<String, Known> known = new HashMap<>();
        jdbc.query(
                "select key, entry_id, document, held, gone_at from feed_entry"
                        + " where feed = ? and (gone_at is null or key = any (?))",
                (org.springframework.jdbc.core.RowCallbackHandler) row -> known.put(
                        row.getString(1),
                        new Known(
                                row.getString(1),
                                row.getString(2),
                                read(row.getString(3)),
                                row.getBoolean(4),
                                row.getTimestamp(5) != null)),
                feed,
                keys.toArray(String[]::new));
        return known;
    }

    /**
     * After what is new was accepted: if this is not committed, it is handed in again, and known there.
     *
     * @return false when another hub has the lease by now, and nothing was changed
     */
    boolean save(String feed, Outcome outcome, int tellAfter, @Nullable Duration newestWithin) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            int ours = jdbc.update(
                    """
                    update feed set etag = ?, last_modified = ?, lease_until = null,
                        baselined_at = coalesce(baselined_at, clock_timestamp())
                    where name = ? and lease_owner = ? and lease_until > clock_timestamp()""", outcome.validators().etag(), outcome.validators().lastModified(), feed, hub);
            if (ours == 0) {
                return false;
            }
            write(feed, outcome);
            keepNewest(feed, outcome);
            if (outcome.partly() == null) {
                succeeded(feed, newestWithin);
            } else {
                failed(feed, outcome.partly(), tellAfter);
            }
            return true;
        }));
    }

    private void write(String feed, Outcome outcome) {
        jdbc.batchUpdate(
                """
                insert into feed_entry (feed, key, entry_id, document, held) values (?, ?, ?, ?, ?)
                on conflict (feed, key) do update
                    set document = coalesce(excluded.document, feed_entry.document), held = excluded.held,
                        gone_at = null""",
                outcome.rows().stream()
                        .map(row -> new Object[] {
                            feed,
                            row.key(),
                            row.entryId(),
                            row.document() == null ? null : row.document().toString(),
                            row.held()
                        })
                        .toList());
        String[] present = outcome.present().toArray(String[]::new);
        jdbc.update(
                "update feed_entry set gone_at = null where feed = ? and gone_at is not null and key = any (?)",
                feed,
                present);
        jdbc.update(
                "update feed_entry set gone_at = clock_timestamp()"
                        + " where feed = ? and gone_at is null and key <> all (?)",
                feed,
                present);
        jdbc.update(
                "delete from feed_entry where feed = ? and gone_at < clock_timestamp() - interval '" + FORGET + "'",
                feed);
    }

    /** The server says that nothing has changed. */
    void unchanged(String feed, @Nullable Duration newestWithin) {
        transaction.executeWithoutResult(status -> {
            jdbc.update("update feed set lease_until = null where name = ? and lease_owner = ?", feed, hub);
            succeeded(feed, newestWithin);
        });
    }

    /** A date that is ahead would keep the feed young for ever. Where none has a date, what is new is of now. */
    private void keepNewest(String feed, Outcome outcome) {
        jdbc.update("""
                update feed set newest_at = greatest(newest_at, coalesce(
                    (select max(d) from unnest(?::timestamptz[]) d where d < clock_timestamp() + interval '5 minutes'),
                    case when ? or newest_at is null then clock_timestamp() end))
                where name = ?""", outcome.dates().stream().map(Instant::toString).toArray(String[]::new), outcome.news(), feed);
    }

    /** It can be read, and yet may be no more than what somebody's cache has kept. */
    private void tellAge(String feed, Duration newestWithin) {
        record Row(boolean old, boolean told, Timestamp newest) {}
        Row row = jdbc
                .query(
                        """
                        select newest_at < clock_timestamp() - make_interval(secs => ?), old_told, newest_at
                        from feed where name = ? and newest_at is not null""",
                        (r, n) -> new Row(r.getBoolean(1), r.getBoolean(2), r.getTimestamp(3)),
                        newestWithin.toMillis() / 1e3,
                        feed)
                .stream()
                .findFirst()
                .orElse(null);
        if (row == null || row.old() == row.told()) {
            return;
        }
        jdbc.update("update feed set old_told = ? where name = ?", row.old(), feed);
        String newest = "Its newest entry is of " + row.newest().toInstant() + ".";
        if (row.old()) {
            tell(
                    "The feed " + feed + " can be read and says nothing new",
                    newest + " What it should tell may reach nobody; newest-within says how old it may be.");
        } else {
            tell("The feed " + feed + " says something new again", newest);
        }
    }

    private void succeeded(String feed, @Nullable Duration newestWithin) {
        Boolean told = jdbc.query(
                "select told from feed where name = ? for update", rows -> rows.next() && rows.getBoolean(1), feed);
        jdbc.update(
                "update feed set failures = 0, told = false, succeeded_at = clock_timestamp() where name = ?", feed);
        if (Boolean.TRUE.equals(told)) {
            tell("The feed " + feed + " can be read again", "What has come in it meanwhile is handed in now.");
        }
        if (newestWithin != null) {
            tellAge(feed, newestWithin);
        }
    }

    /**
     * Counts it, and once there are enough of them in a row has the duty group told.
     *
     * @return failures in a row
     */
    int failure(String feed, FeedFailure failure, int tellAfter) {
        Integer failures = transaction.execute(status -> {
            jdbc.update("update feed set lease_until = null where name = ? and lease_owner = ?", feed, hub);
            return failed(feed, failure, tellAfter);
        });
        return failures == null ? 0 : failures;
    }

    private int failed(String feed, FeedFailure failure, int tellAfter) {
        Duration wait = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
        record Row(int failures, boolean told, @Nullable Timestamp succeeded) {}
        Row row = jdbc.queryForObject(
                """
                update feed set failures = failures + 1, failure = ?, failed_at = clock_timestamp(),
                    due_at = greatest(due_at, clock_timestamp() + make_interval(secs => ?))
                where name = ? returning failures, told, succeeded_at""",
                (r, n) -> new Row(r.getInt(1), r.getBoolean(2), r.getTimestamp(3)),
                failure.kind().word(),
                wait.toSeconds(),
                feed);
        if (row == null
                || row.told()
                || row.failures() < tellAfter && !failure.kind().lasting()) {
            return row == null ? 0 : row.failures();
        }
        jdbc.update("update feed set told = true where name = ?", feed);
        tell(
                "The feed " + feed + " cannot be read",
                "%d times in a row; last: %s. What it would tell reaches nobody. Last read: %s."
                        .formatted(
                                row.failures(),
                                failure.getMessage(),
                                row.succeeded() == null
                                        ? "never"
                                        : row.succeeded().toInstant().toString()));
        return row.failures();
    }

    private void tell(String what, String detail) {
        jdbc.update("insert into hub_event (what, detail, see) values (?, ?, ?)", what, detail, SEE);
    }

    private static @Nullable JsonNode read(@Nullable String document) {
        try {
            return document == null ? null : JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a feed's entry in the ledger is not readable any more");
        }
    }
}
