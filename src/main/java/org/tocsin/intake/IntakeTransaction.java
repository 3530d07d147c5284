package org.tocsin.intake;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Reference;

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
    private final Admission admission;
    private final Parking parking;
    private final Clock clock;

    IntakeTransaction(JdbcTemplate jdbc, IntakeSettings settings, Admission admission, Parking parking, Clock clock) {
        this.jdbc = jdbc;
        this.alerts = new AlertRows(jdbc, settings);
        this.incidents = new IncidentRows(jdbc, settings.site());
        this.admission = admission;
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
        private final IntakeResult[] results;
        private final Instant now = clock.instant();
        private final Journal journal = new Journal();
        private final NewNotices notices = new NewNotices();
        private final Admission.Batch admitted = admission.batch();
        private final Map<String, Incident> changedIncidents = new LinkedHashMap<>();

        Batch(List<Item> items) {
            this.items = items;
            this.results = new IntakeResult[items.size()];
        }

        List<IntakeResult> apply() {
            RequestKeys keys = new RequestKeys(jdbc);
            keys.claim(items).forEach((index, result) -> results[index] = result);
            List<Candidate> candidates = candidates();
            order(candidates);
            Successors successors = new Successors(alerts, admitted, journal, notices, now);
            List<Candidate> run = new ArrayList<>();
            for (Candidate candidate : candidates) {
                if (candidate.changesAnother()) {
                    accept(run);
                    run.clear();
                    settle(candidate, successors.accept(candidate));
                } else {
                    run.add(candidate);
                }
            }
            accept(run);
            saveIncidents(candidates);
            List<IntakeResult> all = new ArrayList<>(Arrays.asList(results));
            keys.settle(all).forEach(all::set);
            journal.write(jdbc);
            notices.write(jdbc);
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

        /** All items that may become an alert, in their order; readings that do not are answered here. */
        private List<Candidate> candidates() {
            TreeMap<String, List<Integer>> readings = new TreeMap<>();
            TreeMap<Integer, Candidate> candidates = new TreeMap<>();
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                if (results[i] != null || repeatsKey(i)) {
                    continue;
                }
                if (item.trigger() instanceof Reading reading) {
                    readings.computeIfAbsent(reading.key(), k -> new ArrayList<>())
                            .add(i);
                } else if (item.trigger() instanceof Trigger.Complete complete) {
                    candidates.put(i, Candidate.of(i, item.submission(), complete.alert(), null));
                }
            }
            if (readings.isEmpty()) {
                return new ArrayList<>(candidates.values());
            }
            List<String> mayOpen = readings.entrySet().stream()
                    .filter(e -> e.getValue().stream().map(this::reading).anyMatch(IntakeTransaction::alarming))
                    .map(Map.Entry::getKey)
                    .toList();
            Map<String, Incident> locked = incidents.lock(readings.keySet(), mayOpen);
            readings.forEach((key, indices) -> observe(locked.get(key), indices, candidates));
            return new ArrayList<>(candidates.values());
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

        private Reading reading(int index) {
            return (Reading) items.get(index).trigger();
        }

        /**
         * The readings of one device, in the order in which they were observed: parallel consumers may have changed it.
         * Their alerts keep that order too, by taking the places of these items in the batch.
         */
        private void observe(Incident before, List<Integer> indices, TreeMap<Integer, Candidate> candidates) {
            List<Integer> inTime = new ArrayList<>(indices);
            inTime.sort(Comparator.comparing(index -> reading(index).at()));
            Incident incident = before;
            for (int place = 0; place < indices.size(); place++) {
                int index = inTime.get(place);
                Reading reading = reading(index);
                IncidentStep step = IncidentStep.of(incident, reading, now);
                Alert alert = alert(step, reading, incident.alerted());
                incident = step.after();
                if (alert != null) {
                    incident = incident.withAlerted(alert.reference());
                    candidates.put(
                            indices.get(place),
                            Candidate.of(index, items.get(index).submission(), alert, reading.key()));
                }
                note(step, index);
            }
            if (!incident.equals(before)) {
                changedIncidents.put(incident.key(), incident);
            }
        }

        private @Nullable Alert alert(IncidentStep step, Reading reading, @Nullable Reference alerted) {
            if (step instanceof IncidentStep.Opened opened) {
                return SensorAlert.of(reading, opened.after(), opened.level(), null);
            }
            return step instanceof IncidentStep.Raised raised
                    ? SensorAlert.of(reading, raised.after(), raised.level(), alerted)
                    : null;
        }

        private void note(IncidentStep step, int index) {
            if (step instanceof IncidentStep.Quiet quiet) {
                results[index] = new IntakeResult.Silent(quiet.why());
            } else if (step instanceof IncidentStep.Cleared cleared) {
                results[index] = new IntakeResult.Silent("the incident is over");
                journal.add(null, "incident-cleared", detail(cleared.after(), reading(index)));
            } else {
                String what = step instanceof IncidentStep.Opened ? "incident-opened" : "incident-raised";
                journal.add(null, what, detail(step.after(), reading(index)));
            }
        }

        private static String detail(Incident incident, Reading reading) {
            return "sensor=" + reading.mapping().name() + " incident="
                    + Sha256.hex(incident.key()).substring(0, 16) + " episode=" + incident.episode();
        }

        /** Alerts that change no other: any number, a few statements. */
        private void accept(List<Candidate> run) {
            if (run.isEmpty()) {
                return;
            }
            Map<Identity, KnownAlert> known = new HashMap<>(
                    alerts.find(run.stream().map(Candidate::identity).toList()));
            Map<Identity, Candidate> fresh = new LinkedHashMap<>();
            for (Candidate candidate : run) {
                if (!known.containsKey(candidate.identity())) {
                    fresh.putIfAbsent(candidate.identity(), candidate);
                }
            }
            Map<Identity, Long> cancels = alerts.cancelsAhead(fresh.keySet());
            List<AlertRows.NewAlert> rows = new ArrayList<>();
            for (Candidate candidate : fresh.values()) {
                Verdict verdict =
                        admitted.of(candidate, Tells.AUDIENCE, now).cancelledBy(cancels.get(candidate.identity()));
                rows.add(new AlertRows.NewAlert(candidate, verdict, Succession.NONE));
            }
            Map<Identity, KnownAlert> inserted = alerts.insert(rows);
            rows.stream()
                    .filter(row -> inserted.containsKey(row.candidate().identity()))
                    .forEach(row -> begun(row, inserted.get(row.candidate().identity()), cancels));
            known.putAll(inserted);
            faster(fresh, known);
            run.stream()
                    .filter(candidate -> results[candidate.index()] == null)
                    .forEach(candidate ->
                            settle(candidate, Successors.again(candidate, known.get(candidate.identity()))));
        }

        /** Another hub inserted them between our look and our insert; its commit is seen now. */
        private void faster(Map<Identity, Candidate> fresh, Map<Identity, KnownAlert> known) {
            List<Identity> missing =
                    fresh.keySet().stream().filter(i -> !known.containsKey(i)).toList();
            known.putAll(alerts.find(missing));
        }

        private void begun(AlertRows.NewAlert row, KnownAlert alert, Map<Identity, Long> cancels) {
            Candidate candidate = row.candidate();
            Successors.note(journal, notices, alert.id(), row);
            Long cancel = cancels.get(candidate.identity());
            if (cancel != null) {
                alerts.refersTo(cancel, alert.id());
            }
            results[candidate.index()] = new IntakeResult.Accepted(
                    alert.id(),
                    candidate.alert().identifier(),
                    alert.state(),
                    row.verdict().reason());
        }

        /** A conflict that its sender never reads of is kept for a person, and the duty group told. */
        private void settle(Candidate candidate, IntakeResult result) {
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

        private void saveIncidents(List<Candidate> candidates) {
            Map<String, Long> alertIds = new HashMap<>();
            for (Candidate candidate : candidates) {
                Long id = id(results[candidate.index()]);
                if (candidate.incidentKey() != null && id != null) {
                    alertIds.put(candidate.incidentKey(), id);
                }
            }
            incidents.save(List.copyOf(changedIncidents.values()), alertIds);
        }

        private static @Nullable Long id(IntakeResult result) {
            if (result instanceof IntakeResult.Accepted accepted) {
                return accepted.id();
            }
            return result instanceof IntakeResult.Duplicate duplicate ? duplicate.id() : null;
        }
    }

    private static boolean alarming(Reading reading) {
        return reading.mapping().reached(reading.measure()) != null;
    }
}
