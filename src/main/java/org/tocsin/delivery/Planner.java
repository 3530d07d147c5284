package org.tocsin.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    /** Another hub is counting what people had; an urgent alert that comes meanwhile ends the wait. */
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    /**
     * "No key": claims and foreign keys go on while a chunk is planned; a decision waits for its commit. A digest is planned
     * once those who end its alerts can see it.
     */
    static final String NEXT = """
            select id, lane, audience, plan_cursor, clock_timestamp() from alert
            where state = 'PLANNING' and closed_at is null and expires > clock_timestamp()
                and (source <> 'digest' or exists (select from digest d where d.alert_id = alert.id and not d.outdated))
            order by lane, id limit 1 for no key update skip locked""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertPlans plans;
    private final Directory directory;
    private final Wakeups wakeups;
    private final Fatigue fatigue;
    private long nextId;
    private long idsEnd;
    private boolean othersCount;

    Planner(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            AlertPlans plans,
            Directory directory,
            Wakeups wakeups,
            Fatigue fatigue) {
        super("planner");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.plans = plans;
        this.directory = directory;
        this.wakeups = wakeups;
        this.fatigue = fatigue;
    }

    @Override
    protected void round() throws InterruptedException {
        othersCount = false;
        Set<String> woken = transaction.execute(status -> planChunk());
        if (woken == null) {
            wakeups.await(Wakeups.PLAN, othersCount ? A_MOMENT : LadderClock.lookAgain());
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
        Fatigue.Look look = fatigue.look(alert.id, alert.lane);
        othersCount = look instanceof Fatigue.Look.Busy;
        if (othersCount) {
            return null;
        }
        int limit = alert.cursor == 0 ? FIRST_CHUNK : CHUNK;
        List<Member> members = directory.members(alert.audience, alert.cursor, limit);
        Set<String> woken = new HashSet<>();
        jdbc.execute((ConnectionCallback<Void>) connection -> {
            write(connection, alert, members, look, woken);
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

    private void write(Connection connection, Open alert, List<Member> members, Fatigue.Look look, Set<String> woken)
            throws SQLException {
        Rows recipients = new Rows("int8", "int8", "int8", "int2", "text", "text", "text", "bool", "int2");
        Rows orders = new Rows("int8", "int8", "int2", "text", "timestamptz");
        QueueRows queue = new QueueRows();
        Rows journal = new Rows("int8", "int8", "text", "text");
        Rows withheld = new Rows("int8", "int8", "int8", "timestamptz");
        AlertPlans.AlertPlan plan = plans.of(alert.id);
        List<Long> persons = members.stream().map(Member::personId).toList();
        Map<Long, Instant> over = fatigue.over(look, alert.id, persons, alert.now, plan.expires());
        int unreachable = 0;
        for (Member member : members) {
            long id = nextRecipientId();
            Decision decision = NextStep.start(plan.ladder(), member.channels(), alert.now);
            Instant digestDue = over.get(member.personId());
            if (digestDue != null && decision.open()) {
                decision = Decision.withheld();
                withheld.add(member.personId(), alert.id, id, digestDue);
                journal.add(alert.id, id, "withheld", "over the fatigue budget");
            }
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
        withheld.execute(connection, """
                insert into withheld (person_id, alert_id, recipient_id, due_at) select * from unnest(?, ?, ?, ?)
                on conflict do nothing""");
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
