package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.RecipientRecord.AttemptRecord;

/** What one batch of facts changes, collected row by row and written with one statement a table. */
final class Changes {
    /** How long to collect people who could not be reached before the duty group is told of them. */
    static final Duration COLLECT = Duration.ofSeconds(10);

    private static final String RESULT_COLUMNS =
            "id, state, handed_at, outcome_at, sent_at, delivered_at, read_at, failed_at,"
                    + " code, sender, version, address_enc, address_hash, provider_id_enc, provider_ref, pricing";

    private static final String[] RESULT = {
        "int8",
        "text",
        "timestamptz",
        "timestamptz",
        "timestamptz",
        "timestamptz",
        "timestamptz",
        "timestamptz",
        "text",
        "text",
        "text",
        "bytea",
        "bytea",
        "bytea",
        "int8",
        "int2"
    };

    final Instant now;
    final Set<String> wake = new HashSet<>();
    int exhaustedPeople;

    private final Rows recipients = new Rows(
            "int8",
            "int2",
            "text",
            "bool",
            "timestamptz",
            "timestamptz",
            "timestamptz",
            "timestamptz",
            "timestamptz",
            "text",
            "text");
    /** Of those that a claim had read, with what it read. */
    private final FreshRows fresh = new FreshRows();

    private final Rows firstResults = new Rows(RESULT);
    private final CopiedRows freshResults = new CopiedRows("attempt_result", RESULT_COLUMNS, RESULT);
    private final Rows laterResults = new Rows(RESULT);
    private final Rows orders = new Rows("int8", "int8", "int2", "text", "bool", "bool", "timestamptz");
    private final Map<Instant, List<Long>> deadlines = new HashMap<>();
    private final QueueRows queue = new QueueRows();
    private final JournalRows journal = new JournalRows();
    private final Set<Long> exhausted = new HashSet<>();
    private final Set<Long> helpNeeded = new HashSet<>();

    Changes(Instant now) {
        this.now = now;
    }

    void journal(RecipientRecord record, @Nullable AttemptRecord attempt, String what, @Nullable String detail) {
        if (attempt == null) {
            journal.ofPerson(record.alertId, record.id, what, detail);
        } else {
            journal.ofMessage(record.alertId, attempt.id, what, detail);
        }
        if (what.equals("answered") && detail != null && detail.startsWith("NEED_HELP")) {
            helpNeeded.add(record.alertId);
        }
    }

    /** It was not sent, and waits beside the queue until its channel works again. */
    void setAside(RecipientRecord record, AttemptRecord attempt) {
        queue.add(attempt.id, ProviderCircuit.waiting(attempt.channel), record.lane, now);
        journal(record, attempt, "set-aside", attempt.channel);
    }

    /** Takes over what was decided for one person. */
    void take(RecipientRecord record, Decision decision, AlertPlans.AlertPlan plan) {
        if (decision.suppressQueued() && decision.open()) {
            suppress(record);
        }
        int number = record.attempts.size();
        for (Decision.Send send : decision.sends()) {
            long id = AttemptKey.of(record.id, number++);
            orders.add(id, record.alertId, (short) send.step(), send.channel(), send.spare(), send.repeat(), now);
            queue.add(id, send.channel(), record.lane, send.at());
            journal.ofMessage(record.alertId, id, "queued", label(send));
            wake.add(send.channel());
        }
        record.state = decision.state();
        record.open = decision.open();
        record.step = decision.step();
        record.dueAt = decision.dueAt();
        if (record.dueAt != null && !record.dueAt.equals(record.dueBefore)) {
            deadlines.computeIfAbsent(record.dueAt, at -> new ArrayList<>()).add(record.id);
        }
        if (record.state != record.stateBefore && saysMoreThanItsMessages(record.state)) {
            journal.ofPerson(record.alertId, record.id, record.state.name().toLowerCase(Locale.ROOT), null);
            if (record.state == RecipientState.EXHAUSTED && !plan.isOurOwn()) {
                exhausted.add(record.alertId);
                exhaustedPeople++;
            }
        }
        if (record.isFresh) {
            collectFresh(record);
        } else {
            collectLocked(record);
        }
        collectMessages(record);
    }

    /** That a person waits, was reached or has read stands with the message already. */
    private static boolean saysMoreThanItsMessages(RecipientState state) {
        return switch (state) {
            case PENDING, WAITING, DELIVERED, READ -> false;
            case WITHHELD, DIGESTED, ACKNOWLEDGED, UNCONFIRMED, EXHAUSTED, EXPIRED, CANCELLED -> true;
        };
    }

    private static String label(Decision.Send send) {
        return send.channel()
                + (send.repeat() ? " repeat after an unknown outcome" : "")
                + (send.spare() ? " spare template" : "");
    }

    private void suppress(RecipientRecord record) {
        for (AttemptRecord attempt : record.attempts) {
            if (attempt.state == AttemptState.QUEUED && attempt.outcomeAt == null) {
                attempt.state = AttemptState.SUPPRESSED;
                attempt.changed = true;
                journal(record, attempt, "suppressed", attempt.channel);
            }
        }
    }

