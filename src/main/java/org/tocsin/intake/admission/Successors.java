package org.tocsin.intake.admission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Severity;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.IntakeResult.TooEarly;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Former;
import org.tocsin.intake.alerts.KnownAlert;
import org.tocsin.intake.alerts.Succession;
import org.tocsin.intake.alerts.Tells;
import org.tocsin.intake.alerts.Verdict;
import org.tocsin.intake.cap.TestMarks;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.NewNotices;
import org.tocsin.intake.storms.Ruling;
import org.tocsin.intake.storms.StormGovernor;
import org.tocsin.intake.storms.StormRows;
import org.tocsin.intake.storms.Substance;

/**
 * Updates and Cancels, one by one: the alerts that they name are locked, and what becomes of them is in the same
 * transaction. Whoever claims work for such an alert afterwards sees it.
 */
public final class Successors {
    private final AlertRows alerts;
    private final Admission.Batch admitted;
    private final StormGovernor.Batch governed;
    private final Journal journal;
    private final NewNotices notices;
    private final Instant now;

    public Successors(
            AlertRows alerts,
            Admission.Batch admitted,
            StormGovernor.Batch governed,
            Journal journal,
            NewNotices notices,
            Instant now) {
        this.alerts = alerts;
        this.admitted = admitted;
        this.governed = governed;
        this.journal = journal;
        this.notices = notices;
        this.now = now;
    }

    public IntakeResult accept(Candidate candidate) {
        KnownAlert known = alerts.find(List.of(candidate.identity())).get(candidate.identity());
        if (known != null) {
            return again(candidate, known);
        }
        StormRows.Alias alias = governed.aliases(List.of(candidate.identity())).get(candidate.identity());
        if (alias != null) {
            return Newcomers.again(candidate, alias);
        }
        NamedAlerts named = NamedAlerts.of(alerts, governed, candidate.alert());
        if (candidate.alert().msgType() == MsgType.Cancel) {
            return cancel(candidate, named);
        }
        boolean early = candidate.submission().attributes().containsKey(Submission.EARLY);
        return early && !named.unknown().isEmpty()
                ? new TooEarly("what it refers to is not here yet")
                : update(candidate, named);
    }

    private IntakeResult cancel(Candidate candidate, NamedAlerts named) {
        List<KnownAlert> originals = named.originals();
        for (KnownAlert original : originals) {
            // Each of those that one alert told of may be cancelled, and the first of these Cancels took it back.
            if (original.state() == AlertState.CANCELLED && named.itself(original)) {
                return new Conflict(original.id(), "Alert " + original.id() + " is cancelled already.");
            }
        }
        List<String> doubts = doubts(candidate, originals);
        if (!doubts.isEmpty()) {
            return doubtfulCancel(candidate, originals, String.join(" ", doubts));
        }
        List<KnownAlert> ended = endedBySuccessor(originals);
        String reason = whatItDid(named, ended);
        List<Former> told =
                alerts.formers(originals.stream().filter(KnownAlert::stands).toList());
        Verdict verdict;
        Succession succession;
        if (told.isEmpty()) {
            verdict =
                    Verdict.recorded(admitted.of(candidate, Tells.AUDIENCE, now).expires(), reason);
            succession = new Succession(first(originals), Tells.REACHED, List.of(), null);
        } else {
            Former like = Succession.mostUrgent(told);
            verdict = admitted.cancel(candidate, like, reason, now);
            succession = new Succession(first(originals), Tells.REACHED, AlertRows.followed(told), like);
        }
        KnownAlert cancel = insert(new AlertRows.NewAlert(candidate, verdict, succession, null, null));
        if (cancel == null) {
            return overtaken(candidate);
        }
        alerts.expectCancelled(
                named.unknownWithParts(), cancel.id(), candidate.alert().status());
        end(ended, AlertState.CANCELLED, candidate, cancel.id());
        return accepted(candidate, cancel, verdict, false);
    }

