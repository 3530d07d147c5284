package org.tocsin.delivery;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/**
 * What was withheld from people over their fatigue budget, as digests. All persons from whom the same alerts were withheld
 * share digests. A digest is gathered in one transaction, its text with it, and handed in as an alert afterwards: after a
 * crash in between it is the same alert again. Hubs gather one after the other.
 */
@Component
public class Digests {
    /** Of {@code pg_advisory_xact_lock}: "digest". */
    private static final long LOCK = 0x646967657374L;
    /** Persons gathered at a time. */
    private static final int BATCH = 5_000;
    /** Persons of one digest: its people are settled together. */
    private static final int PERSONS = 500;

    private static final String RUNNING = "in ('PLANNING', 'SENDING', 'DONE')";

    private static final String DUE = """
            select distinct person_id from (select person_id from withheld
                where digest_id is null and settled_at is null and due_at <= statement_timestamp()
                order by due_at limit ?) w""";

    /** What ended meanwhile is in no digest; the caretaker has closed its recipient, or will. */
    private static final String DROP = """
            update withheld w set settled_at = statement_timestamp() from recipient r, alert a
            where w.person_id = any (?::bigint[]) and w.digest_id is null and w.settled_at is null
                and r.id = w.recipient_id and a.id = w.alert_id
                and (r.state <> 'WITHHELD' or not r.open or a.expires <= statement_timestamp()
                    or a.state not RUNNING)""".replace("RUNNING", RUNNING);

    private static final String GROUPS = """
            select items, array_agg(person_id), array_agg(contact) from (
                select w.person_id, array_agg(w.alert_id order by w.alert_id desc) as items,
                    (select c.ext_id from contact c where c.person_id = w.person_id and c.active
                        order by c.id limit 1) as contact
                from withheld w where w.person_id = any (?::bigint[]) and w.digest_id is null and w.settled_at is null
                group by w.person_id) g
            group by items order by items""";

    /** Whoever is no longer in the directory cannot be told; that is no silence of the digest. */
    private static final String GONE = """
            with gone as (
                update withheld set settled_at = statement_timestamp() where person_id = any (?::bigint[])
                    and digest_id is null and settled_at is null returning recipient_id),
            closed as (
                update recipient set state = 'EXHAUSTED', open = false
                where id in (select recipient_id from gone) and open and state = 'WITHHELD' returning id, alert_id)
            insert into journal (alert_id, recipient_id, what, detail)
            select alert_id, id, 'exhausted', 'no longer in the directory' from closed""";

    private static final String MADE = """
            with made as (update digest set alert_id = ? where id = ? and alert_id is null returning id),
            told as (
                update recipient r set state = 'DIGESTED' from withheld w, made
                where w.digest_id = made.id and r.id = w.recipient_id and r.open and r.state = 'WITHHELD'
                returning r.id, r.alert_id)
            insert into journal (alert_id, recipient_id, what, detail)
            select alert_id, id, 'digested', 'in alert ' || ? from told""";

    /** Handed in just when one of its items ended. Locked as every decision locks it. */
    private static final String OUTDATED = """
            select a.id from digest d join alert a on a.id = d.alert_id
            where d.outdated and a.closed_at is null and a.state in ('HELD', 'PLANNING', 'SENDING')
            order by a.id limit 20 for update of a skip locked""";

