package org.tocsin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;
import org.tocsin.intake.storms.Storms;

/** What the brake holds; a decision on all of a cause names the newest alert that was shown: {@code {"through": "…"}}. */
@RestController
class StormsController {
    private static final int PAGE = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Ids are strings, since JSON's numbers are not exact everywhere. */
    record Cause(
            String id,
            String source,
            String event,
            String beganAt,
            String lastAt,
            long passed,
            long held,
            long grouped,
            @Nullable String gravest,
            long waiting,
            @Nullable String newest) {}

    private final Storms storms;

    StormsController(Storms storms) {
        this.storms = storms;
    }

    @GetMapping("/api/storms")
    Map<String, Object> storms() {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("sources", storms.sources());
        answer.put(
                "causes",
                storms.causes(PAGE).stream().map(StormsController::shown).toList());
        return answer;
    }

    @PostMapping("/api/storms/{id}/{decision:release|reject}")
    ResponseEntity<Object> decide(
            @PathVariable String id,
            @PathVariable String decision,
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        Optional<Long> cause = Ids.parse(id);
        Optional<Long> through = through(body);
        if (cause.isEmpty()) {
            return Ids.unknown();
        }
        if (through.isEmpty()) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of(
                            "through", "the id of the newest alert that GET /api/storms showed of this cause"));
        }
        String operator = caller.principal().name();
        return ResponseEntity.ok(
                decision.equals("release")
                        ? storms.release(cause.get(), through.get(), operator)
                        : storms.reject(cause.get(), through.get(), operator));
    }

    private static Optional<Long> through(byte @Nullable [] body) {
        try {
            JsonNode through = body == null ? null : JSON.readTree(body).path("through");
            return through == null || !through.isTextual() ? Optional.empty() : Ids.parse(through.asText());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Cause shown(Storms.Cause c) {
        return new Cause(
                String.valueOf(c.id()),
                c.source(),
                c.event(),
                c.beganAt().toString(),
                c.lastAt().toString(),
                c.passed(),
                c.held(),
                c.grouped(),
                c.gravest() == null ? null : c.gravest().name(),
                c.waiting(),
                c.newest() == null ? null : String.valueOf(c.newest()));
    }
}
