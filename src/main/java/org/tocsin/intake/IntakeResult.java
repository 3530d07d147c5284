package org.tocsin.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.CapProblem.Violation;

/** What became of one submission; true only since its commit. */
public sealed interface IntakeResult {

    /**
     * A new alert, in the state {@code state}. {@code reason} is a sentence where there is something to say.
     *
     * @param braked whether it waits because its source says too much
     */
    record Accepted(
            long id,
            String identifier,
            AlertState state,
            @Nullable String reason,
            boolean braked) implements IntakeResult {}

    /** The same again: {@code id} is the first one's, {@code state} is its state now. */
    record Duplicate(long id, String identifier, AlertState state) implements IntakeResult {}

    /** It becomes no alert of its own: {@code id} tells of it, or null where it is only counted. */
    record Grouped(@Nullable Long id, String identifier, String why) implements IntakeResult {}

    /** The same identity with other content, or a second cancel of the alert {@code id}. Nothing changed; null for no alert. */
    record Conflict(@Nullable Long id, String reason) implements IntakeResult {}

    /** The principal may not say this in that sender's name. Nothing changed. */
    record NotAllowed(String sentence) implements IntakeResult {}

    /** What it refers to may be on its way: nothing changed, and its source is told to try again. */
    record TooEarly(String why) implements IntakeResult {}

    /** A reading or event that raises no alert: all is well, already known, or older than what is known. */
    record Silent(String why) implements IntakeResult {}

    /** Poison, kept for a person to look at and to replay. */
    record Parked(long id, List<Violation> problems) implements IntakeResult {}
}
