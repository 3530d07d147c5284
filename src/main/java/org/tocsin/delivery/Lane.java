package org.tocsin.delivery;

import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/** How urgent the work for an alert is: a lower number always goes first. */
public final class Lane {
    /**
     * Lanes there are: 0 (Extreme, which waits for nothing else), 1 (Severe and Immediate) to 4 (all that waits longest). An
     * alert that is under way keeps the number that it was given, also by an earlier version.
     */
    public static final int COUNT = 5;

    /** The last of those that hold Extreme and Severe alone. */
    static final int GRAVE = 1;

    /**
     * The last of the urgent ones: Extreme, Severe, and Moderate or unknown in haste. Part of the slots and of the people
     * of a day is kept for these.
     */
    public static final int URGENT = 2;

    private Lane() {}

    public static int of(Severity severity, Urgency urgency) {
        return switch (severity) {
            case Extreme -> 0;
            case Severe -> urgency == Urgency.Immediate ? 1 : 2;
            case Moderate -> urgency == Urgency.Immediate ? 2 : 3;
            // An unknown severity is not a small one.
            case Unknown -> urgency == Urgency.Immediate ? 2 : 3;
            case Minor -> 4;
        };
    }
}
