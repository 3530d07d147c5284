package org.tocsin.alert;

import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong with a document, so that its sender can mend it in one go. */
final class Violations {
    private final List<CapProblem.Violation> found = new ArrayList<>();
    private int count;

    void add(String path, String expected) {
        count++;
        if (found.size() < CapLimits.MAX_VIOLATIONS) {
            found.add(new CapProblem.Violation(path.isEmpty() ? "alert" : path, expected));
        }
    }

    void throwIfAny() throws CapProblem {
        if (count > found.size()) {
            found.add(new CapProblem.Violation(
                    "alert", "%d more problems are not shown".formatted(count - found.size())));
        }
        if (count > 0) {
            throw new CapProblem(found);
        }
    }
}
