package org.tocsin.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.delivery.LedgerHold;
import org.tocsin.delivery.LedgerHold.Unsent;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;

/** An older state of the database was put back: a person looks, and says what happens with what it calls unsent. */
@RestController
class HoldController {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LedgerHold hold;

    HoldController(LedgerHold hold) {
        this.hold = hold;
    }

    @GetMapping("/api/hold")
    Map<String, Object> show() {
        return hold.inForce()
                .<Map<String, Object>>map(h -> Map.of(
                        "held",
                        true,
                        "since",
                        h.since().toString(),
                        "lastAlert",
                        h.lastAlert(),
                        "unfinishedAlerts",
                        h.alerts()))
                .orElse(Map.of("held", false));
    }

    @PostMapping("/api/hold/release")
    ResponseEntity<Object> release(
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        Unsent unsent = unsent(body);
        if (unsent == null) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of(
                            "unsent", "drop or send: what happens to the unfinished alerts of GET /api/hold"));
        }
        return hold.release(unsent, caller.principal().name())
                .<ResponseEntity<Object>>map(
                        alerts -> ResponseEntity.ok(Map.of("unsent", word(unsent), "alerts", alerts)))
                .orElseGet(() -> ResponseEntity.status(409).body(Problems.of("hold", "nothing is held")));
    }

    private static @Nullable Unsent unsent(byte @Nullable [] body) {
        try {
            String word = body == null ? "" : JSON.readTree(body).path("unsent").asText();
            for (Unsent unsent : Unsent.values()) {
                if (word(unsent).equals(word)) {
                    return unsent;
                }
            }
            return null;
        } catch (IOException notJson) {
            return null;
        }
    }

    private static String word(Unsent unsent) {
        return unsent.name().toLowerCase(Locale.ROOT);
    }
}
