package org.tocsin.intake.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.IntakeResult;

/**
 * An HTTP answer to one submission, the same wherever HTTP comes in.
 *
 * @param body for JSON
 */
public record HttpAnswer(int status, Object body) {
    /** For {@code Retry-After}, in seconds. */
    public static final int RETRY_SECONDS = 5;

    /** Ids are strings, since JSON's numbers are not exact everywhere; null where it is counted only. */
    public record Taken(
            @Nullable String id,
            String identifier,
            String state,
            @Nullable String reason) {}

    /** It raised no alert, and that is right. */
    public record Nothing(String state, String reason) {}

    /** The body of every answer that is not a success. */
    public record Problems(List<Violation> problems) {
        public static Problems of(String element, String expected) {
            return new Problems(List.of(new Violation(element, expected)));
        }
    }

    public static HttpAnswer of(IntakeResult result) {
        if (result instanceof IntakeResult.Accepted a) {
            return new HttpAnswer(
                    202,
                    new Taken(String.valueOf(a.id()), a.identifier(), a.state().name(), a.reason()));
        }
        if (result instanceof IntakeResult.Duplicate d) {
            return new HttpAnswer(
                    200,
                    new Taken(String.valueOf(d.id()), d.identifier(), d.state().name(), null));
        }
        if (result instanceof IntakeResult.Grouped g) {
            return new HttpAnswer(
                    200, new Taken(g.id() == null ? null : String.valueOf(g.id()), g.identifier(), "GROUPED", g.why()));
        }
        if (result instanceof IntakeResult.Conflict c) {
            return new HttpAnswer(409, Problems.of("identifier", c.reason()));
        }
        if (result instanceof IntakeResult.NotAllowed n) {
            return new HttpAnswer(403, Problems.of("sender", n.sentence()));
        }
        if (result instanceof IntakeResult.Parked p) {
            return new HttpAnswer(422, new Problems(p.problems()));
        }
        return new HttpAnswer(200, new Nothing("SILENT", ((IntakeResult.Silent) result).why()));
    }

    /** Nothing was taken; the same may come again. */
    public static HttpAnswer unavailable() {
        return new HttpAnswer(
                503, Problems.of("hub", "a ledger that can commit: come back in " + RETRY_SECONDS + " s"));
    }
}
