package org.tocsin.intake;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.alert.CapProblem;
import org.tocsin.alert.CapXml;

/** CAP 1.2 as XML. */
@Component
final class CapXmlNormalizer implements Normalizer {
    @Override
    public Format format() {
        return Format.CAP_XML;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        try {
            return new Trigger.Complete(CapXml.read(submission.payload()));
        } catch (CapProblem problem) {
            throw UnacceptableSubmission.of(problem);
        }
    }
}
