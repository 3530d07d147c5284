package org.tocsin.api;

import java.util.Optional;
import org.springframework.http.ResponseEntity;

/** Ids as callers write them. */
final class Ids {
    private Ids() {}

    static Optional<Long> parse(String id) {
        return id.matches("\\d{1,18}") ? Optional.of(Long.parseLong(id)) : Optional.empty();
    }

    static ResponseEntity<Object> unknown() {
        return ResponseEntity.status(404).body(Problems.of("id", "the id of something that is here"));
    }
}
