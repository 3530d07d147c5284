package org.tocsin.alert;

import java.util.List;
import java.util.stream.Collectors;

/** A document that is not an acceptable CAP 1.2 alert. Its problems are sentences to show to the sender. */
public final class CapProblem extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param element where, as a path of CAP element names: {@code info[0].area[1].polygon}
     * @param expected what would have been right; never the sender's own text beyond a short, escaped quotation
     */
    public record Violation(String element, String expected) {}

    private final transient List<Violation> violations;

    public CapProblem(List<Violation> violations) {
        super(violations.stream().map(v -> v.element() + ": " + v.expected()).collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    public CapProblem(String element, String expected) {
        this(List.of(new Violation(element, expected)));
    }

    public List<Violation> violations() {
        return violations;
    }
}
