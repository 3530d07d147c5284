package org.tocsin.intake.alerts;

import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.ContentHash;
import org.tocsin.alert.MsgType;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.cap.Places;
import org.tocsin.intake.cap.TestMarks;

/**
 * An alert that may be new.
 *
 * @param index of its item in the batch
 * @param incidentKey of the incident that raised it
 * @param partOf the identifier of the Update of which it is one place or time, or null
 */
public record Candidate(
        int index,
        Submission submission,
        Alert alert,
        String contentHash,
        @Nullable String incidentKey,
        Marks marks,
        @Nullable String partOf) {
    public static Candidate of(int index, Submission submission, Alert alert, @Nullable String incidentKey) {
        return new Candidate(index, submission, alert, ContentHash.of(alert), incidentKey, Marks.NONE, null);
    }

    /** @param complete the trigger of that part */
    public static Candidate of(int index, Parts.Part part, Trigger.Complete complete) {
        Alert alert = complete.alert();
        return new Candidate(
                index, part.submission(), alert, ContentHash.of(alert), null, complete.marks(), part.partOf());
    }

    /** Why a person should look before anybody is told what may be meant for others, or null. */
    @Nullable
    public String undivided() {
        boolean taken = submission.ours() || incidentKey != null || alert.msgType() == MsgType.Cancel;
        return taken || !Places.isUndivided(alert)
                ? null
                : "It has several infos in one language, for several places or times, and is not told in parts: send each"
                        + " as an alert of its own.";
    }

    /** Why its own words contradict its status, or null. Those of the whole that it is a part of are in the marks. */
    @Nullable
    public String testMark() {
        // A notice to the duty group may quote the event of a test.
        return submission.ours() ? null : TestMarks.contradiction(alert);
    }

    public Identity identity() {
        return Identity.of(alert);
    }

    /** Changes an earlier alert of its kind: a real one those that are real, an exercise exercises, and no other any. */
    public boolean changesAnother() {
        return switch (alert.status()) {
            case Actual, Exercise -> changesAnother(alert);
            case System, Test, Draft -> false;
        };
    }

    /** Whether it says so: an Update, a Cancel, or an all-clear that names what it ends. */
    public static boolean changesAnother(Alert alert) {
        return switch (alert.msgType()) {
            case Update, Cancel -> true;
            case Alert -> alert.isAllClear() && !alert.references().isEmpty();
            case Ack, Error -> false;
        };
    }
}
