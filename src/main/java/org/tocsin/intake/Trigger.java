package org.tocsin.intake;

import java.util.List;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapProblem.Violation;

/** What a submission says, once it is readable. */
public sealed interface Trigger permits Trigger.Complete, Trigger.Pack, Reading {

    /** It is an alert already. */
    record Complete(Alert alert) implements Trigger {}

    /**
     * Several readings of one submission, made durable together; none, where nothing in it is measured by the hub.
     *
     * @param problems of what else was in it; the submission is parked for these, beside what its readings do
     */
    record Pack(List<Reading> readings, List<Violation> problems) implements Trigger {
        public Pack {
            readings = List.copyOf(readings);
            problems = List.copyOf(problems);
        }
    }
}
