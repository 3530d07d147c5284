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
import org.tocsin.intake.http.HttpAnswer;
import org.tocsin.intake.http.HttpAnswer.Problems;

/** What the controllers of this package throw, as answers. */
@RestControllerAdvice(
        assignableTypes = {
            AlertsController.class,
            CostController.class,
            DecisionsController.class,
            ParkedController.class
        })
class ApiFailures {
    private static final Logger LOG = LoggerFactory.getLogger(ApiFailures.class);

    @ExceptionHandler
    ResponseEntity<Problems> unacceptable(UnacceptableSubmission poison) {
        return ResponseEntity.unprocessableEntity().body(new Problems(poison.problems()));
    }

    @ExceptionHandler
    ResponseEntity<Object> unavailable(IntakeUnavailable failure) {
        return later();
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<Object> databaseAway(RuntimeException failure) {
        LOG.warn("a request could not be answered: {}", Fault.describe(failure));
        return later();
    }

    private static ResponseEntity<Object> later() {
        HttpAnswer answer = HttpAnswer.unavailable();
        return ResponseEntity.status(answer.status())
                .header("Retry-After", String.valueOf(HttpAnswer.RETRY_SECONDS))
                .body(answer.body());
    }
}