    /** Why a person should look before anything is taken back. Words of a test may take back what had such words itself. */
    private List<String> doubts(Candidate cancel, List<KnownAlert> originals) {
        List<String> doubts = Admission.Batch.doubts(cancel);
        if (cancel.testMark() != null
                && !originals.isEmpty()
                && alerts.formers(originals).stream().allMatch(o -> TestMarks.contradiction(o.cap()) != null)) {
            doubts.remove(cancel.testMark());
        }
        return doubts;
    }

    /** It takes nothing back before a person has looked: who believes it cancels the alert itself. */
    private IntakeResult doubtfulCancel(Candidate candidate, List<KnownAlert> originals, String doubt) {
        Verdict verdict = Verdict.recorded(
                        admitted.of(candidate, Tells.AUDIENCE, now).expires(),
                        originals.isEmpty() ? null : "It would cancel " + names(originals) + ": cancel that by hand.")
                .held(doubt);
        KnownAlert cancel = insert(new AlertRows.NewAlert(
                candidate, verdict, new Succession(first(originals), Tells.REACHED, List.of(), null), null, null));
        return cancel == null ? overtaken(candidate) : accepted(candidate, cancel, verdict, false);
    }

    private static String whatItDid(NamedAlerts named, List<KnownAlert> ended) {
        List<String> sentences = new ArrayList<>();
        if (!ended.isEmpty()) {
            sentences.add("It cancelled " + names(ended) + ".");
        }
        named.originals().stream()
                .filter(original -> !ended.contains(original))
                .forEach(o -> sentences.add("Alert " + o.id() + " was " + o.state() + ": nothing was left to stop."));
        named.others().forEach(o -> sentences.add(NamedAlerts.leftAlone(o)));
        if (!named.unknown().isEmpty()) {
            sentences.add("It refers to an alert that is not known; should that one come, it will not be sent.");
        }
        return String.join(" ", sentences);
    }

    private IntakeResult update(Candidate candidate, NamedAlerts named) {
        List<KnownAlert> originals = named.originals();
        List<KnownAlert> reached =
                originals.stream().filter(KnownAlert::mayHaveReached).toList();
        boolean allClear = candidate.alert().isAllClear();
        Tells tells = allClear ? Tells.REACHED : reached.isEmpty() ? Tells.AUDIENCE : Tells.BOTH;
        Long cancel = alerts.cancelsAhead(List.of(candidate)).get(candidate.identity());
        Verdict verdict = admitted.of(candidate, tells, now);
        boolean said = verdict.state() != AlertState.RECORDED;
        Ruling ruling = said && cancel == null ? governed.of(candidate, gravest(originals)) : new Ruling.Passes();
        if (ruling instanceof Ruling.Told told) {
            Long id = told.by() == null ? told.alertId() : alerts.idOf(told.by().identity());
            governed.grouped(candidate, id);
            return new IntakeResult.Grouped(id, candidate.alert().identifier(), told.why());
        }
        boolean endsUnsaid = false;
        if (said) {
            String doubt = doubt(named);
            // Nor does one end what waits that is doubtful itself.
            boolean sound = doubt == null && verdict.state() == AlertState.PLANNING;
            endsUnsaid = sound && allClear && reached.isEmpty();
            if (ruling instanceof Ruling.Held held) {
                // The duty group is told of the storm, not of each.
                verdict = verdict.held(doubt == null ? held.why() : held.why() + " " + doubt)
                        .quietly();
            } else if (doubt != null) {
                verdict = verdict.held(doubt);
            } else if (endsUnsaid) {
                verdict = Verdict.recorded(verdict.expires(), "Nobody was told of what it ends: nobody is told.");
            }
        }
        verdict = verdict.cancelledBy(cancel);
        boolean goesOut = verdict.state() == AlertState.PLANNING;
        // While it waits for a decision it follows nobody: whom, is looked at when it is released.
        List<Long> follows = goesOut ? AlertRows.followed(alerts.formers(reached)) : List.of();
        KnownAlert update = insert(new AlertRows.NewAlert(
                candidate,
                verdict,
                new Succession(first(originals), tells, follows, null),
                governed.says(candidate),
                ruling instanceof Ruling.Held held ? held.causeId() : null));
        if (update == null) {
            return overtaken(candidate);
        }
        if (goesOut || endsUnsaid) {
            end(endedBySuccessor(originals), AlertState.SUPERSEDED, candidate, update.id());
        }
        if (cancel != null) {
            alerts.refersTo(cancel, update.id());
        }
        return accepted(candidate, update, verdict, ruling instanceof Ruling.Held);
    }

