package org.tocsin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;
import org.tocsin.intake.parked.Parking;

/** Triggers that could not become an alert. */
@RestController
class ParkedController {
    private static final int PAGE = 100;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param start the first characters, made harmless */
    record Shown(
            String id,
            String source,
            String format,
            String submittedBy,
            String receivedAt,
            String reason,
            String start) {}

    private final Parking parking;
    private final Intake intake;

    ParkedController(Parking parking, Intake intake) {
        this.parking = parking;
        this.intake = intake;
    }

    @GetMapping("/api/parked")
    Map<String, List<Shown>> list(
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String source) {
        Long from = before == null ? null : Ids.parse(before).orElse(null);
        return Map.of(
                "parked",
                parking.list(from, source, PAGE).stream()
                        .map(ParkedController::shown)
                        .toList());
    }

    /** As the operator who asks for it; answers as if it had come just now. */
    @PostMapping("/api/parked/{id}/replay")
    ResponseEntity<Object> replay(
            @PathVariable String id, @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller)
            throws UnacceptableSubmission {
        Optional<Long> parkedId = Ids.parse(id);
        IntakeResult result = parkedId.isEmpty() ? null : intake.replay(parkedId.get(), caller.principal());
        return result == null ? Ids.unknown() : Ids.answer(result);
    }

    /**
     * All of one source, {@code {"source": "jms-incidents"}}; with {@code reason}, only those with exactly that one. What
     * is poison still stays parked. {@code next} of the answer is the {@code after} to go on with; without it, that was
     * all.
     */
    @PostMapping("/api/parked/replay")
    ResponseEntity<Object> replayAll(
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        JsonNode wanted = object(body);
        Optional<Long> after = Ids.parse(wanted.path("after").asText("0"));
        if (!wanted.path("source").isTextual() || after.isEmpty()) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of("source", "the source whose parked triggers are to be replayed"));
        }
        Intake.Replayed replayed = intake.replayAll(
                wanted.path("source").asText(),
                wanted.path("reason").isTextual() ? wanted.path("reason").asText() : null,
                after.get(),
                caller.principal());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("replayed", replayed.replayed());
        answer.put("parked", replayed.parked());
        answer.put("next", replayed.next() == null ? null : String.valueOf(replayed.next()));
        return ResponseEntity.ok(answer);
    }

    private static JsonNode object(byte @Nullable [] body) {
        try {
            JsonNode read = body == null ? null : JSON.readTree(body);
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static Shown shown(Parking.Parked parked) {
        return new Shown(
                String.valueOf(parked.id()),
                parked.source(),
                parked.format().name(),
                parked.submittedBy(),
                parked.receivedAt().toString(),
                parked.reason(),
                parked.start());
    }
}
