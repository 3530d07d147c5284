package org.tocsin.intake;

import java.util.List;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapProblem.Violation;

/** What a submission says, once it is readable. */
public sealed interface Trigger {

    /** It is an alert already. */
    record Complete(Alert alert, Marks marks) implements Trigger {
        public Complete(Alert alert) {
            this(alert, Marks.NONE);
        }
    }

    /** It belongs to an incident, and what is known of that one decides whether it raises an alert. */
    non-sealed interface OfIncident extends Trigger {}

    /**
     * Several triggers of one submission, made durable together; none, where nothing in it concerns the hub.
     *
     * @param problems of what else was in it; the submission is parked for these, beside what its triggers do
     */
    record Pack(List<? extends Trigger> triggers, List<Violation> problems) implements Trigger {
        public Pack {
            triggers = List.copyOf(triggers);
            problems = List.copyOf(problems);
        }
    }
}
