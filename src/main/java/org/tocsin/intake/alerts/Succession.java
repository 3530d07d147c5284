package org.tocsin.intake.alerts;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a new alert stands to earlier ones.
 *
 * @param supersedes the first alert that it names, or null
 * @param follows the alerts whose people it tells; empty for none, or while it waits for a decision
 * @param like for a Cancel, which has none of its own: whose event, severity and urgency it goes by
 */
public record Succession(
        @Nullable Long supersedes,
        Tells tells,
        List<Long> follows,
        @Nullable Former like) {
    public static final Succession NONE = new Succession(null, Tells.AUDIENCE, List.of(), null);

    /** As an array of PostgreSQL, or null. */
    @Nullable
    String followsLiteral() {
        return literal(follows);
    }

    public static @Nullable String literal(List<Long> ids) {
        return ids.isEmpty()
                ? null
                : "{" + String.join(",", ids.stream().map(String::valueOf).toList()) + "}";
    }

    /** The most urgent one, of those the newest. */
    public static Former mostUrgent(List<Former> formers) {
        return formers.stream()
                .min(Comparator.comparingInt(Former::lane)
                        .thenComparing(Comparator.comparingLong(Former::id).reversed()))
                .orElseThrow();
    }
}
