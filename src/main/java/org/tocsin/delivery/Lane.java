package org.tocsin.delivery;

import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/** How urgent the work for an alert is: a lower number always goes first. */
public final class Lane {
    /** Lanes there are: 0 (Extreme, or Severe and Immediate) to 3 (all that waits longest). */
    public static final int COUNT = 4;

    /**
     * The last of the urgent ones: Extreme, Severe, and Moderate or unknown in haste. Part of the slots and of the people
     * of a day is kept for these.
     */
    public static final int URGENT = 1;

    private Lane() {}

    public static int of(Severity severity, Urgency urgency) {
        return switch (severity) {
            case Extreme -> 0;
            case Severe -> urgency == Urgency.Immediate ? 0 : 1;
            case Moderate -> urgency == Urgency.Immediate ? 1 : 2;
            // An unknown severity is not a small one.
            case Unknown -> urgency == Urgency.Immediate ? 1 : 2;
            case Minor -> 3;
        };
    }
}
