package org.tocsin.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.cost.Cost;
import org.tocsin.cost.Estimate;
import org.tocsin.cost.Estimates;
import org.tocsin.cost.Spending;
import org.tocsin.delivery.Outlook;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.accept.Rehearsed;
import org.tocsin.intake.http.HttpAnswer;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;
import org.tocsin.message.FrozenMessage;

/** What an alert would do and cost, and what one has cost. Counts, never anybody's data. */
@RestController
class CostController {
    private final Intake intake;
    private final Estimates estimates;
    private final Spending spending;

    /** A million people are seconds of a processor: whoever asks again and again must not take them all. */
    private final Semaphore turn = new Semaphore(1);

    CostController(Intake intake, Estimates estimates, Spending spending) {
        this.intake = intake;
        this.estimates = estimates;
        this.spending = spending;
    }

    /** @param estimate null where nobody is to be told, or where that is made out when a person releases it */
    record Plan(List<Fate> alerts, @Nullable Estimate estimate) {}

    /** @param state of {@link AlertState}, or KNOWN, GROUPED, SILENT: it would become no alert of its own */
    record Fate(String state, @Nullable String reason) {}

    @PostMapping("/api/alerts/plan")
    ResponseEntity<Object> plan(
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestHeader(name = "Content-Type", required = false) @Nullable String contentType,
            @RequestBody(required = false) byte @Nullable [] body)
            throws UnacceptableSubmission {
        Format format = AlertsController.format(contentType);
        if (format == null) {
            return AlertsController.unsupported();
        }
        byte[] payload = body == null ? new byte[0] : body;
        // Without the Idempotency-Key: that belongs to what is really handed in.
        Submission submission = new Submission(Submission.API, format, payload, Map.of(), caller.principal(), null);
        return inTurn(() -> answer(intake.rehearse(submission)));
    }

    @GetMapping("/api/alerts/{id}/cost")
    ResponseEntity<Object> cost(@PathVariable String id) throws UnacceptableSubmission {
        return inTurn(() -> {
            Optional<Cost> cost = Ids.parse(id).flatMap(spending::of);
            return cost.<ResponseEntity<Object>>map(ResponseEntity::ok).orElseGet(Ids::unknown);
        });
    }

    /** Work that may refuse what it was given. */
    private interface Work {
        ResponseEntity<Object> answer() throws UnacceptableSubmission;
    }

    private ResponseEntity<Object> inTurn(Work work) throws UnacceptableSubmission {
        if (!turn.tryAcquire()) {
            return busy();
        }
        try {
            return work.answer();
        } finally {
            turn.release();
        }
    }

    private static ResponseEntity<Object> busy() {
        return ResponseEntity.status(503)
                .header("Retry-After", String.valueOf(HttpAnswer.RETRY_SECONDS))
                .body(Problems.of(
                        "hub",
                        "no other estimate or cost being reckoned: come back in " + HttpAnswer.RETRY_SECONDS + " s"));
    }

    private ResponseEntity<Object> answer(Rehearsed rehearsed) {
        IntakeResult result = rehearsed.result();
        if (result instanceof IntakeResult.Duplicate known) {
            return ResponseEntity.ok(none("KNOWN", "It is here as alert " + known.id() + ", " + known.state() + "."));
        }
        if (result instanceof IntakeResult.Grouped grouped) {
            return ResponseEntity.ok(none("GROUPED", grouped.why()));
        }
        if (result instanceof IntakeResult.Silent silent) {
            return ResponseEntity.ok(none("SILENT", silent.why()));
        }
        if (!(result instanceof IntakeResult.Accepted)) {
            return Ids.answer(result);
        }
        List<Fate> fates = rehearsed.alerts().stream()
                .map(part -> new Fate(part.state().name(), part.reason()))
                .toList();
        List<Estimates.Draft> drafts = rehearsed.alerts().stream()
                .filter(CostController::isToBeSent)
                .map(CostController::draft)
                .toList();
        return ResponseEntity.ok(new Plan(fates, drafts.isEmpty() ? null : estimates.of(drafts)));
    }

    private static Plan none(String state, String reason) {
        return new Plan(List.of(new Fate(state, reason)), null);
    }

    /** At once, or once a person has said so. */
    private static boolean isToBeSent(Rehearsed.Part part) {
        return switch (part.state()) {
            case PLANNING, SENDING, HELD, PENDING_APPROVAL -> part.message() != null && part.ladder() != null;
            case RECORDED, DONE, REJECTED, CANCELLED, SUPERSEDED, EXPIRED -> false;
        };
    }

    private static Estimates.Draft draft(Rehearsed.Part part) {
        return new Estimates.Draft(
                new Outlook.Terms(
                        part.audience(), Objects.requireNonNull(part.ladder()), part.onlyReached(), part.follows()),
                FrozenMessage.fromJson(Objects.requireNonNull(part.message()).getBytes(StandardCharsets.UTF_8)),
                part.lane());
    }
}
