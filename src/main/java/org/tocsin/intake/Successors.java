package org.tocsin.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.MsgType;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;

/**
 * Updates and Cancels, one by one: the alerts that they name are locked, and what becomes of them is in the same
 * transaction. Whoever claims work for such an alert afterwards sees it.
 */
final class Successors {
    private final AlertRows alerts;
    private final Admission.Batch admitted;
    private final Journal journal;
    private final NewNotices notices;
    private final Instant now;

    Successors(AlertRows alerts, Admission.Batch admitted, Journal journal, NewNotices notices, Instant now) {
        this.alerts = alerts;
        this.admitted = admitted;
        this.journal = journal;
        this.notices = notices;
        this.now = now;
    }

    IntakeResult accept(Candidate candidate) {
        KnownAlert known = alerts.find(List.of(candidate.identity())).get(candidate.identity());
        if (known != null) {
            return again(candidate, known);
        }
        List<Identity> named = candidate.alert().references().stream()
                .map(Identity::of)
                .distinct()
                .toList();
        Collection<KnownAlert> originals = alerts.lock(named).values();
        return candidate.alert().msgType() == MsgType.Cancel
                ? cancel(candidate, named, originals)
                : update(candidate, named, originals);
    }

    private IntakeResult cancel(Candidate candidate, List<Identity> named, Collection<KnownAlert> originals) {
        for (KnownAlert original : originals) {
            if (original.state() == AlertState.CANCELLED) {
                return new Conflict(original.id(), "Alert " + original.id() + " is cancelled already.");
            }
        }
        List<KnownAlert> stopped = originals.stream().filter(KnownAlert::open).toList();
        List<String> sentences = new ArrayList<>();
        if (!stopped.isEmpty()) {
            sentences.add("It cancelled " + names(stopped) + ".");
        }
        originals.stream()
                .filter(original -> !original.open())
                .forEach(o -> sentences.add("Alert " + o.id() + " was " + o.state() + ": nothing was left to stop."));
        if (originals.size() < named.size()) {
            sentences.add("It refers to an alert that is not known; should that one come, it will not be sent.");
        }
        Verdict verdict = admitted.of(candidate, now);
        Verdict explained = Verdict.recorded(verdict.expires(), String.join(" ", sentences));
        KnownAlert cancel = insert(new AlertRows.NewAlert(candidate, explained, first(originals)));
        if (cancel == null) {
            return overtaken(candidate);
        }
        List<Identity> known = originals.stream().map(KnownAlert::identity).toList();
        alerts.expectCancelled(named.stream().filter(n -> !known.contains(n)).toList(), cancel.id());
        end(stopped, AlertState.CANCELLED, candidate, cancel.id());
        return accepted(candidate, cancel, explained);
    }

    private IntakeResult update(Candidate candidate, List<Identity> named, Collection<KnownAlert> originals) {
        Verdict verdict = admitted.of(candidate, now);
        if (verdict.state() != AlertState.RECORDED) {
            String doubt = doubt(named, originals);
            verdict = doubt == null ? verdict : verdict.held(doubt);
        }
        Long cancel = alerts.cancelsAhead(List.of(candidate.identity())).get(candidate.identity());
        verdict = verdict.cancelledBy(cancel);
        KnownAlert update = insert(new AlertRows.NewAlert(candidate, verdict, first(originals)));
        if (update == null) {
            return overtaken(candidate);
        }
        if (update.state() == AlertState.PLANNING) {
            end(originals.stream().filter(KnownAlert::open).toList(), AlertState.SUPERSEDED, candidate, update.id());
        }
        if (cancel != null) {
            alerts.refersTo(cancel, update.id());
        }
        return accepted(candidate, update, verdict);
    }

    /** Why a person should look before this Update goes out, or null. */
    private static @Nullable String doubt(List<Identity> named, Collection<KnownAlert> originals) {
        if (named.isEmpty()) {
            return "It is an Update that names no alert in references.";
        }
        if (originals.size() < named.size()) {
            return "It is an Update of an alert that is not known here.";
        }
        for (KnownAlert original : originals) {
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

    private static Accepted accepted(Candidate candidate, KnownAlert alert, Verdict verdict) {
        return new Accepted(alert.id(), candidate.alert().identifier(), alert.state(), verdict.reason());
    }

    private static @Nullable Long first(Collection<KnownAlert> originals) {
        return originals.stream().map(KnownAlert::id).min(Long::compare).orElse(null);
    }

    private static String names(List<KnownAlert> originals) {
        return originals.stream().map(o -> "alert " + o.id()).sorted().collect(Collectors.joining(" and "));
    }
}