    private static @Nullable Severity gravest(List<KnownAlert> originals) {
        return originals.stream()
                .filter(KnownAlert::mayHaveReached)
                .map(KnownAlert::severity)
                .min(Comparator.comparingInt(Substance::rank))
                .orElse(null);
    }

    /** What is DONE ends too: who was told of it must learn that it no longer holds, and once. */
    static List<KnownAlert> endedBySuccessor(Collection<KnownAlert> originals) {
        return originals.stream()
                .filter(original -> original.open() || original.stands())
                .toList();
    }

    /** Why a person should look before this Update goes out, or null. */
    private static @Nullable String doubt(NamedAlerts named) {
        if (!named.others().isEmpty()) {
            return NamedAlerts.leftAlone(named.others().get(0));
        }
        if (named.byName().isEmpty() && named.unknown().isEmpty()) {
            return "It is an Update that names no alert in references.";
        }
        if (!named.unknown().isEmpty()) {
            return "It is an Update of an alert that is not known here.";
        }
        for (KnownAlert original : named.originals()) {
            if (original.msgType() == MsgType.Cancel) {
                return "It is an Update of alert " + original.id() + ", which is a Cancel.";
            }
            switch (original.state()) {
                case CANCELLED, REJECTED, RECORDED -> {
                    return "It is an Update of alert " + original.id() + ", which is " + original.state() + ".";
                }
                case PENDING_APPROVAL -> {
                    // Else an Update would go round the person whose approval its original waits for.
                    return "It is an Update of alert " + original.id() + ", which waits for an approval.";
                }
                // An Update with the right addresses is how a sender corrects an alert that was HELD.
                case HELD, PLANNING, SENDING, DONE, SUPERSEDED, EXPIRED -> {}
            }
        }
        return null;
    }

    private @Nullable KnownAlert insert(AlertRows.NewAlert row) {
        KnownAlert inserted = alerts.insert(List.of(row)).get(row.candidate().identity());
        if (inserted != null) {
            note(journal, notices, inserted.id(), row);
        }
        return inserted;
    }

    /** Another hub was faster; its commit is seen now. */
    private IntakeResult overtaken(Candidate candidate) {
        return again(candidate, alerts.find(List.of(candidate.identity())).get(candidate.identity()));
    }

    private void end(List<KnownAlert> originals, AlertState state, Candidate by, long byId) {
        alerts.end(originals, state, by.submission().principal().name());
        originals.forEach(original -> journal.state(original.id(), state, "by alert " + byId));
    }

    static void note(Journal journal, NewNotices notices, long id, AlertRows.NewAlert row) {
        Submission submission = row.candidate().submission();
        journal.state(
                id,
                row.verdict().state(),
                "source=" + submission.source() + " by="
                        + submission.principal().name());
        if (!submission.ours()) {
            row.verdict().notices().forEach(kind -> notices.add(id, kind));
        }
    }

    /** The same identity once more. */
    static IntakeResult again(Candidate candidate, KnownAlert known) {
        return known.contentHash().equals(candidate.contentHash())
                ? new Duplicate(known.id(), candidate.alert().identifier(), known.state())
                : new Conflict(
                        known.id(),
                        "Alert " + known.id() + " has the same identifier, sender and sent, but says something else.");
    }

    private static Accepted accepted(Candidate candidate, KnownAlert alert, Verdict verdict, boolean braked) {
        return new Accepted(alert.id(), candidate.alert().identifier(), alert.state(), verdict.reason(), braked);
    }

    private static @Nullable Long first(Collection<KnownAlert> originals) {
        return originals.stream().map(KnownAlert::id).min(Long::compare).orElse(null);
    }

    private static String names(List<KnownAlert> originals) {
        return originals.stream().map(o -> "alert " + o.id()).sorted().collect(Collectors.joining(" and "));
    }
}
