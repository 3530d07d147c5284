package org.tocsin.duty;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Digests;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;

/** Hands in the digests of people over their fatigue budget: each is an alert like any other, with a ladder of its own. */
@Component
public class DigestDesk extends WorkingBean {
    private static final Logger log = LoggerFactory.getLogger(DigestDesk.class);
    private static final Principal HUB = new Principal(Submission.DIGEST, Role.OPERATOR, null);

    private final Digests digests;
    private final Intake intake;
    private final DigestText text;

    DigestDesk(Digests digests, Intake intake, DutySettings settings) {
        super("digest-desk");
        this.digests = digests;
        this.intake = intake;
        this.text = new DigestText(settings.sender());
    }

    @Override
    protected void round() throws InterruptedException {
        digests.settle();
        digests.gather(DigestText.NAMED, text::compose);
        boolean failed = false;
        for (Digests.Pending pending : digests.pending()) {
            failed |= !handIn(pending);
        }
        Thread.sleep(failed ? 5_000 : 500);
    }

    /** One that cannot be handed in does not hold up the others; it stays, and is tried again. */
    private boolean handIn(Digests.Pending pending) {
        Submission submission = new Submission(Submission.DIGEST, Format.CAP_JSON, pending.cap(), Map.of(), HUB, null);
        IntakeResult result;
        try {
            result = intake.accept(submission);
        } catch (UnacceptableSubmission e) {
            log.error("digest {} is no acceptable alert; its people are not told", pending.digestId());
            return false;
        }
        if (result instanceof IntakeResult.Accepted accepted) {
            digests.made(pending.digestId(), accepted.id());
            if (accepted.state() != AlertState.PLANNING) {
                log.error("digest {} is {}: {}", pending.digestId(), accepted.state(), accepted.reason());
            }
            return true;
        }
        if (result instanceof IntakeResult.Duplicate duplicate) {
            digests.made(pending.digestId(), duplicate.id());
            return true;
        }
        log.error(
                "digest {} was not accepted ({}); its people are not told",
                pending.digestId(),
                result.getClass().getSimpleName());
        return false;
    }
}
