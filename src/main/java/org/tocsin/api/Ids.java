package org.tocsin.api;

import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.http.HttpAnswer;
import org.tocsin.intake.http.HttpAnswer.Problems;

/** Ids as callers write them, and what is answered with one. */
final class Ids {
    private Ids() {}

    static Optional<Long> parse(String id) {
        return id.matches("\\d{1,18}") ? Optional.of(Long.parseLong(id)) : Optional.empty();
    }

    static ResponseEntity<Object> unknown() {
        return ResponseEntity.status(404).body(Problems.of("id", "the id of something that is here"));
    }

    static ResponseEntity<Object> answer(IntakeResult result) {
        HttpAnswer answer = HttpAnswer.of(result);
        return ResponseEntity.status(answer.status()).body(answer.body());
    }
}
