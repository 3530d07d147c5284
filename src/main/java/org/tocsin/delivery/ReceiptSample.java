package org.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A few of the messages that a provider took in each second, to be looked up by key when a receipt should have come: no
 * index, and nothing in the way of the others.
 */
final class ReceiptSample {
    private static final int A_SECOND = 50;

    private record Taken(long attemptId, long at) {}

    private final Queue<Taken> taken = new ConcurrentLinkedQueue<>();
    private volatile long second;
    private volatile int inThisSecond;

    /** Two threads that meet here take one more, or one less. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void offer(long attemptId, long now) {
        long current = now / 1_000_000_000L;
        if (current != second) {
            second = current;
            inThisSecond = 0;
        }
        if (inThisSecond < A_SECOND) {
            inThisSecond++;
            taken.add(new Taken(attemptId, now));
        }
    }

    /** Those taken at least {@code after} ago, and not longer than {@code window} before that. */
    List<Long> aged(long now, Duration after, Duration window) {
        long young = now - after.toNanos();
        long old = young - window.toNanos();
        taken.removeIf(t -> t.at - old < 0);
        List<Long> aged = new ArrayList<>();
        for (Taken t : taken) {
            if (t.at - young <= 0) {
                aged.add(t.attemptId);
            }
        }
        return aged;
    }

    List<Long> all() {
        return taken.stream().map(Taken::attemptId).toList();
    }

    void forget(List<Long> attempts) {
        taken.removeIf(t -> attempts.contains(t.attemptId));
    }

    void clear() {
        taken.clear();
    }
}
