package org.tocsin.routing;

/** Messages that are claimed and whose outcome is not written yet; some of the slots only what is urgent may take. */
final class Slots {
    private final int reserved;
    private int free;

    Slots(int all, int reserved) {
        this.free = all;
        this.reserved = reserved;
    }

    synchronized int free(boolean urgent) {
        return Math.max(0, urgent ? free : free - reserved);
    }

    synchronized void take(int number) {
        free -= number;
    }

    synchronized void release() {
        free++;
    }
}
