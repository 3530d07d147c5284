package org.tocsin.intake;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.CapProblem;

/** The CAP words in JSON. */
@Component
final class CapJsonNormalizer implements Normalizer {
    @Override
    public Format format() {
        return Format.CAP_JSON;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        try {
            return new Trigger.Complete(CapJson.read(submission.payload()));
        } catch (CapProblem problem) {
            throw UnacceptableSubmission.of(problem);
        }
    }
}
