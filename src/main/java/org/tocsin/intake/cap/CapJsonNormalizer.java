package org.tocsin.intake.cap;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.CapProblem;
import org.tocsin.intake.Format;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;

/** The CAP words in JSON, for which there is no schema: a strict source may not write them. */
@Component
public final class CapJsonNormalizer implements Normalizer {
    private final CapSignatures signatures;
    private final CapSchemas schemas;

    public CapJsonNormalizer(CapSignatures signatures, CapSchemas schemas) {
        this.signatures = signatures;
        this.schemas = schemas;
    }

    @Override
    public Format format() {
        return Format.CAP_JSON;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        if (!submission.ours() && schemas.isStrict(submission.source())) {
            throw new UnacceptableSubmission(
                    "alert",
                    "CAP in XML: this source must be valid by a schema (tocsin.intake.cap-profiles), and there is none for JSON");
        }
        try {
            Alert alert = CapJson.read(submission.payload());
            // The hub's own are JSON, and nobody's signature.
            return new Trigger.Complete(alert, submission.ours() ? Marks.NONE : signatures.marks(alert, null, false));
        } catch (CapProblem problem) {
            throw UnacceptableSubmission.of(problem);
        }
    }
}
