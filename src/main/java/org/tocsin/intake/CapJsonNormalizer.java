package org.tocsin.intake;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.CapProblem;

/** The CAP words in JSON. */
@Component
final class CapJsonNormalizer implements Normalizer {
    private final CapSignatures signatures;

    CapJsonNormalizer(CapSignatures signatures) {
        this.signatures = signatures;
    }

    @Override
    public Format format() {
        return Format.CAP_JSON;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        try {
            Alert alert = CapJson.read(submission.payload());
            // The hub's own are JSON, and nobody's signature.
            return new Trigger.Complete(alert, submission.ours() ? Marks.NONE : signatures.marks(alert, null, false));
        } catch (CapProblem problem) {
            throw UnacceptableSubmission.of(problem);
        }
    }
}
