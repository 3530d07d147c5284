package org.tocsin.intake.cap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapProblem;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.alert.CapXml;
import org.tocsin.intake.Format;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Quoted;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;

/**
 * CAP as XML, also in an envelope, with or without a signature; what its schema says of it decides by the profile of its
 * source.
 */
@Component
public final class CapXmlNormalizer implements Normalizer {
    private final CapSignatures signatures;
    private final CapSchemas schemas;

    public CapXmlNormalizer(CapSignatures signatures, CapSchemas schemas) {
        this.signatures = signatures;
        this.schemas = schemas;
    }

    @Override
    public Format format() {
        return Format.CAP_XML;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        SchemaReport report = schemas.report(submission.source(), submission.payload());
        boolean refused = schemas.isStrict(submission.source()) && report.verdict() != SchemaReport.Verdict.VALID;
        Marks.Signature signature = null;
        List<Violation> violations = new ArrayList<>();
        try {
            Trigger.Complete alert = alert(submission, report);
            if (!refused) {
                return alert;
            }
            signature = alert.marks().signature();
        } catch (CapProblem problem) {
            violations.addAll(problem.violations());
        }
        if (refused) {
            violations.addAll(CapSchemas.violations(report, signature));
        }
        throw new UnacceptableSubmission(violations);
    }

    private Trigger.Complete alert(Submission submission, SchemaReport report) throws CapProblem {
        CapXml.Received received = CapXml.receive(submission.payload());
        Alert alert = received.alert();
        Marks marks =
                signatures.marks(alert, submission.payload(), received.signed()).with(report);
        String envelope = received.envelopeStatus();
        // An Actual one in the envelope of a drill, or the other way round: one of the two is wrong.
        return new Trigger.Complete(
                alert,
                envelope == null || envelope.equals(alert.status().name())
                        ? marks
                        : marks.doubted(
                                "Its envelope says " + Quoted.of(envelope) + ", and itself " + alert.status() + "."));
    }
}
