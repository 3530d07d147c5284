package org.tocsin.intake;

/** Where a trigger is handed in, for those inside the intake who hand in something once more. */
public interface Door {
    /**
     * @throws UnacceptableSubmission when it can never become an alert; nothing is stored
     * @throws IntakeUnavailable when it cannot be committed now; the same may be handed in again
     */
    IntakeResult accept(Submission submission) throws UnacceptableSubmission;
}
