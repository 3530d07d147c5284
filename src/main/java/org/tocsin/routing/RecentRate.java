package org.tocsin.routing;

/** Events a second, of about the last half second. Not safe for threads. */
final class RecentRate {
    private static final long PERIOD = 250_000_000;

    private long since = System.nanoTime();
    private int counted;
    private double before;

    void count() {
        roll();
        counted++;
    }

    double perSecond() {
        roll();
        return Math.max(before, counted * 1e9 / PERIOD);
    }

    private void roll() {
        long age = System.nanoTime() - since;
        if (age >= PERIOD) {
            before = age < 2 * PERIOD ? counted * 1e9 / PERIOD : 0;
            counted = 0;
            since += age;
        }
    }
}
