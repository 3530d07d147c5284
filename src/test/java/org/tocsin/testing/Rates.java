package org.tocsin.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a provider saw, against a rate. */
public final class Rates {
    private Rates() {}

    /** The fullest second, wherever it begins. */
    public static int mostInASecond(List<Instant> times) {
        List<Instant> sorted = times.stream().sorted().toList();
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            while (!sorted.get(from).plusSeconds(1).isAfter(sorted.get(to))) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    /** From the first to the last. */
    public static double perSecond(List<Instant> times) {
        List<Instant> sorted = times.stream().sorted().toList();
        long millis =
                Duration.between(sorted.get(0), sorted.get(sorted.size() - 1)).toMillis();
        return (sorted.size() - 1) * 1000.0 / Math.max(1, millis);
    }
}
