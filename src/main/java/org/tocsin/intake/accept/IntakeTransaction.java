package org.tocsin.intake.accept;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.MsgType;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.admission.Admission;
import org.tocsin.intake.admission.Newcomers;
import org.tocsin.intake.admission.Successors;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Item;
import org.tocsin.intake.alerts.Parts;
import org.tocsin.intake.events.EventIncidentRows;
import org.tocsin.intake.events.EventIncidents;
import org.tocsin.intake.events.EventReport;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.NewNotices;
import org.tocsin.intake.parked.Parking;
import org.tocsin.intake.sensors.HeldReadings;
import org.tocsin.intake.sensors.IncidentRows;
import org.tocsin.intake.sensors.Observations;
import org.tocsin.intake.sensors.Reading;
import org.tocsin.intake.storms.BrakeSettings;
import org.tocsin.intake.storms.StormGovernor;

/**
 * Makes a batch of items durable in the transaction of its caller: readings move their incidents, alerts become rows,
 * Updates and Cancels take effect on the alerts they name, the journal tells of each. All of it, or nothing.
 */
final class IntakeTransaction {
    /** Held by every hub that accepts alerts, and alone by one that accepts a Cancel: see {@link #order}. */
    private static final long CANCELS = 0x746f6373696e01L;

    private final JdbcTemplate jdbc;
    private final AlertRows alerts;
    private final IncidentRows incidents;
    private final EventIncidentRows eventIncidents;
    private final HeldReadings held;
    private final Admission admission;
    private final StormGovernor governor;
    private final IntakeCounts counts;
    private final Parking parking;
    private final Clock clock;

    IntakeTransaction(
            JdbcTemplate jdbc,
            IntakeSettings settings,
            BrakeSettings brake,
            Admission admission,
            Parking parking,
            Clock clock) {
        this.jdbc = jdbc;
        this.alerts = new AlertRows(jdbc, settings);
        this.incidents = new IncidentRows(jdbc, settings.site());
        this.eventIncidents = new EventIncidentRows(jdbc, settings.site());
        this.held = new HeldReadings(jdbc, parking, settings.site());
        this.admission = admission;
        this.governor = new StormGovernor(jdbc, settings, brake);
        this.counts = new IntakeCounts(jdbc, settings.site());
        this.parking = parking;
        this.clock = clock;
    }

    /** @return one result for each item, in their order; true only after the caller's commit */
    List<IntakeResult> apply(List<Item> items) {
        return new Batch(items).apply();
    }

    /** One transaction's work; everything mutable of it is in here. */
    private final class Batch {
        private final List<Item> items;
        private final Parts parts;
        /** Of the parts, except for those whose item is answered in {@code answered}. */
        private final IntakeResult[] results;

        private final IntakeResult[] answered;
        private final Instant now = clock.instant();
        private final Journal journal = new Journal();
        private final NewNotices notices = new NewNotices();
        private final Admission.Batch admitted = admission.batch();
        private final Observations observations;
        private final EventIncidents events;

        Batch(List<Item> items) {
            this.items = items;
            this.parts = new Parts(items);
            this.results = new IntakeResult[parts.size()];
            this.answered = new IntakeResult[items.size()];
            this.events = new EventIncidents(eventIncidents, parts, results, journal, now);
            this.observations = new Observations(incidents, held, parts, results, journal, now);
        }

        List<IntakeResult> apply() {
            RequestKeys keys = new RequestKeys(jdbc);
            keys.claim(items).forEach((item, result) -> answered[item] = result);
            List<Candidate> candidates = candidates();
            order(candidates);
            StormGovernor.Batch governed = governor.begin(candidates, now);
            Successors successors = new Successors(alerts, admitted, governed, journal, notices, now);
            Newcomers newcomers = new Newcomers(alerts, admitted, governed, journal, notices, now);
            List<Candidate> run = new ArrayList<>();
            for (Candidate candidate : candidates) {
                if (candidate.changesAnother()) {
                    accept(newcomers, run);
                    run.clear();
                    settle(candidate, successors.accept(candidate));
                    governed.changed();
                } else {
                    run.add(candidate);
                }
            }
            accept(newcomers, run);
            observations.save(candidates);
            events.save(candidates);
            parkProblems();
            governed.write();
            parts.fold(results, answered);
            List<IntakeResult> all = new ArrayList<>(Arrays.asList(answered));
            keys.settle(all).forEach(all::set);
            journal.write(jdbc);
            notices.write(jdbc);
            counts.add(parts, results, items, all);
            return all;
        }

