package org.tocsin.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.Format;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;

/** Alerts in, and what became of them. */
@RestController
class AlertsController {
    private static final Map<String, Format> FORMATS =
            Map.of("application/cap+xml", Format.CAP_XML, "application/json", Format.CAP_JSON);
    private static final int MAX_PAGE = 1_000;

    private final Intake intake;
    private final AlertView view;

    AlertsController(Intake intake, AlertView view) {
        this.intake = intake;
        this.view = view;
    }

    @PostMapping("/api/alerts")
    ResponseEntity<Object> accept(
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestHeader(name = "Content-Type", required = false) @Nullable String contentType,
            @RequestBody(required = false) byte @Nullable [] body)
            throws UnacceptableSubmission {
        Format format = format(contentType);
        if (format == null) {
            return unsupported();
        }
        byte[] payload = body == null ? new byte[0] : body;
        return Ids.answer(intake.accept(new Submission(
                Submission.API, format, payload, Map.of(), caller.principal(), caller.idempotencyKey())));
    }

    @GetMapping("/api/alerts/{id}")
    ResponseEntity<Object> alert(@PathVariable String id) {
        Optional<AlertView.Summary> summary = Ids.parse(id).flatMap(view::summary);
        return summary.<ResponseEntity<Object>>map(ResponseEntity::ok).orElseGet(Ids::unknown);
    }

    @GetMapping("/api/alerts/{id}/deliveries")
    ResponseEntity<Object> deliveries(
            @PathVariable String id,
            @RequestParam(defaultValue = "0") String after,
            @RequestParam(defaultValue = "100") String limit) {
        Optional<Long> alertId = Ids.parse(id).filter(view::exists);
        Optional<Long> from = Ids.parse(after);
        Optional<Long> size = Ids.parse(limit).filter(n -> n >= 1 && n <= MAX_PAGE);
        if (alertId.isEmpty()) {
            return Ids.unknown();
        }
        if (from.isEmpty() || size.isEmpty()) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of("limit", "after as an answer said it, and a limit from 1 to " + MAX_PAGE));
        }
        List<AlertView.Attempt> page =
                view.deliveries(alertId.get(), from.get(), size.get().intValue());
        return ResponseEntity.ok(new AlertView.Page(
                page,
                page.size() < size.get() ? null : page.get(page.size() - 1).id()));
    }

    static ResponseEntity<Object> unsupported() {
        return ResponseEntity.status(415).body(Problems.of("Content-Type", "application/cap+xml or application/json"));
    }

    static @Nullable Format format(@Nullable String contentType) {
        try {
            MediaType type = contentType == null ? null : MediaType.parseMediaType(contentType);
            return type == null ? null : FORMATS.get(type.getType() + "/" + type.getSubtype());
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }
}
