package org.tocsin.intake;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.delivery.Wakeups;

/**
 * What a person decides about an alert: release, reject, cancel. Each names the content hash of what was shown to that
 * person, so that a yes is never a yes to something else. Text and audience stay as they were frozen; only the ladder is
 * the one in force now.
 */
public final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    /** What became of a decision. */
    public sealed interface Result {
        /** The alert is in this state now. */
        record Done(AlertState state) implements Result {}

        /** Nothing changed; {@code sentence} says why not. */
        record Refused(String sentence) implements Result {}

        /** There is no such alert. */
        record Unknown() implements Result {}
    }

    private record Row(
            KnownAlert alert,
            Alert cap,
            OffsetDateTime expires,
            @Nullable String audience,
            @Nullable String message) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertRows alerts;
    private final Admission admission;
    private final Wakeups wakeups;
    private final Clock clock;

    Decisions(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            String site,
            Admission admission,
            Wakeups wakeups,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.alerts = new AlertRows(jdbc, site);
        this.admission = admission;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** A waiting alert goes out, to the audience that was frozen with it. */
    public Result release(long id, String contentHash, String operator) {
        return decide(id, contentHash, row -> release(row, operator));
    }

    /** A waiting alert never goes out. */
    public Result reject(long id, String contentHash, String operator) {
        return decide(
                id,
                contentHash,
                row -> row.alert().waiting() ? end(row, AlertState.REJECTED, operator) : notWaiting(row));
    }

    /** Nothing more is sent of an alert that waits or is being sent. */
    public Result cancel(long id, String contentHash, String operator) {
        return decide(
                id,
                contentHash,
                row -> row.alert().open()
                        ? end(row, AlertState.CANCELLED, operator)
                        : new Result.Refused("The alert is " + row.alert().state() + ": nothing is left to cancel."));
    }

    private interface Decision {
        Result of(Row row);
    }

    private Result decide(long id, String contentHash, Decision decision) {
        Result result;
        try {
            result = transaction.execute(status -> {
                Row row = lock(id);
                if (row == null) {
                    return new Result.Unknown();
                }
                return row.alert().contentHash().equalsIgnoreCase(contentHash)
                        ? decision.of(row)
                        : new Result.Refused("The hash is not that of this alert's content: look at the alert again.");
            });
        } catch (RuntimeException e) {
            LOG.warn("a decision about alert {} was not committed: {}", id, Fault.describe(e));
            throw new IntakeUnavailable("the ledger cannot commit now");
        }
        wakeups.signal(Wakeups.PLAN);
        return Objects.requireNonNull(result);
    }

    private Result release(Row row, String operator) {
        if (!row.alert().waiting()) {
            return notWaiting(row);
        }
        if (!row.expires().toInstant().isAfter(clock.instant())) {
            return new Result.Refused("The alert has expired: nothing of it may be sent any more.");
        }
        if (row.audience() == null || row.message() == null) {
            return new Result.Refused("The alert has no audience.");
        }
        String nobody = admission.batch().nobody(Admission.audience(row.audience()));
        if (nobody != null) {
            return new Result.Refused("It would reach nobody: " + nobody);
        }
        List<KnownAlert> superseded = originals(row);
        jdbc.update(
                "update alert set state = 'PLANNING', decided_at = now(), decided_by = ?, ladder = ? where id = ?",
                operator,
                admission.ladder(row.cap()),
                row.alert().id());
        alerts.end(superseded, AlertState.SUPERSEDED, operator);
        Journal journal = new Journal();
        journal.state(row.alert().id(), AlertState.PLANNING, "released by=" + operator);
        superseded.forEach(o -> journal.state(
                o.id(), AlertState.SUPERSEDED, "by alert " + row.alert().id()));
        journal.write(jdbc);
        return new Result.Done(AlertState.PLANNING);
    }

    /** What a released Update takes the place of, locked. */
    private List<KnownAlert> originals(Row row) {
        if (row.cap().msgType() != MsgType.Update) {
            return List.of();
        }
        return alerts
                .lock(row.cap().references().stream()
                        .map(Identity::of)
                        .distinct()
                        .toList())
                .values()
                .stream()
                .filter(KnownAlert::open)
                .toList();
    }

    private Result end(Row row, AlertState state, String operator) {
        alerts.end(List.of(row.alert()), state, operator);
        Journal journal = new Journal();
        journal.state(row.alert().id(), state, "by=" + operator);
        journal.write(jdbc);
        return new Result.Done(state);
    }

    private static Result notWaiting(Row row) {
        return new Result.Refused("The alert is " + row.alert().state() + ": it does not wait for a decision.");
    }

    private @Nullable Row lock(long id) {
        return jdbc
                .query(
                        "select * from alert where id = ? for update",
                        (row, n) -> new Row(
                                AlertRows.known(row),
                                CapDocument.read(row.getString("cap")),
                                row.getObject("expires", OffsetDateTime.class),
                                row.getString("audience"),
                                row.getString("message")),
                        id)
                .stream()
                .findFirst()
                .orElse(null);
    }
}
