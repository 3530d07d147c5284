package org.tocsin.intake.alerts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.ledger.NewNotices;

/**
 * How a new alert begins.
 *
 * @param reason a sentence for the operator, or null
 * @param audience frozen, as JSON; null when nobody is to be told anyway, as are message and ladder
 * @param cancelMessage what its Cancel will say, as JSON; null where there will be none
 * @param notices kinds of notices that the duty group gets at once
 */
public record Verdict(
        AlertState state,
        @Nullable String reason,
        Instant expires,
        @Nullable String audience,
        @Nullable String message,
        @Nullable String cancelMessage,
        @Nullable String ladder,
        List<String> notices) {

    public static Verdict recorded(Instant expires, @Nullable String reason) {
        return new Verdict(AlertState.RECORDED, reason, expires, null, null, null, null, List.of());
    }

    /** Held, for this reason first; the duty group learns of it at once. */
    public Verdict held(String why) {
        return new Verdict(
                AlertState.HELD,
                joined(why, reason),
                expires,
                audience,
                message,
                cancelMessage,
                ladder,
                List.of(NewNotices.HELD));
    }

    /** The same without a notice of its own. */
    public Verdict quietly() {
        return new Verdict(state, reason, expires, audience, message, cancelMessage, ladder, List.of());
    }

    /** @param cancelId of the Cancel that came before this alert, or null */
    public Verdict cancelledBy(@Nullable Long cancelId) {
        if (cancelId == null || state == AlertState.RECORDED) {
            return this;
        }
        String why = "It was cancelled before it came, by alert " + cancelId + ".";
        return new Verdict(AlertState.CANCELLED, why, expires, audience, message, cancelMessage, ladder, List.of());
    }

    private static String joined(String first, @Nullable String second) {
        return second == null ? first : first + " " + second;
    }
}
