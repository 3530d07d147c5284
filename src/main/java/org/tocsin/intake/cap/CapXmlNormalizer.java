package org.tocsin.intake.cap;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapProblem;
import org.tocsin.alert.CapXml;
import org.tocsin.intake.Format;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Quoted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;

/** CAP as XML, also in an envelope, with or without a signature. */
@Component
public final class CapXmlNormalizer implements Normalizer {
    private final CapSignatures signatures;

    public CapXmlNormalizer(CapSignatures signatures) {
        this.signatures = signatures;
    }

    @Override
    public Format format() {
        return Format.CAP_XML;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        try {
            CapXml.Received received = CapXml.receive(submission.payload());
            Alert alert = received.alert();
            Marks marks = signatures.marks(alert, submission.payload(), received.signed());
            String envelope = received.envelopeStatus();
            // An Actual one in the envelope of a drill, or the other way round: one of the two is wrong.
            return new Trigger.Complete(
                    alert,
                    envelope == null || envelope.equals(alert.status().name())
                            ? marks
                            : marks.doubted("Its envelope says " + Quoted.of(envelope) + ", and itself "
                                    + alert.status() + "."));
        } catch (CapProblem problem) {
            throw UnacceptableSubmission.of(problem);
        }
    }
}
