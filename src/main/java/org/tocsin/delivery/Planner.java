package org.tocsin.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.directory.Audience;
import org.tocsin.directory.Directory;
import org.tocsin.directory.Member;

/**
 * Turns an alert into recipients and their first messages, in committed chunks: the first person is called while the
 * last is still being planned, a restart goes on where the last chunk ended, and between two chunks a more urgent
 * alert gets its turn.
 */
@Component
public class Planner extends WorkingBean {
    private static final int FIRST_CHUNK = 200;
    private static final int CHUNK = 2_000;
    private static final int ID_BLOCK = 1_000;

    /** "No key": claims and foreign keys go on while a chunk is planned; a decision waits for its commit. */
    static final String NEXT = """
            select id, lane, audience, plan_cursor, clock_timestamp() from alert
            where state = 'PLANNING' and closed_at is null and expires > clock_timestamp()
            order by lane, id limit 1 for no key update skip locked""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertPlans plans;
    private final Directory directory;
    private final Wakeups wakeups;
    private long nextId;
    private long idsEnd;

    Planner(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            AlertPlans plans,
            Directory directory,
            Wakeups wakeups) {
        super("planner");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.plans = plans;
        this.directory = directory;
        this.wakeups = wakeups;
    }

    @Override
    protected void round() throws InterruptedException {
        Set<String> woken = transaction.execute(status -> planChunk());
        if (woken == null) {
            wakeups.await(Wakeups.PLAN, LadderClock.lookAgain());
        } else {
            woken.forEach(wakeups::signal);
        }
    }

    private record Open(long id, int lane, Audience audience, long cursor, Instant now) {}

    /** @return the channels that got work, or null when there was nothing to plan */
    private Set<String> planChunk() {
        List<Open> next = jdbc.query(
                NEXT,
                (row, n) -> new Open(
                        row.getLong(1),
                        row.getInt(2),
                        audience(row.getString(3)),
                        row.getLong(4),
                        row.getObject(5, OffsetDateTime.class).toInstant()));
        if (next.isEmpty()) {
            return null;
        }
        Open alert = next.get(0);
        int limit = alert.cursor == 0 ? FIRST_CHUNK : CHUNK;
        List<Member> members = directory.members(alert.audience, alert.cursor, limit);
        Set<String> woken = new HashSet<>();
        jdbc.execute((ConnectionCallback<Void>) connection -> {
            write(connection, alert, members, woken);
            return null;
        });
        boolean last = members.size() < limit;
        jdbc.update(
                """
                update alert set plan_cursor = ?, planned = planned + ?,
                    state = case when ? then 'SENDING' else state end,
                    planned_at = case when ? then clock_timestamp() else planned_at end
                where id = ?""",
                members.isEmpty()
                        ? alert.cursor
                        : members.get(members.size() - 1).personId(),
                members.size(),
                last,
                last,
                alert.id);
        return woken;
    }

    private void write(Connection connection, Open alert, List<Member> members, Set<String> woken) throws SQLException {
        Rows recipients = new Rows("int8", "int8", "int8", "int2", "text", "text", "text", "bool", "int2");
        Rows orders = new Rows("int8", "int8", "int2", "text", "timestamptz");
        QueueRows queue = new QueueRows();
        Rows journal = new Rows("int8", "int8", "text", "text");
        AlertPlans.AlertPlan plan = plans.of(alert.id);
        int unreachable = 0;
        for (Member member : members) {
            long id = nextRecipientId();
            Decision decision = NextStep.start(plan.ladder(), member.channels(), alert.now);
            recipients.add(
                    id,
                    alert.id,
                    member.personId(),
                    (short) alert.lane,
                    member.language(),
                    String.join(",", member.channels()),
                    decision.state().name(),
                    decision.open(),
                    (short) decision.step());
            int number = 0;
            for (Decision.Send send : decision.sends()) {
                long key = AttemptKey.of(id, number++);
                orders.add(key, alert.id, (short) send.step(), send.channel(), alert.now);
                queue.add(key, send.channel(), alert.lane, send.at());
                woken.add(send.channel());
            }
            if (!decision.open()) {
                unreachable++;
                journal.add(alert.id, id, "exhausted", "no usable channel");
            }
        }
        journal.add(alert.id, null, "planned", members.size() + " people");
        recipients.execute(connection, """
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open, step)
                select id, alert_id, person_id, lane, language,
                    case when channels = '' then '{}' else string_to_array(channels, ',') end, state, open, step
                from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                    v (id, alert_id, person_id, lane, language, channels, state, open, step)""");
        orders.execute(connection, """
                insert into attempt_order (id, alert_id, step, channel, queued_at) select * from unnest(?, ?, ?, ?, ?)""");
        queue.write(connection);
        journal.execute(connection, """
                insert into journal (alert_id, recipient_id, what, detail) select * from unnest(?, ?, ?, ?)""");
        if (unreachable > 0 && !plan.isOurOwn()) {
            Changes.notices(connection, "exhausted", Set.of(alert.id), alert.now.plus(Changes.COLLECT));
        }
    }

    private long nextRecipientId() {
        if (nextId == idsEnd) {
            Long start = jdbc.queryForObject("select nextval('recipient_ids')", Long.class);
            nextId = java.util.Objects.requireNonNull(start);
            idsEnd = nextId + ID_BLOCK;
        }
        return nextId++;
    }

    private static Audience audience(String json) {
        try {
            return LedgerJson.MAPPER.readValue(json, Audience.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the audience stored with the alert cannot be read", e);
        }
    }
}
