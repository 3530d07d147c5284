package org.tocsin.simulator;

/** A number in [0, 1) that depends on its arguments alone, so that seeded runs repeat. */
final class Chance {
    private Chance() {}

    static double of(long seed, String recipient, long nth) {
        long z = seed * 0x9E3779B97F4A7C15L + recipient.hashCode() * 0xBF58476D1CE4E5B9L + nth * 0x94D049BB133111EBL;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