    private void collectLocked(RecipientRecord record) {
        boolean moved = record.changed
                || record.state != record.stateBefore
                || record.open != record.openBefore
                || record.step != record.stepBefore
                || !java.util.Objects.equals(record.dueAt, record.dueBefore);
        if (moved) {
            recipients.add(
                    record.id,
                    (short) record.step,
                    record.state.name(),
                    record.open,
                    record.dueAt,
                    record.acceptedAt,
                    record.deliveredAt,
                    record.readAt,
                    record.acknowledgedAt,
                    record.answer,
                    record.answeredOn);
        }
    }

    private void collectMessages(RecipientRecord record) {
        for (AttemptRecord a : record.attempts) {
            if (a.changed && record.isFresh) {
                freshResults.add(result(a));
            } else if (a.changed) {
                (a.hasResult ? laterResults : firstResults).add(result(a));
            }
        }
    }

    /** In the order of {@link #RESULT_COLUMNS}. */
    private static @Nullable Object[] result(AttemptRecord a) {
        return new @Nullable Object[] {
            a.id,
            a.state.name(),
            a.handedAt,
            a.outcomeAt,
            a.sentAt,
            a.deliveredAt,
            a.readAt,
            a.failedAt,
            a.code,
            a.sender,
            a.version,
            a.addressEnc,
            a.addressHash,
            a.providerIdEnc,
            a.providerRef,
            a.pricing == null ? null : a.pricing.code()
        };
    }

    /** Of a recipient that was not locked, also what it must still be: see {@link #writeFresh}. */
    private void collectFresh(RecipientRecord record) {
        fresh.add(
                record.id,
                new FreshRows.Change(
                        record.step,
                        record.state.name(),
                        record.open,
                        record.dueAt,
                        record.acceptedAt,
                        record.stepBefore,
                        record.stateBefore.name(),
                        record.dueBefore,
                        record.lane));
    }

    /** @return the recipients that still were as their claims had read them, locked from now on; nothing is written of others */
    Set<Long> writeFresh(Connection connection) throws SQLException {
        return fresh.write(connection);
    }

    void write(Connection connection) throws SQLException {
        writeRecipients(connection);
        writeMessages(connection);
    }

    private void writeRecipients(Connection connection) throws SQLException {
        recipients.execute(connection, """
                update recipient r set step = v.step, state = v.state, open = v.open, due_at = v.due_at,
                    accepted_at = v.accepted_at, delivered_at = v.delivered_at, read_at = v.read_at,
                    acknowledged_at = v.acknowledged_at, answer = v.answer, answered_on = v.answered_on
                from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) v (id, step, state, open, due_at, accepted_at,
                    delivered_at, read_at, acknowledged_at, answer, answered_on)
                where r.id = v.id""");
    }

    /** Fails with a duplicate key where a receipt has made a result meanwhile of a message whose recipient was not locked. */
    void writeMessages(Connection connection) throws SQLException {
        freshResults.write(connection);
        firstResults.execute(connection, "insert into attempt_result (" + RESULT_COLUMNS + """
                ) select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""");
        laterResults.execute(connection, """
                update attempt_result a set state = v.state, handed_at = coalesce(v.handed_at, a.handed_at),
                    outcome_at = v.outcome_at, sent_at = v.sent_at, delivered_at = v.delivered_at,
                    read_at = v.read_at, failed_at = v.failed_at, code = v.code, sender = v.sender,
                    version = v.version, address_enc = coalesce(v.address_enc, a.address_enc),
                    address_hash = coalesce(v.address_hash, a.address_hash),
                    provider_id_enc = coalesce(v.provider_id_enc, a.provider_id_enc),
                    provider_ref = coalesce(v.provider_ref, a.provider_ref), pricing = coalesce(v.pricing, a.pricing)
                from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) v (id, state, handed_at, outcome_at, sent_at,
                    delivered_at, read_at, failed_at, code, sender, version, address_enc, address_hash,
                    provider_id_enc, provider_ref, pricing)
                where a.id = v.id""");
        orders.execute(connection, """
                insert into attempt_order (id, alert_id, step, channel, spare, repeat, queued_at)
                select * from unnest(?, ?, ?, ?, ?, ?, ?)""");
        LadderClock.write(connection, deadlines);
        queue.write(connection);
        journal.write(connection);
        notices(connection, "exhausted", exhausted, now.plus(COLLECT));
        notices(connection, "need-help", helpNeeded, now);
    }

    /** One notice waits at most; what comes after it was told makes the next one. */
    static void notices(Connection connection, String kind, Set<Long> alerts, Instant due) throws SQLException {
        Rows rows = new Rows("int8", "text", "timestamptz");
        alerts.forEach(id -> rows.add(id, kind, due));
        rows.execute(connection, """
                insert into duty_notice (alert_id, kind, number, due_at)
                select v.id, v.kind, (select coalesce(max(d.number) + 1, 0) from duty_notice d
                                      where d.alert_id = v.id and d.kind = v.kind), v.due
                from unnest(?, ?, ?) v (id, kind, due)
                where not exists (select 1 from duty_notice d
                                  where d.alert_id = v.id and d.kind = v.kind and d.told_at is null)
                on conflict do nothing""");
    }
}
