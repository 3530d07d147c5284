package org.tocsin.intake.parked;

import java.time.Instant;
import org.springframework.stereotype.Component;
import org.tocsin.intake.Format;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;

/** What must not even be looked at: a serialised Java object can run code while it is read; and what is too large. */
@Component
public final class UnreadNormalizer implements Normalizer {
    @Override
    public Format format() {
        return Format.UNREAD;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        if (submission.attributes().containsKey(Submission.CUT)) {
            throw new UnacceptableSubmission(
                    "message",
                    "at most %,d bytes; of this one only the beginning was kept".formatted(Submission.MAX_BYTES));
        }
        throw new UnacceptableSubmission("message", "a text or bytes message; this one was kept unread");
    }
}