    private static final String CANCEL = """
            with ended as (
                update alert set state = 'CANCELLED', decided_at = clock_timestamp(), decided_by = 'digest',
                    closed_at = case when state = 'HELD' then clock_timestamp() end
                where id = any (?::bigint[]) and state in ('HELD', 'PLANNING', 'SENDING') returning id)
            insert into journal (alert_id, what, detail)
            select id, 'alert cancelled', 'an alert that it names has ended' from ended""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    Digests(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** One withheld alert. {@code cap} is canonical CAP JSON. */
    public record Item(long alertId, String cap, Severity severity, Urgency urgency, Instant expires) {}

    /**
     * What a digest is made of.
     *
     * @param contacts ids of the directory file, one for each person
     * @param newest the newest of the items, with their texts
     * @param count of all items
     * @param severity the gravest of all, {@code urgency} the most pressing, {@code expires} the earliest
     */
    public record Content(
            long digestId,
            Instant at,
            List<String> contacts,
            List<Item> newest,
            int count,
            Severity severity,
            Urgency urgency,
            Instant expires) {}

    /** Writes a digest's alert. */
    public interface Composer {
        byte[] compose(Content content);
    }

    /** A digest that is to be handed in as an alert. */
    public record Pending(long digestId, byte[] cap) {}

    /**
     * Makes digests of what is due.
     *
     * @param named how many of the newest alerts a digest names
     */
    public void gather(int named, Composer composer) {
        if (jdbc.queryForList("select from withheld where digest_id is null and settled_at is null"
                        + " and due_at <= statement_timestamp() limit 1")
                .isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            jdbc.query("select pg_advisory_xact_lock(?)", row -> {}, LOCK);
            Long[] persons = jdbc.queryForList(DUE, Long.class, BATCH).toArray(Long[]::new);
            if (persons.length > 0) {
                jdbc.update(DROP, (Object) persons);
                jdbc.query(GROUPS, (row, n) -> group(row), (Object) persons)
                        .forEach(group -> write(group, named, composer));
            }
        });
    }

    private record Group(Long[] items, List<Long> persons, List<String> contacts, List<Long> gone) {}

    private static Group group(ResultSet row) throws SQLException {
        Group group =
                new Group((Long[]) row.getArray(1).getArray(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Long[] persons = (Long[]) row.getArray(2).getArray();
        @Nullable String[] contacts = (@Nullable String[]) row.getArray(3).getArray();
        for (int i = 0; i < persons.length; i++) {
            String contact = contacts[i];
            if (contact == null) {
                group.gone.add(persons[i]);
            } else {
                group.persons.add(persons[i]);
                group.contacts.add(contact);
            }
        }
        return group;
    }

    private void write(Group group, int named, Composer composer) {
        if (!group.gone.isEmpty()) {
            jdbc.update(GONE, (Object) group.gone.toArray(Long[]::new));
        }
        if (group.persons.isEmpty()) {
            return;
        }
        List<Item> all = items(group.items, named);
        for (int from = 0; from < group.persons.size(); from += PERSONS) {
            int to = Math.min(group.persons.size(), from + PERSONS);
            Long[] persons = group.persons.subList(from, to).toArray(Long[]::new);
            write(group.items, persons, group.contacts.subList(from, to), all, named, composer);
        }
    }

    private void write(
            Long[] items, Long[] persons, List<String> contacts, List<Item> all, int named, Composer composer) {
        Map<String, Object> row = jdbc.queryForMap(
                "insert into digest (items, cap) values (?::bigint[], '') returning id, made_at", (Object) items);
        long id = (Long) Objects.requireNonNull(row.get("id"));
        Instant at = ((java.sql.Timestamp) Objects.requireNonNull(row.get("made_at"))).toInstant();
        Content content = new Content(
                id,
                at,
                contacts,
                all.subList(0, Math.min(named, all.size())),
                all.size(),
                all.stream().map(Item::severity).min(Digests::graver).orElseThrow(),
                all.stream().map(Item::urgency).min(Urgency::compareTo).orElseThrow(),
                all.stream().map(Item::expires).min(Instant::compareTo).orElseThrow());
        jdbc.update(
                "update digest set cap = ? where id = ?",
                new String(composer.compose(content), StandardCharsets.UTF_8),
                id);
        jdbc.update("""
                update withheld set digest_id = ?
                where person_id = any (?::bigint[]) and digest_id is null and settled_at is null""", id, persons);
    }

    /** An unknown severity is not a small one. */
    private static int graver(Severity a, Severity b) {
        return Integer.compare(rank(a), rank(b));
    }

    private static int rank(Severity severity) {
        return switch (severity) {
            case Extreme -> 0;
            case Severe -> 1;
            case Moderate -> 2;
            case Unknown -> 3;
            case Minor -> 4;
        };
    }

    /** The newest first; the text of those alone that are named. */
    private List<Item> items(Long[] ids, int named) {
        Long[] newest = Arrays.copyOf(ids, Math.min(named, ids.length));
        return jdbc.query(
                """
                select id, case when id = any (?::bigint[]) then cap else '' end, severity, urgency, expires
                from alert where id = any (?::bigint[]) order by id desc""",
                (row, n) -> new Item(
                        row.getLong(1),
                        row.getString(2),
                        Severity.valueOf(row.getString(3)),
                        Urgency.valueOf(row.getString(4)),
                        row.getObject(5, OffsetDateTime.class).toInstant()),
                newest,
                ids);
    }

    /** Gathered, and no alert yet. */
    public List<Pending> pending() {
        return jdbc.query(
                "select id, cap from digest where ended_at is null and alert_id is null and not outdated order by id limit 50",
                (row, n) -> new Pending(row.getLong(1), row.getString(2).getBytes(StandardCharsets.UTF_8)));
    }

    /** The digest is an alert now: the first time that it is said, each person's record of each alert says so. */
    public void made(long digestId, long alertId) {
        jdbc.update(MADE, alertId, digestId, String.valueOf(alertId));
    }

    /**
     * An alert ends by a decision or an Update: digests that name it go to nobody any more. In the transaction of that
     * decision, whose caller has locked the alert: no message that names it is claimed after its commit.
     */
    public static void withdraw(JdbcTemplate jdbc, Collection<Long> alertIds) {
        Long[] digests = jdbc.queryForList(
                        "update digest set outdated = true where ended_at is null and items && ?::bigint[]"
                                + " returning coalesce(alert_id, 0)",
                        Long.class,
                        (Object) alertIds.toArray(Long[]::new))
                .toArray(Long[]::new);
        if (digests.length > 0) {
            jdbc.queryForList(
                    "select id from alert where id = any (?::bigint[]) order by id for update", Long.class, (Object)
                            digests);
            jdbc.update(CANCEL, (Object) digests);
        }
    }

    /**
     * A digest that names an alert which was cancelled or replaced goes to nobody any more; who was not reached by it gets
     * what remains in the next one. The same when it expires, which is with the first of its alerts.
     */
    public void settle() {
        if (jdbc.queryForList("select from digest where ended_at is null or outdated limit 1")
                .isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            Long[] outdated = jdbc.queryForList(OUTDATED, Long.class).toArray(Long[]::new);
            if (outdated.length > 0) {
                jdbc.update(CANCEL, (Object) outdated);
            }
        });
        Map<Long, Boolean> closed = new LinkedHashMap<>();
        jdbc.query("""
                select d.id, a.id is null or a.state in ('CANCELLED', 'SUPERSEDED', 'EXPIRED', 'REJECTED') from digest d
                left join alert a on a.id = d.alert_id
                where d.ended_at is null and (a.closed_at is not null or d.outdated and d.alert_id is null)
                order by d.id limit 50""", row -> {
            closed.put(row.getLong(1), row.getBoolean(2));
        });
        closed.forEach((digest, early) -> transaction.executeWithoutResult(status -> end(digest, early)));
    }

    /** @param early it did not come to the end of its ladder for everybody */
    private void end(long digest, boolean early) {
        if (jdbc.update("update digest set ended_at = clock_timestamp() where id = ? and ended_at is null", digest)
                == 0) {
            return;
        }
        if (early) {
            jdbc.update(DigestSql.COLLECT_AGAIN, digest);
        }
        jdbc.update(DigestSql.SETTLE, digest);
    }
}
