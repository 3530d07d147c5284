package org.tocsin.intake.events;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.Place;

/**
 * A value of CAP for each word that a tool may say; a word that is not listed never becomes anything by itself.
 *
 * @param at where the word stands; null for a constant, which is {@code otherwise} then
 * @param words by the word in lower case
 * @param otherwise for every other word, and where there is none; null: such an event is parked, and the place named
 */
record Words<T>(
        @Nullable Place at, Map<String, T> words, @Nullable T otherwise) {

    static <T> Words<T> constant(T value) {
        return new Words<>(null, Map.of(), value);
    }

    /** The same word, however it is spelt: who writes Critical and means critical must not lose an alarm by it. */
    static String folded(String word) {
        return word.strip().toLowerCase(Locale.ROOT);
    }

    T of(EventJson event) throws UnacceptableSubmission {
        if (at == null) {
            return java.util.Objects.requireNonNull(otherwise);
        }
        String word = event.text(at);
        T value = word == null ? null : words.get(folded(word));
        if (value == null) {
            value = otherwise;
        }
        if (value == null) {
            throw event.bad(
                    at,
                    "one of "
                            + String.join(", ", words.keySet().stream().sorted().toList()));
        }
        return value;
    }
}
