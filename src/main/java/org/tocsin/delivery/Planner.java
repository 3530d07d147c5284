package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.PlanChunks.Chunk;
import org.tocsin.delivery.PlanChunks.Open;
import org.tocsin.delivery.PlanChunks.Phase;
import org.tocsin.delivery.ReachedPeople.Target;
import org.tocsin.directory.Directory;

/**
 * Turns an alert into recipients and their first messages, in committed chunks: the first person is called while the
 * last is still being planned, a restart goes on where the last chunk ended, and between two chunks a more urgent
 * alert gets its turn.
 */
@Component
public class Planner extends WorkingBean {
    private static final int ID_BLOCK = 1_000;
    /** Another hub is counting what people had; an urgent alert that comes meanwhile ends the wait. */
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    /** How soon those whose message is with a provider just now are looked at again. */
    private static final Duration LATER = Duration.ofMillis(300);

    /**
     * "No key": claims and foreign keys go on while a chunk is planned; a decision waits for its commit. A digest is planned
     * once those who end its alerts can see it.
     */
    static final String NEXT = """
            select id, lane, audience, plan_cursor, clock_timestamp(), tells, plan_phase, follows, plan_later, part_of is not null
            from alert
            where state = 'PLANNING' and closed_at is null and expires > clock_timestamp()
                and (plan_after is null or plan_after <= clock_timestamp())
                and (source <> 'digest' or exists (select from digest d where d.alert_id = alert.id and not d.outdated))
            order by lane, id limit 1 for no key update skip locked""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertPlans plans;
    private final PlanChunks chunks;
    private final Wakeups wakeups;
    private final Fatigue fatigue;
    private final LedgerWatch watch;
    private long nextId;
    private long idsEnd;
    private boolean othersCount;

    Planner(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            AlertPlans plans,
            Directory directory,
            Wakeups wakeups,
            Fatigue fatigue,
            LedgerWatch watch) {
        super("planner");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.plans = plans;
        this.chunks = new PlanChunks(jdbc, directory);
        this.wakeups = wakeups;
        this.fatigue = fatigue;
        this.watch = watch;
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

    /** @return the channels that got work, or null when there was nothing to plan */
    private @Nullable Set<String> planChunk() {
        long askedAt = System.nanoTime();
        List<Open> next = jdbc.query(NEXT, (row, n) -> Open.read(row));
        if (next.isEmpty()) {
            return null;
        }
        Open alert = next.get(0);
        watch.check(alert.now(), askedAt);
        Fatigue.Look look = fatigue.look(alert.id(), alert.lane());
        othersCount = look instanceof Fatigue.Look.Busy;
        if (othersCount) {
            return null;
        }
        Chunk chunk = chunks.of(alert);
        Set<String> woken = new HashSet<>();
        jdbc.execute((ConnectionCallback<Void>) connection -> {
            write(connection, alert, chunk.targets(), look, woken);
            return null;
        });
        advance(alert, chunk);
        return woken;
    }

    private void advance(Open alert, Chunk chunk) {
        Phase phase = chunk.last() ? alert.nextPhase() : alert.phase();
        boolean done = chunk.last() && phase == Phase.LATER && chunk.later().isEmpty();
        jdbc.update(
                """
                update alert set plan_cursor = ?, planned = planned + ?, plan_phase = ?, plan_later = ?::bigint[],
                    plan_after = case when ? then clock_timestamp() + ? * interval '1 millisecond' end,
                    state = case when ? then 'SENDING' else state end,
                    planned_at = case when ? then clock_timestamp() else planned_at end
                where id = ?""",
                phase == alert.phase() ? chunk.cursor() : 0,
                chunk.targets().size(),
                phase.name(),
                chunk.later().toArray(Long[]::new),
                phase == Phase.LATER && !done,
                LATER.toMillis(),
                done,
                done,
                alert.id());
    }

    private void write(Connection connection, Open alert, List<Target> targets, Fatigue.Look look, Set<String> woken)
            throws SQLException {
        CopiedRows recipients = new CopiedRows(
                "recipient",
                "id, alert_id, person_id, lane, language, channels, state, open, step, first_channel",
                "int8",
                "int8",
                "int8",
                "int2",
                "text",
                "text[]",
                "text",
                "bool",
                "int2",
                "text");
        CopiedRows orders = new CopiedRows(
                "attempt_order",
                "id, alert_id, step, channel, queued_at",
                "int8",
                "int8",
                "int2",
                "text",
                "timestamptz");
        QueueRows queue = new QueueRows();
        Rows journal = new Rows("int8", "int8", "text", "text");
        Rows withheld = new Rows("int8", "int8", "int8", "timestamptz");
        AlertPlans.AlertPlan plan = plans.of(alert.id());
        // Whoever had the former must learn what became of it, however much they had today.
        List<Long> persons = targets.stream()
                .filter(target -> !target.hadFormer())
                .map(Target::personId)
                .toList();
        Map<Long, Instant> over = fatigue.over(look, alert.id(), persons, alert.now(), plan.expires());
        int unreachable = 0;
        for (Target target : targets) {
            long id = nextRecipientId();
            Decision decision = NextStep.start(plan.ladder(target.firstChannel()), target.channels(), alert.now());
            Instant digestDue = over.get(target.personId());
            if (digestDue != null && decision.open()) {
                decision = Decision.withheld();
                withheld.add(target.personId(), alert.id(), id, digestDue);
                journal.add(alert.id(), id, "withheld", "over the fatigue budget");
            }
            recipients.add(
                    id,
                    alert.id(),
                    target.personId(),
                    (short) alert.lane(),
                    target.language(),
                    target.channels(),
                    decision.state().name(),
                    decision.open(),
                    (short) decision.step(),
                    target.firstChannel());
            int number = 0;
            for (Decision.Send send : decision.sends()) {
                long key = AttemptKey.of(id, number++);
                orders.add(key, alert.id(), (short) send.step(), send.channel(), alert.now());
                queue.add(key, send.channel(), alert.lane(), send.at());
                woken.add(send.channel());
            }
            if (!decision.open()) {
                unreachable++;
                journal.add(alert.id(), id, "exhausted", "no usable channel");
            }
        }
        journal.add(alert.id(), null, "planned", targets.size() + " people");
        recipients.write(connection);
        orders.write(connection);
        queue.write(connection);
        journal.execute(connection, """
                insert into journal (alert_id, recipient_id, what, detail) select * from unnest(?, ?, ?, ?)""");
        withheld.execute(connection, """
                insert into withheld (person_id, alert_id, recipient_id, due_at) select * from unnest(?, ?, ?, ?)
                on conflict do nothing""");
        if (unreachable > 0 && !plan.isOurOwn()) {
            Changes.notices(
                    connection, "exhausted", Set.of(alert.id()), alert.now().plus(Changes.COLLECT));
        }
    }

    private long nextRecipientId() {
        if (nextId == idsEnd) {
            Long start = jdbc.queryForObject("select nextval('recipient_ids')", Long.class);
            nextId = Objects.requireNonNull(start);
            idsEnd = nextId + ID_BLOCK;
        }
        return nextId++;
    }
}
