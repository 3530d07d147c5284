package org.tocsin.intake;

import java.time.Instant;
import org.springframework.stereotype.Component;

/** What must not even be looked at: a serialised Java object can run code while it is read. */
@Component
final class UnreadNormalizer implements Normalizer {
    @Override
    public Format format() {
        return Format.UNREAD;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        throw new UnacceptableSubmission("message", "a text or bytes message; this one was kept unread");
    }
}
