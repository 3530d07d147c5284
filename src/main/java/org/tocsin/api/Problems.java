package org.tocsin.api;

import java.util.List;
import org.tocsin.alert.CapProblem.Violation;

/** The body of every answer that is not a success. */
record Problems(List<Violation> problems) {
    static Problems of(String element, String expected) {
        return new Problems(List.of(new Violation(element, expected)));
    }
}
