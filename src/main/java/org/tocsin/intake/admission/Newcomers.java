package org.tocsin.intake.admission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Identity;
import org.tocsin.intake.alerts.KnownAlert;
import org.tocsin.intake.alerts.Succession;
import org.tocsin.intake.alerts.Tells;
import org.tocsin.intake.alerts.Verdict;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.NewNotices;
import org.tocsin.intake.storms.Ruling;
import org.tocsin.intake.storms.StormGovernor;
import org.tocsin.intake.storms.StormRows;

/** Alerts that change no other: any number of them in a few statements. */
public final class Newcomers {
    private final AlertRows alerts;
    private final Admission.Batch admitted;
    private final StormGovernor.Batch governed;
    private final Journal journal;
    private final NewNotices notices;
    private final Instant now;

    /** What says the same as an alert of this run, which has no id before it is inserted. */
    private record Follower(Candidate candidate, Ruling.Told told) {}

    public Newcomers(
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

    /** @return what became of each, by its index */
    public Map<Integer, IntakeResult> accept(List<Candidate> run) {
        Map<Integer, IntakeResult> results = new HashMap<>();
        if (run.isEmpty()) {
            return results;
        }
        Map<Identity, KnownAlert> known =
                new HashMap<>(alerts.find(run.stream().map(Candidate::identity).toList()));
        Map<Identity, Candidate> fresh = new LinkedHashMap<>();
        for (Candidate candidate : run) {
            if (!known.containsKey(candidate.identity())) {
                fresh.putIfAbsent(candidate.identity(), candidate);
            }
        }
        Map<Identity, StormRows.Alias> aliases = governed.aliases(fresh.keySet());
        fresh.keySet().removeAll(aliases.keySet());
        Map<Identity, Long> cancels = alerts.cancelsAhead(fresh.values());
        List<Follower> followers = new ArrayList<>();
        List<AlertRows.NewAlert> rows = rows(fresh.values(), cancels, followers);
        Map<Identity, KnownAlert> inserted = alerts.insert(rows);
        rows.stream()
                .filter(row -> inserted.containsKey(row.candidate().identity()))
                .forEach(row -> results.put(
                        row.candidate().index(),
                        begun(row, inserted.get(row.candidate().identity()), cancels)));
        known.putAll(inserted);
        // Another hub inserted them between our look and our insert; its commit is seen now.
        known.putAll(alerts.find(fresh.keySet().stream()
                .filter(identity -> !known.containsKey(identity))
                .toList()));
        Map<Identity, IntakeResult.Grouped> grouped = new HashMap<>();
        followers.forEach(follower -> {
            IntakeResult.Grouped result = grouped(follower, known);
            grouped.put(follower.candidate().identity(), result);
            results.put(follower.candidate().index(), result);
        });
        run.stream()
                .filter(candidate -> !results.containsKey(candidate.index()))
                .forEach(candidate -> results.put(candidate.index(), again(candidate, known, aliases, grouped)));
        return results;
    }

    private List<AlertRows.NewAlert> rows(
            Iterable<Candidate> fresh, Map<Identity, Long> cancels, List<Follower> followers) {
        List<AlertRows.NewAlert> rows = new ArrayList<>();
        for (Candidate candidate : fresh) {
            Long cancel = cancels.get(candidate.identity());
            Verdict unsaid = admitted.unsaid(candidate.alert(), now);
            Ruling ruling = unsaid == null && cancel == null ? governed.of(candidate, null) : new Ruling.Passes();
            if (ruling instanceof Ruling.Told told) {
                followers.add(new Follower(candidate, told));
                continue;
            }
            Ruling.Held held = ruling instanceof Ruling.Held h ? h : null;
            Verdict verdict = unsaid != null
                    ? unsaid
                    : held != null
                            ? admitted.braked(candidate, held.why(), now)
                            : admitted.of(candidate, Tells.AUDIENCE, now).cancelledBy(cancel);
            if (verdict.state() == AlertState.PLANNING || verdict.state() == AlertState.HELD) {
                governed.stands(candidate, verdict.state() == AlertState.PLANNING);
            }
            rows.add(new AlertRows.NewAlert(
                    candidate,
                    verdict,
                    Succession.NONE,
                    governed.says(candidate),
                    held == null ? null : held.causeId()));
        }
        return rows;
    }

    private IntakeResult begun(AlertRows.NewAlert row, KnownAlert alert, Map<Identity, Long> cancels) {
        Candidate candidate = row.candidate();
        Successors.note(journal, notices, alert.id(), row);
        Long cancel = cancels.get(candidate.identity());
        if (cancel != null) {
            alerts.refersTo(cancel, alert.id());
        }
        return new IntakeResult.Accepted(
                alert.id(),
                candidate.alert().identifier(),
                alert.state(),
                row.verdict().reason(),
                row.causeId() != null);
    }

    private IntakeResult.Grouped grouped(Follower follower, Map<Identity, KnownAlert> known) {
        Candidate by = follower.told().by();
        Long id = by == null
                ? follower.told().alertId()
                : (Long) known.get(by.identity()).id();
        governed.grouped(follower.candidate(), id);
        return new IntakeResult.Grouped(
                id, follower.candidate().alert().identifier(), follower.told().why());
    }

    private static IntakeResult again(
            Candidate candidate,
            Map<Identity, KnownAlert> known,
            Map<Identity, StormRows.Alias> aliases,
            Map<Identity, IntakeResult.Grouped> grouped) {
        KnownAlert alert = known.get(candidate.identity());
        if (alert != null) {
            return Successors.again(candidate, alert);
        }
        StormRows.Alias alias = aliases.get(candidate.identity());
        return alias == null ? grouped.get(candidate.identity()) : again(candidate, alias);
    }

    /** What became no alert of its own comes once more. */
    static IntakeResult again(Candidate candidate, StormRows.Alias alias) {
        if (!alias.contentHash().equals(candidate.contentHash())) {
            return new IntakeResult.Conflict(
                    alias.alertId(), "An alert with the same identifier, sender and sent said something else.");
        }
        AlertState state = alias.state();
        return alias.alertId() == null || state == null
                ? new IntakeResult.Silent("the same alert was counted before")
                : new IntakeResult.Duplicate(alias.alertId(), candidate.alert().identifier(), state);
    }
}
