package org.tocsin.delivery;

import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/**
 * How urgent the work for an alert is: a lower number always goes first. What is Extreme waits for nothing else, and what
 * is Severe for nothing but that, however little urgent it is.
 *
 * <table>
 * <caption>lanes</caption>
 * <tr><td>0</td><td>Extreme</td></tr>
 * <tr><td>1, 2</td><td>Severe: Immediate, all other</td></tr>
 * <tr><td>3, 4</td><td>Moderate or Unknown: Immediate, all other</td></tr>
 * <tr><td>5</td><td>Minor, and exercises</td></tr>
 * </table>
 *
 * Rows carry these numbers. Who changes what one means maps those of the alerts that are under way by a migration.
 */
public final class Lane {
    public static final int COUNT = 6;

    /**
     * The last of those that hold Extreme and Severe alone. Part of the slots, of the calls and of the people of a day is
     * kept for these, so that nothing else can take the last one; they are never held back for being too many.
     */
    public static final int URGENT = 2;

    private Lane() {}

    public static int of(Severity severity, Urgency urgency) {
        return switch (severity) {
            case Extreme -> 0;
            case Severe -> urgency == Urgency.Immediate ? 1 : 2;
            // An unknown severity is not a small one.
            case Moderate, Unknown -> urgency == Urgency.Immediate ? 3 : 4;
            case Minor -> 5;
        };
    }
}
