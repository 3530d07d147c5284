package org.tocsin.intake;

import java.util.List;
import org.tocsin.alert.CapProblem;
import org.tocsin.alert.CapProblem.Violation;

/**
 * Poison: this trigger can never become an alert, however often it is tried. The only failure that parks a trigger.
 * Its problems are sentences for the sender and hold no text of the trigger beyond a short, escaped quotation.
 */
public final class UnacceptableSubmission extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> problems;

    public UnacceptableSubmission(List<Violation> problems) {
        super("the submission is not acceptable: " + problems.size() + " problem(s)");
        this.problems = List.copyOf(problems);
    }

    public UnacceptableSubmission(String element, String expected) {
        this(List.of(new Violation(element, expected)));
    }

    public static UnacceptableSubmission of(CapProblem problem) {
        return new UnacceptableSubmission(problem.violations());
    }

    public List<Violation> problems() {
        return problems;
    }

    /** All problems in one line, for the operator's list. */
    public String reason() {
        StringBuilder all = new StringBuilder();
        for (Violation problem : problems) {
            all.append(all.isEmpty() ? "" : "; ")
                    .append(problem.element())
                    .append(": ")
                    .append(problem.expected());
        }
        return all.length() <= 2000 ? all.toString() : all.substring(0, 2000) + "…";
    }
}
