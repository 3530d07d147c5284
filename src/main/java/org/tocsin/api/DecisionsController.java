package org.tocsin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.admission.Decisions;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;

/** A person decides; the body names the content that was decided on: {@code {"hash": "…"}}. */
@RestController
class DecisionsController {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Decisions decisions;

    DecisionsController(Decisions decisions) {
        this.decisions = decisions;
    }

    @PostMapping("/api/alerts/{id}/{decision:release|reject|cancel}")
    ResponseEntity<Object> decide(
            @PathVariable String id,
            @PathVariable String decision,
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        String hash = hash(body);
        Optional<Long> alertId = Ids.parse(id);
        if (alertId.isEmpty()) {
            return Ids.unknown();
        }
        if (hash == null) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of("hash", "the hash that GET /api/alerts/{id} showed"));
        }
        String operator = caller.principal().name();
        Decisions.Result result =
                switch (decision) {
                    case "release" -> decisions.release(alertId.get(), hash, operator);
                    case "reject" -> decisions.reject(alertId.get(), hash, operator);
                    default -> decisions.cancel(alertId.get(), hash, operator);
                };
        if (result instanceof Decisions.Result.Done done) {
            Map<String, String> answer = new LinkedHashMap<>();
            answer.put("id", id);
            answer.put("state", done.state().name());
            if (done.toldBy() != null) {
                answer.put("cancel", String.valueOf(done.toldBy()));
            }
            return ResponseEntity.ok(answer);
        }
        return result instanceof Decisions.Result.Refused refused
                ? ResponseEntity.status(409).body(Problems.of("hash", refused.sentence()))
                : Ids.unknown();
    }

    private static @Nullable String hash(byte @Nullable [] body) {
        try {
            JsonNode hash = body == null ? null : JSON.readTree(body).path("hash");
            return hash == null || !hash.isTextual() ? null : hash.asText();
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail");
        }
    }
}
