package org.tocsin.api;

import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.tocsin.intake.IntakeResult;

/** The answer to one submission. Ids are strings, since JSON's numbers are not exact everywhere. */
final class Answers {
    /** @param reason a sentence, where there is something to say */
    record Taken(String id, String identifier, String state, @Nullable String reason) {}

    record Nothing(String state, String reason) {}

    private Answers() {}

    static ResponseEntity<Object> of(IntakeResult result) {
        if (result instanceof IntakeResult.Accepted a) {
            return ResponseEntity.accepted()
                    .body(new Taken(String.valueOf(a.id()), a.identifier(), a.state().name(), a.reason()));
        }
        if (result instanceof IntakeResult.Duplicate d) {
            return ResponseEntity.ok(
                    new Taken(String.valueOf(d.id()), d.identifier(), d.state().name(), null));
        }
        if (result instanceof IntakeResult.Conflict c) {
            return ResponseEntity.status(409).body(Problems.of("identifier", c.reason()));
        }
        if (result instanceof IntakeResult.NotAllowed n) {
            return ResponseEntity.status(403).body(Problems.of("sender", n.sentence()));
        }
        if (result instanceof IntakeResult.Parked p) {
            return ResponseEntity.unprocessableEntity().body(new Problems(p.problems()));
        }
        return ResponseEntity.ok(new Nothing("SILENT", ((IntakeResult.Silent) result).why()));
    }
}
