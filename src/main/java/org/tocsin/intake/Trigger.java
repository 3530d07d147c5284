package org.tocsin.intake;

import org.tocsin.alert.Alert;

/** What a submission says, once it is readable. */
public sealed interface Trigger permits Trigger.Complete, Reading {

    /** It is an alert already. */
    record Complete(Alert alert) implements Trigger {}
}
