package org.tocsin.cost;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an alert would take, as things are now. Counts only, nobody's data.
 *
 * @param people whom it is for
 * @param unreachable those of them who have no usable channel
 * @param languages people by the language that they would be told in
 * @param firstMessages by channel, those that are sent at once; who gets no WhatsApp place counts for what follows
 * @param whatsAppPlaces null where there is no limit
 * @param sms of the first messages, by alphabet: GSM-7, UCS-2
 * @param first what the first messages cost
 * @param worst the same when everybody gets every rung, on each address; without the one repeat after a lost answer
 */
public record Estimate(
        long people,
        long unreachable,
        Map<String, Long> languages,
        Map<String, Long> firstMessages,
        @Nullable Places whatsAppPlaces,
        Map<String, Segments> sms,
        Statement first,
        Statement worst) {

    /**
     * @param free of {@code perDay}, for an alert that is as urgent
     * @param wanted people who would go by WhatsApp first and have no place yet
     * @param overflow those of them for whom none is left: they get the next rung, and who has none waits
     */
    public record Places(int perDay, int free, long wanted, long overflow) {}

    public record Segments(long messages, long segments) {}
}
