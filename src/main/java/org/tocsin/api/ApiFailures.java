package org.tocsin.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.tocsin.intake.Fault;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.UnacceptableSubmission;

/** What the controllers of this package throw, as answers. */
@RestControllerAdvice(assignableTypes = {AlertsController.class, DecisionsController.class, ParkedController.class})
class ApiFailures {
    private static final Logger LOG = LoggerFactory.getLogger(ApiFailures.class);

    @ExceptionHandler
    ResponseEntity<Problems> unacceptable(UnacceptableSubmission poison) {
        return ResponseEntity.unprocessableEntity().body(new Problems(poison.problems()));
    }

    @ExceptionHandler
    ResponseEntity<Problems> unavailable(IntakeUnavailable failure) {
        return later();
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<Problems> databaseAway(RuntimeException failure) {
        LOG.warn("a request could not be answered: {}", Fault.describe(failure));
        return later();
    }

    private static ResponseEntity<Problems> later() {
        return ResponseEntity.status(503)
                .header("Retry-After", String.valueOf(ApiGate.RETRY_SECONDS))
                .body(Problems.of("hub", "a ledger that can commit: come back in " + ApiGate.RETRY_SECONDS + " s"));
    }
}
