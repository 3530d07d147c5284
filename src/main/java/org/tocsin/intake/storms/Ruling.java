package org.tocsin.intake.storms;

import org.jspecify.annotations.Nullable;
import org.tocsin.intake.alerts.Candidate;

/** What the storm governor makes of a new alert. */
public sealed interface Ruling {
    /** It goes its way. */
    record Passes() implements Ruling {}

    /** It waits for a person, with others of that cause. */
    record Held(long causeId, String why) implements Ruling {}

    /**
     * It becomes no alert of its own.
     *
     * @param alertId that says the same; null where {@code by}, of this very batch, will have one, or nobody is told
     */
    record Told(@Nullable Long alertId, @Nullable Candidate by, String why) implements Ruling {}
}
