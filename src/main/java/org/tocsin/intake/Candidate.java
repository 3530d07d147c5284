package org.tocsin.intake;

import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.ContentHash;
import org.tocsin.alert.Status;

/**
 * An alert that may be new.
 *
 * @param index of its item in the batch
 * @param incidentKey of the incident that raised it
 */
record Candidate(
        int index,
        Submission submission,
        Alert alert,
        String contentHash,
        @Nullable String incidentKey,
        Marks marks) {
    static Candidate of(int index, Submission submission, Alert alert, @Nullable String incidentKey) {
        return new Candidate(index, submission, alert, ContentHash.of(alert), incidentKey, Marks.NONE);
    }

    static Candidate of(int index, Submission submission, Trigger.Complete complete) {
        Alert alert = complete.alert();
        return new Candidate(index, submission, alert, ContentHash.of(alert), null, complete.marks());
    }

    /** Why a person should look before anybody is told what may be meant for others, or null. */
    @Nullable
    String undivided() {
        return submission.ours() || incidentKey != null || !Places.isUndivided(alert)
                ? null
                : "It has several infos in one language, for several places or times, and is not told in parts: send each"
                        + " as an alert of its own.";
    }

    Identity identity() {
        return Identity.of(alert);
    }

    /** Changes an earlier alert. What is not Actual never does. */
    boolean changesAnother() {
        return alert.status() == Status.Actual && changesAnother(alert);
    }

    /** Whether it says so: an Update, a Cancel, or an all-clear that names what it ends. */
    static boolean changesAnother(Alert alert) {
        return switch (alert.msgType()) {
            case Update, Cancel -> true;
            case Alert -> alert.isAllClear() && !alert.references().isEmpty();
            case Ack, Error -> false;
        };
    }
}
