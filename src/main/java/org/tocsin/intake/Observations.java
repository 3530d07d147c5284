package org.tocsin.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Reference;

/** The readings of one transaction: each moves the incident of its device, and some raise an alert. */
final class Observations {
    private final IncidentRows incidents;
    private final Parts parts;
    private final IntakeResult[] results;
    private final Journal journal;
    private final Instant now;
    private final TreeMap<String, List<Integer>> readings = new TreeMap<>();
    private final Map<String, Incident> changed = new LinkedHashMap<>();

    Observations(IncidentRows incidents, Parts parts, IntakeResult[] results, Journal journal, Instant now) {
        this.incidents = incidents;
        this.parts = parts;
        this.results = results;
        this.journal = journal;
        this.now = now;
    }

    /** That part is a reading. */
    void add(int part) {
        readings.computeIfAbsent(parts.reading(part).key(), key -> new ArrayList<>())
                .add(part);
    }

    /** Answers those that raise no alert; the others become candidates. */
    void observe(TreeMap<Integer, Candidate> candidates) {
        if (readings.isEmpty()) {
            return;
        }
        List<String> mayOpen = readings.entrySet().stream()
                .filter(e -> e.getValue().stream().map(parts::reading).anyMatch(Observations::alarming))
                .map(Map.Entry::getKey)
                .toList();
        Map<String, Incident> locked = incidents.lock(readings.keySet(), mayOpen);
        readings.forEach((key, indices) -> {
            Incident known = locked.get(key);
            observe(known == null ? Incident.unknown(key) : known, indices, candidates);
        });
    }

    /**
     * The readings of one device, in the order in which they were observed: parallel consumers may have changed it.
     * Their alerts keep that order too, by taking the places of these parts in the batch.
     */
    private void observe(Incident before, List<Integer> indices, TreeMap<Integer, Candidate> candidates) {
        List<Integer> inTime = new ArrayList<>(indices);
        inTime.sort(Comparator.comparing(index -> parts.reading(index).at()));
        Incident incident = before;
        for (int place = 0; place < indices.size(); place++) {
            int index = inTime.get(place);
            Reading reading = parts.reading(index);
            IncidentStep step = IncidentStep.of(incident, reading, now);
            Alert alert = alert(step, reading, incident.alerted());
            incident = step.after();
            if (alert != null) {
                incident = incident.withAlerted(alert.reference());
                candidates.put(
                        indices.get(place), Candidate.of(index, parts.get(index).submission(), alert, reading.key()));
            }
            note(step, index);
        }
        if (!incident.equals(before)) {
            changed.put(incident.key(), incident);
        }
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
            journal.add(null, "incident-cleared", detail(cleared.after(), parts.reading(index)));
        } else {
            String what = step instanceof IncidentStep.Opened ? "incident-opened" : "incident-raised";
            journal.add(null, what, detail(step.after(), parts.reading(index)));
        }
    }

    private static String detail(Incident incident, Reading reading) {
        return "sensor=" + reading.mapping().name() + " incident="
                + Sha256.hex(incident.key()).substring(0, 16) + " episode=" + incident.episode();
    }

    /** @param candidates whose results are known by now */
    void save(List<Candidate> candidates) {
        Map<String, Long> alertIds = new HashMap<>();
        for (Candidate candidate : candidates) {
            Long id = id(results[candidate.index()]);
            if (candidate.incidentKey() != null && id != null) {
                alertIds.put(candidate.incidentKey(), id);
            }
        }
        incidents.save(List.copyOf(changed.values()), alertIds);
    }

    private static @Nullable Long id(IntakeResult result) {
        if (result instanceof IntakeResult.Accepted accepted) {
            return accepted.id();
        }
        return result instanceof IntakeResult.Duplicate duplicate ? duplicate.id() : null;
    }

    private static boolean alarming(Reading reading) {
        return reading.mapping().reached(reading.measure()) != null;
    }
}
