package org.tocsin.intake.events;

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
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Parts;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.Sha256;

/** What the events of one batch make of their incidents. */
public final class EventIncidents {
    private final EventIncidentRows rows;
    private final Parts parts;
    private final IntakeResult[] results;
    private final Journal journal;
    private final Instant now;
    private final TreeMap<String, List<Integer>> byKey = new TreeMap<>();
    private final Map<String, EventIncident> changed = new LinkedHashMap<>();

    public EventIncidents(EventIncidentRows rows, Parts parts, IntakeResult[] results, Journal journal, Instant now) {
        this.rows = rows;
        this.parts = parts;
        this.results = results;
        this.journal = journal;
        this.now = now;
    }

    /** That part is an event. */
    public void add(int part) {
        byKey.computeIfAbsent(event(part).key(), key -> new ArrayList<>()).add(part);
    }

    /** Answers those that raise no alert; the others become candidates. */
    public void observe(TreeMap<Integer, Candidate> candidates) {
        if (byKey.isEmpty()) {
            return;
        }
        Map<String, EventIncident> locked = rows.lock(byKey.keySet());
        byKey.forEach((key, indices) -> observe(locked.get(key), indices, candidates));
    }

    /**
     * The events of one incident, in the order in which they happened: parallel consumers may have changed it. Their
     * alerts keep that order too, by taking the places of these parts in the batch.
     */
    private void observe(EventIncident before, List<Integer> indices, TreeMap<Integer, Candidate> candidates) {
        List<Integer> inTime = new ArrayList<>(indices);
        inTime.sort(Comparator.comparing(index -> event(index).at()));
        EventIncident incident = before;
        for (int place = 0; place < indices.size(); place++) {
            int index = inTime.get(place);
            EventReport event = event(index);
            EventStep step = EventStep.of(incident, event, now);
            Alert alert = alert(step, event);
            note(step, incident, event);
            incident = step.after();
            if (alert != null) {
                incident = incident.withAlerted(alert.reference());
                candidates.put(
                        indices.get(place), Candidate.of(index, parts.get(index).submission(), alert, event.key()));
            } else if (step instanceof EventStep.Quiet quiet) {
                results[index] = new IntakeResult.Silent(quiet.why());
            } else if (step instanceof EventStep.Expired) {
                results[index] = new IntakeResult.Silent("it had expired when it came");
            }
        }
        if (!incident.equals(before)) {
            changed.put(incident.key(), incident);
        }
    }

    private static @Nullable Alert alert(EventStep step, EventReport event) {
        EventIncident after = step.after();
        if (step instanceof EventStep.Opened) {
            return EventAlert.opened(event, after);
        }
        if (step instanceof EventStep.Changed) {
            return EventAlert.changed(event, after, after.alerted());
        }
        return step instanceof EventStep.Closed && after.alerted() != null
                ? EventAlert.closed(event, after, after.alerted())
                : null;
    }

    private void note(EventStep step, EventIncident before, EventReport event) {
        String what;
        if (step instanceof EventStep.Opened) {
            what = "incident-opened";
        } else if (step instanceof EventStep.Changed) {
            what = "incident-changed";
        } else if (step instanceof EventStep.Closed
                || (event.closed() && before.open() && !step.after().open())) {
            what = "incident-cleared";
        } else if (step instanceof EventStep.Expired) {
            what = "event-recorded-expired";
        } else if (event.closed() && !before.open() && !step.after().equals(before)) {
            what = "incident-cleared-unopened";
        } else {
            return;
        }
        journal.add(
                null,
                what,
                "event=" + event.mapping().name() + " incident="
                        + Sha256.hex(before.key()).substring(0, 16) + " episode="
                        + step.after().episode());
    }

    /** @param candidates whose results are known by now */
    public void save(List<Candidate> candidates) {
        Map<String, Long> alertIds = new HashMap<>();
        for (Candidate candidate : candidates) {
            IntakeResult result = results[candidate.index()];
            if (candidate.incidentKey() != null && result instanceof IntakeResult.Accepted accepted) {
                alertIds.put(candidate.incidentKey(), accepted.id());
            } else if (candidate.incidentKey() != null && result instanceof IntakeResult.Duplicate duplicate) {
                alertIds.put(candidate.incidentKey(), duplicate.id());
            }
        }
        rows.save(changed.values(), alertIds);
    }

    private EventReport event(int part) {
        return (EventReport) parts.get(part).trigger();
    }
}
