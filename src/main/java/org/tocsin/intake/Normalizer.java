package org.tocsin.intake;

/** Reads one format. Pure: no clock beyond its parameter, no store, so that a repetition gives the same. */
public interface Normalizer {
    Format format();

    /** @throws UnacceptableSubmission when these bytes can never become an alert, however often they are tried */
    Trigger normalise(Submission submission, java.time.Instant now) throws UnacceptableSubmission;

    /** Whether it, and no other of its format, is for this submission. */
    default boolean claims(Submission submission) {
        return false;
    }

    /** Whether it is for nothing else. */
    default boolean onlyWhatItClaims() {
        return false;
    }
}
