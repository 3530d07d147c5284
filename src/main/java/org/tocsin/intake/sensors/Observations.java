package org.tocsin.intake.sensors;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Reference;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Parts;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.Sha256;

/** The readings of one transaction: each moves the incident of its device, and some raise an alert. */
public final class Observations {
    private final IncidentRows incidents;
    private final HeldReadings held;
    private final Parts parts;
    private final IntakeResult[] results;
    private final Journal journal;
    private final Instant now;
    /** Those of one device, or of one group of devices. */
    private final TreeMap<String, List<Integer>> clusters = new TreeMap<>();

    private Map<String, Incident> before = Map.of();
    private final Map<String, Incident> current = new HashMap<>();
    /** By the key of their device: the newest part that may have to wait for its hold time. */
    private final Map<String, Integer> newest = new HashMap<>();

    public Observations(
            IncidentRows incidents,
            HeldReadings held,
            Parts parts,
            IntakeResult[] results,
            Journal journal,
            Instant now) {
        this.incidents = incidents;
        this.held = held;
        this.parts = parts;
        this.results = results;
        this.journal = journal;
        this.now = now;
    }

    /** That part is a reading. */
    public void add(int part) {
        Reading reading = reading(part);
        String cluster = reading.quorumKey() == null ? reading.key() : reading.quorumKey();
        clusters.computeIfAbsent(cluster, key -> new ArrayList<>()).add(part);
    }

    /** Answers those that raise no alert; the others become candidates. */
    public void observe(TreeMap<Integer, Candidate> candidates) {
        if (clusters.isEmpty()) {
            return;
        }
        Set<String> keys = new TreeSet<>();
        Set<String> mayOpen = new TreeSet<>();
        Set<String> groups = new TreeSet<>();
        clusters.values()
                .forEach(indices -> indices.forEach(index -> {
                    Reading reading = reading(index);
                    List<String> touched = reading.quorumKey() == null
                            ? List.of(reading.key())
                            : List.of(reading.key(), reading.quorumKey());
                    keys.addAll(touched);
                    if (alarming(reading)) {
                        mayOpen.addAll(touched);
                    }
                    if (reading.quorumKey() != null) {
                        groups.add(reading.quorumKey());
                    }
                }));
        before = incidents.lock(keys, mayOpen);
        current.putAll(before);
        // Whoever changes a member has locked its group before: these stay as they are until our commit.
        incidents.members(groups).forEach(member -> current.putIfAbsent(member.key(), member));
        clusters.values().forEach(indices -> observe(indices, candidates));
    }

    /**
     * The readings of one device or group, in the order in which they were observed: parallel consumers may have changed
     * it. Their alerts keep that order too, by taking the places of these parts in the batch.
     */
    private void observe(List<Integer> indices, TreeMap<Integer, Candidate> candidates) {
        List<Integer> inTime = new ArrayList<>(indices);
        inTime.sort(Comparator.comparing(index -> reading(index).at()));
        for (int place = 0; place < indices.size(); place++) {
            int index = inTime.get(place);
            Reading reading = reading(index);
            Incident own = current.get(reading.key());
            IncidentStep step = IncidentStep.of(own, reading, now);
            keep(step, reading);
            boolean news = !step.after().equals(own);
            if (news && alarming(reading) && !reading.origin().heldOver()) {
                newest.put(reading.key(), index);
            }
            if (reading.quorumKey() != null && news) {
                own = current.get(reading.quorumKey());
                step = IncidentStep.ofGroup(
                        own, reading, members(reading.quorumKey()), step instanceof IncidentStep.Resumed);
                current.put(reading.quorumKey(), step.after());
            }
            Alert alert = alert(step, reading, own.alerted());
            if (alert != null) {
                String key = step.after().key();
                current.put(key, step.after().withAlerted(alert.reference()));
                candidates.put(
                        indices.get(place), Candidate.of(index, parts.get(index).submission(), alert, key));
            }
            note(step, index);
        }
    }

    private void keep(IncidentStep step, Reading reading) {
        Incident after = step.after();
        boolean votes = reading.quorumKey() != null && after.episode() > 0;
        current.put(reading.key(), votes ? after.countingFor(reading.quorumKey()) : after);
    }

    private List<Incident> members(String group) {
        return current.values().stream()
                .filter(incident ->
                        incident.open() && group.equals(incident.memory().quorumKey()))
                .toList();
    }

    private static @Nullable Alert alert(IncidentStep step, Reading reading, @Nullable Reference alerted) {
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
        } else if (step instanceof IncidentStep.Resumed resumed) {
            results[index] =
                    new IntakeResult.Silent("the incident is not over: what said so came again from before it");
            journal.add(null, "incident-resumed", detail(resumed.after(), reading(index)));
        } else {
            String what = step instanceof IncidentStep.Opened ? "incident-opened" : "incident-raised";
            journal.add(null, what, detail(step.after(), reading(index)));
        }
    }

    private static String detail(Incident incident, Reading reading) {
        return "sensor=" + reading.mapping().name() + " incident="
                + Sha256.hex(incident.key()).substring(0, 16) + " episode=" + incident.episode();
    }

    /** @param candidates whose results are known by now */
    public void save(List<Candidate> candidates) {
        Map<String, Long> alertIds = new HashMap<>();
        for (Candidate candidate : candidates) {
            Long id = id(results[candidate.index()]);
            if (candidate.incidentKey() != null && id != null) {
                alertIds.put(candidate.incidentKey(), id);
            }
        }
        List<Incident> changed = before.values().stream()
                .filter(known -> !known.equals(current.get(known.key())))
                .map(known -> current.get(known.key()))
                .toList();
        incidents.save(changed, alertIds);
        saveWaits();
    }

    private void saveWaits() {
        List<HeldReadings.Wait> waits = new ArrayList<>();
        List<String> over = new ArrayList<>();
        before.forEach((key, known) -> {
            Incident after = current.get(key);
            Integer index = newest.get(key);
            Instant since = after.memory().holding().waitingSince(after.open() ? after.level() : null);
            if (since != null && index != null) {
                waits.add(wait(key, index, since));
            } else if (since == null && !known.memory().holding().isEmpty()) {
                over.add(key);
            }
        });
        held.save(waits, over);
    }

    private HeldReadings.Wait wait(String key, int index, Instant since) {
        Reading reading = reading(index);
        Submission taken = parts.get(index).submission();
        Map<String, String> attributes = new HashMap<>(taken.attributes());
        attributes.put(Submission.ARRIVED_AT, String.valueOf(reading.arrived().toEpochMilli()));
        Duration rest = Duration.between(
                reading.at(), since.plus(reading.mapping().terms().hold()));
        return new HeldReadings.Wait(
                key,
                new Submission(taken.source(), taken.format(), taken.payload(), attributes, taken.principal(), null),
                rest);
    }

    private static @Nullable Long id(IntakeResult result) {
        if (result instanceof IntakeResult.Accepted accepted) {
            return accepted.id();
        }
        return result instanceof IntakeResult.Duplicate duplicate ? duplicate.id() : null;
    }

    private Reading reading(int part) {
        return (Reading) parts.get(part).trigger();
    }

    private static boolean alarming(Reading reading) {
        return reading.mapping().reached(reading.measure()) != null;
    }
}
