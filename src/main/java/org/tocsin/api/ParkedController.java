package org.tocsin.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.HttpCaller;
import org.tocsin.intake.Intake;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Parking;
import org.tocsin.intake.UnacceptableSubmission;

/** Triggers that could not become an alert. */
@RestController
class ParkedController {
    private static final int PAGE = 100;

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
    Map<String, List<Shown>> list(@RequestParam(required = false) @Nullable String before) {
        Long from = before == null ? null : Ids.parse(before).orElse(null);
        return Map.of(
                "parked",
                parking.list(from, PAGE).stream().map(ParkedController::shown).toList());
    }

    /** As the operator who asks for it; answers as if it had come just now. */
    @PostMapping("/api/parked/{id}/replay")
    ResponseEntity<Object> replay(
            @PathVariable String id, @RequestAttribute("org.tocsin.intake.HttpCaller") HttpCaller caller)
            throws UnacceptableSubmission {
        Optional<Long> parkedId = Ids.parse(id);
        IntakeResult result = parkedId.isEmpty() ? null : intake.replay(parkedId.get(), caller.principal());
        return result == null ? Ids.unknown() : Ids.answer(result);
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
