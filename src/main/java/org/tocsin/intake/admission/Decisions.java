package org.tocsin.intake.admission;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.delivery.Wakeups;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Fault;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.CapDocument;
import org.tocsin.intake.alerts.KnownAlert;
import org.tocsin.intake.alerts.Succession;
import org.tocsin.intake.alerts.Tells;
import org.tocsin.intake.alerts.Verdict;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.NewNotices;
import org.tocsin.intake.storms.BrakeSettings;
import org.tocsin.intake.storms.StormGovernor;

/**
 * What a person decides about an alert: release, reject, cancel. Each names the content hash of what was shown to that
 * person, so that a yes is never a yes to something else. Text and audience stay as they were frozen; only the ladder is
 * the one in force now.
 */
public final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    /** What became of a decision. */
    public sealed interface Result {
        /** The alert is in this state now; those who were reached are told so by the alert {@code toldBy}, or null. */
        record Done(AlertState state, @Nullable Long toldBy) implements Result {
            Done(AlertState state) {
                this(state, null);
            }
        }

        /** Nothing changed; {@code sentence} says why not. */
        record Refused(String sentence) implements Result {}

        /** There is no such alert. */
        record Unknown() implements Result {}
    }

    private record Row(
            KnownAlert alert,
            Alert cap,
            OffsetDateTime expires,
            Tells tells,
            String source,
            @Nullable Long causeId,
            @Nullable String audience,
            @Nullable String message,
            @Nullable String cancelMessage) {

        boolean frozen() {
            return audience != null && message != null;
        }

        private Row frozenAs(Verdict verdict) {
            return new Row(
                    alert,
                    cap,
                    expires,
                    tells,
                    source,
                    causeId,
                    verdict.audience(),
                    verdict.message(),
                    verdict.cancelMessage());
        }
    }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertRows alerts;
    private final Admission admission;
    private final StormGovernor governor;
    private final Wakeups wakeups;
    private final Clock clock;

    public Decisions(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            IntakeSettings settings,
            BrakeSettings brake,
            Admission admission,
            Wakeups wakeups,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.alerts = new AlertRows(jdbc, settings);
        this.admission = admission;
        this.governor = new StormGovernor(jdbc, settings, brake);
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

    /** Nothing more is sent of an alert, and those whom it reached, or may still reach, get the Cancel prepared with it. */
    public Result cancel(long id, String contentHash, String operator) {
        return decide(id, contentHash, row -> cancel(row, operator));
    }

    private Result cancel(Row row, String operator) {
        if (row.alert().stands()) {
            return tellCancel(row, operator);
        }
        return row.alert().open()
                ? end(row, AlertState.CANCELLED, operator)
                : new Result.Refused("The alert is " + row.alert().state() + ": nothing is left to cancel.");
    }

    /** As if its sender had sent a Cancel: there is one way in which an alert is taken back. */
    private Result tellCancel(Row row, String operator) {
        Alert cancel = Cancels.of(row.cap(), clock.instant());
        Principal principal = new Principal(operator, Role.OPERATOR, null);
        Submission submission =
                new Submission(Submission.API, Format.CAP_JSON, CapJson.write(cancel), Map.of(), principal, null);
        Journal journal = new Journal();
        NewNotices notices = new NewNotices();
        IntakeResult result = new Successors(alerts, admission.batch(), unbraked(), journal, notices, clock.instant())
                .accept(Candidate.of(0, submission, cancel, null));
        journal.write(jdbc);
        notices.write(jdbc);
        return result instanceof IntakeResult.Accepted accepted
                ? new Result.Done(AlertState.CANCELLED, accepted.id())
                : new Result.Refused("The alert cannot be cancelled now: look at it again.");
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

    private StormGovernor.Batch unbraked() {
        return governor.begin(List.of(), clock.instant());
    }

    private Result release(Row locked, String operator) {
        if (!locked.alert().waiting()) {
            return notWaiting(locked);
        }
        if (!locked.expires().toInstant().isAfter(clock.instant())) {
            return new Result.Refused("The alert has expired: nothing of it may be sent any more.");
        }
        Row row = locked.causeId() != null && !locked.frozen() ? locked.frozenAs(freeze(locked, operator)) : locked;
        if (row.audience() == null || row.message() == null) {
            return new Result.Refused("The alert has no audience.");
        }
        List<KnownAlert> originals = originals(row);
        List<Long> follows = AlertRows.followed(alerts.formers(
                originals.stream().filter(KnownAlert::mayHaveReached).toList()));
        // An all-clear of what is not known here goes to those whom it names itself: a person has looked at it.
        Tells tells = follows.isEmpty() ? Tells.AUDIENCE : row.tells();
        if (tells == Tells.AUDIENCE) {
            String nobody = admission.batch().nobody(Admission.audience(row.audience()));
            if (nobody != null) {
                return new Result.Refused("It would reach nobody: " + nobody);
            }
        }
        jdbc.update(
                "update alert set state = 'PLANNING', decided_at = now(), decided_by = ?, ladder = ?, tells = ?,"
                        + " plan_phase = ?, follows = ?::bigint[], audience = ?, message = ?, cancel_message = ?"
                        + " where id = ?",
                operator,
                admission.ladder(row.cap()),
                tells.name(),
                tells == Tells.AUDIENCE ? "AUDIENCE" : "REACHED",
                Succession.literal(follows),
                row.audience(),
                row.message(),
                row.cancelMessage(),
                row.alert().id());
        List<KnownAlert> superseded = Successors.endedBySuccessor(originals);
        alerts.end(superseded, AlertState.SUPERSEDED, operator);
        Journal journal = new Journal();
        journal.state(row.alert().id(), AlertState.PLANNING, "released by=" + operator);
        superseded.forEach(o -> journal.state(
                o.id(), AlertState.SUPERSEDED, "by alert " + row.alert().id()));
        journal.write(jdbc);
        return new Result.Done(AlertState.PLANNING);
    }

    /** What the brake held has neither text nor audience yet: a storm must not fill the ledger with them. */
    private Verdict freeze(Row row, String operator) {
        Principal principal = new Principal(operator, Role.OPERATOR, null);
        Submission submission = new Submission(row.source(), Format.CAP_JSON, new byte[0], Map.of(), principal, null);
        return admission.batch().of(Candidate.of(0, submission, row.cap(), null), row.tells(), clock.instant());
    }

    /** What a released alert takes the place of, locked. */
    private List<KnownAlert> originals(Row row) {
        return Candidate.changesAnother(row.cap())
                ? NamedAlerts.of(alerts, unbraked(), row.cap()).originals()
                : List.of();
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
                                Tells.valueOf(row.getString("tells")),
                                row.getString("source"),
                                row.getObject("cause_id", Long.class),
                                row.getString("audience"),
                                row.getString("message"),
                                row.getString("cancel_message")),
                        id)
                .stream()
                .findFirst()
                .orElse(null);
    }
}
