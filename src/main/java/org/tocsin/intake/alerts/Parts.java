package org.tocsin.intake.alerts;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.cap.Places;
import org.tocsin.intake.cap.TestMarks;

/**
 * The items of a batch, taken apart where one submission holds several triggers, or an alert speaks of several places:
 * each has a result of its own.
 */
public final class Parts {
    /**
     * @param item whose part it is
     * @param partOf the identifier of the Update of which it is one place or time, or null
     */
    public record Part(
            int item,
            Submission submission,
            Trigger trigger,
            @Nullable String partOf) {
        Part(int item, Submission submission, Trigger trigger) {
            this(item, submission, trigger, null);
        }
    }

    private final List<Item> items;
    private final List<Part> parts = new ArrayList<>();

    public Parts(List<Item> items) {
        this.items = items;
        for (int i = 0; i < items.size(); i++) {
            Submission submission = items.get(i).submission();
            if (items.get(i).trigger() instanceof Trigger.Pack pack) {
                for (Trigger trigger : pack.triggers()) {
                    parts.add(new Part(i, submission, trigger));
                }
            } else if (items.get(i).trigger() instanceof Trigger.Complete complete && !submission.ours()) {
                List<Alert> places = Places.of(complete.alert());
                String partOf = places.size() > 1 && Candidate.changesAnother(complete.alert())
                        ? complete.alert().identifier()
                        : null;
                Marks marks = places.size() > 1 ? marksOfTheWhole(complete) : complete.marks();
                for (Alert alert : places) {
                    parts.add(new Part(i, submission, new Trigger.Complete(alert, marks), partOf));
                }
            } else {
                parts.add(new Part(i, submission, items.get(i).trigger()));
            }
        }
    }

    /** What is a test in one place is real in none. */
    private static Marks marksOfTheWhole(Trigger.Complete complete) {
        String test = TestMarks.contradiction(complete.alert());
        return test == null ? complete.marks() : complete.marks().doubted(test);
    }

    public int size() {
        return parts.size();
    }

    public Part get(int part) {
        return parts.get(part);
    }

    /**
     * What each submission's sender is told: of several results the one that matters most.
     *
     * @param ofItems those that are known already; where all parts are without result, it stays null
     */
    public void fold(IntakeResult[] ofParts, @Nullable IntakeResult[] ofItems) {
        List<List<IntakeResult>> each = new ArrayList<>();
        items.forEach(item -> each.add(new ArrayList<>()));
        for (int i = 0; i < ofParts.length; i++) {
            if (ofParts[i] != null) {
                each.get(parts.get(i).item()).add(ofParts[i]);
            }
        }
        for (int i = 0; i < ofItems.length; i++) {
            if (ofItems[i] == null && items.get(i).trigger() instanceof Trigger.Pack pack) {
                ofItems[i] = each.get(i).size() < pack.triggers().size() ? null : told(each.get(i), pack.problems());
            } else if (ofItems[i] == null && !each.get(i).isEmpty()) {
                ofItems[i] = told(each.get(i), List.of());
            }
        }
    }

    private static IntakeResult told(List<IntakeResult> results, List<Violation> problems) {
        String parked = problems.isEmpty() ? "" : " " + parked(problems);
        IntakeResult first = results.stream()
                .min(java.util.Comparator.comparingInt(Parts::rank))
                .orElse(null);
        if (first instanceof IntakeResult.Accepted accepted) {
            long raised = results.stream()
                    .filter(IntakeResult.Accepted.class::isInstance)
                    .count();
            String reason = (accepted.reason() == null ? "" : accepted.reason())
                    + (raised > 1 ? " It is one of " + raised + " alerts of this submission." : "")
                    + parked;
            return new IntakeResult.Accepted(
                    accepted.id(),
                    accepted.identifier(),
                    accepted.state(),
                    reason.isEmpty() ? null : reason.strip(),
                    accepted.braked());
        }
        if (first == null) {
            return new IntakeResult.Silent("nothing in it concerns this hub" + parked);
        }
        return first instanceof IntakeResult.Silent silent && !parked.isEmpty()
                ? new IntakeResult.Silent(silent.why() + "." + parked)
                : first;
    }

    /** Names the first, so that whoever reads the answer knows where to look. */
    private static String parked(List<Violation> problems) {
        Violation first = problems.get(0);
        return problems.size() + " of its records could not be read; they are parked. The first: " + first.element()
                + ", expected " + first.expected() + ".";
    }

    private static int rank(IntakeResult result) {
        if (result instanceof IntakeResult.TooEarly) {
            return -1;
        }
        if (result instanceof IntakeResult.Accepted) {
            return 0;
        }
        if (result instanceof IntakeResult.Conflict) {
            return 1;
        }
        return result instanceof IntakeResult.Duplicate || result instanceof IntakeResult.Grouped ? 2 : 3;
    }
}
