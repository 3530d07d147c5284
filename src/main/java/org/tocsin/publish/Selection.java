package org.tocsin.publish;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Status;

/**
 * What a subscription is told.
 *
 * @param types without {@code org.tocsin.}; {@code alert.*} is all that begin so
 * @param statuses of alerts: an exercise is told only to a tool that asks for exercises
 * @param scopes of the alerts whose text may leave the hub; of others their identity and weight alone is told
 */
public record Selection(Set<String> types, Set<Status> statuses, Set<Scope> scopes) {

    /** Each separated by commas. @throws IllegalArgumentException for a word that CAP does not have */
    public static Selection of(String types, String statuses, String scopes) {
        return new Selection(
                words(types),
                words(statuses).stream().map(Status::valueOf).collect(Collectors.toSet()),
                words(scopes).stream().map(Scope::valueOf).collect(Collectors.toSet()));
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    boolean takes(EventType type, Status status) {
        return statuses.contains(status) && types.stream().anyMatch(pattern -> matches(pattern, type.word()));
    }

    private static boolean matches(String pattern, String word) {
        return pattern.endsWith("*")
                ? word.startsWith(pattern.substring(0, pattern.length() - 1))
                : word.equals(pattern);
    }
}