        /**
         * A Cancel may come before its alert. Each looks for the other, and neither sees what is not committed: so a
         * Cancel waits until nobody else is accepting, and others wait for it.
         */
        private void order(List<Candidate> candidates) {
            boolean cancels = candidates.stream()
                    .anyMatch(c -> c.changesAnother() && c.alert().msgType() == MsgType.Cancel);
            if (!candidates.isEmpty()) {
                jdbc.query(
                        cancels ? "select pg_advisory_xact_lock(?)" : "select pg_advisory_xact_lock_shared(?)",
                        row -> {},
                        CANCELS);
            }
        }

        /** All parts that may become an alert, in their order; readings and events that do not are answered here. */
        private List<Candidate> candidates() {
            TreeMap<Integer, Candidate> candidates = new TreeMap<>();
            for (int i = 0; i < parts.size(); i++) {
                Parts.Part part = parts.get(i);
                if (unanswered(part.item())) {
                    if (part.trigger() instanceof Reading) {
                        observations.add(i);
                    } else if (part.trigger() instanceof EventReport) {
                        events.add(i);
                    } else if (part.trigger() instanceof Trigger.Complete complete) {
                        candidates.put(i, Candidate.of(i, part, complete));
                    }
                }
            }
            observations.observe(candidates);
            events.observe(candidates);
            return new ArrayList<>(candidates.values());
        }

        private boolean unanswered(int item) {
            return answered[item] == null && !repeatsKey(item);
        }

        /** What of a submission could not be read waits for a person, while the rest of it goes on. */
        private void parkProblems() {
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i).trigger() instanceof Trigger.Pack pack
                        && !pack.problems().isEmpty()
                        && unanswered(i)) {
                    parking.insert(items.get(i).submission(), new UnacceptableSubmission(pack.problems()).reason());
                }
            }
        }

        /** The second item of one Idempotency-Key within a batch gets the first one's result, later. */
        private boolean repeatsKey(int index) {
            Submission mine = items.get(index).submission();
            return mine.idempotencyKey() != null
                    && items.subList(0, index).stream()
                            .map(Item::submission)
                            .anyMatch(s -> mine.idempotencyKey().equals(s.idempotencyKey())
                                    && mine.principal()
                                            .name()
                                            .equals(s.principal().name()));
        }

        private void accept(Newcomers newcomers, List<Candidate> run) {
            Map<Integer, IntakeResult> became = newcomers.accept(run);
            run.forEach(candidate -> settle(candidate, became.get(candidate.index())));
        }

        /** A conflict that its sender never reads of is kept for a person, and the duty group told. */
        private void settle(Candidate candidate, IntakeResult result) {
            if (result instanceof IntakeResult.Conflict
                    && candidate.incidentKey() != null
                    && candidate.alert().msgType() == MsgType.Cancel) {
                // An operator was faster with the Cancel, and that is no contradiction.
                results[candidate.index()] = new IntakeResult.Silent("its alert was taken back before");
                return;
            }
            results[candidate.index()] = result;
            if (result instanceof IntakeResult.Conflict conflict && conflict.id() != null) {
                journal.add(
                        conflict.id(),
                        "alert-conflict",
                        "source=" + candidate.submission().source());
                if (!candidate.submission().answered()) {
                    parking.insert(candidate.submission(), conflict.reason());
                    notices.add(conflict.id(), NewNotices.CONFLICT);
                }
            }
        }
    }
}
