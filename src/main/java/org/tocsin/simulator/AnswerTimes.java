package org.tocsin.simulator;

import java.util.Arrays;

/**
 * How long answers took, in real time: counts in bounds that grow by 5%, so that a million answers need no more room than
 * one. Thread-safe.
 */
final class AnswerTimes {
    private static final double FIRST_NANOS = 10_000;
    private static final double GROWTH = Math.log(1.05);
    /** The last bound is over two minutes. */
    private static final int BOUNDS = 340;

    private final long[] counts = new long[BOUNDS];
    private long count;
    private long longest;

    synchronized void add(long nanos) {
        int bound = nanos <= FIRST_NANOS ? 0 : (int) Math.ceil(Math.log(nanos / FIRST_NANOS) / GROWTH);
        counts[Math.min(bound, BOUNDS - 1)]++;
        count++;
        longest = Math.max(longest, nanos);
    }

    synchronized long count() {
        return count;
    }

    /**
     * Nearest rank, up to 5% too long and never longer than the longest.
     *
     * @param share 0.99: of all answers 99% took at most this; 1: the longest
     * @return 0 when nothing was answered
     */
    synchronized double millis(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int bound = 0; bound < BOUNDS && rank < count; bound++) {
            seen += counts[bound];
            if (seen >= rank) {
                return Math.min(longest, FIRST_NANOS * Math.exp(GROWTH * bound)) / 1e6;
            }
        }
        return longest / 1e6;
    }

    synchronized void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        longest = 0;
    }
}
