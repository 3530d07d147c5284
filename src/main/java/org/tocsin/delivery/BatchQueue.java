package org.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Anybody adds, one thread takes: all that came since, in batches. Where many came while the batch before was worked on, more
 * come soon, and are waited for a moment; where they come more slowly, none of them waits.
 */
final class BatchQueue<T> {
    private static final int LOOK_MILLIS = 1;

    private final BlockingQueue<T> waiting = new LinkedBlockingQueue<>();
    private final int most;
    private final int many;
    private final int enough;
    private final Duration patience;
    private boolean manyCome;

    /**
     * @param most in a batch
     * @param many after a batch of so many, the next one waits
     * @param enough until there are so many
     * @param patience or for so long
     */
    BatchQueue(int most, int many, int enough, Duration patience) {
        this.most = most;
        this.many = many;
        this.enough = enough;
        this.patience = patience;
    }

    void add(T element) {
        waiting.add(element);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /** @return none when nothing comes for so long */
    List<T> take(Duration idle) throws InterruptedException {
        if (manyCome) {
            awaitEnough();
        }
        manyCome = false;
        T first = waiting.poll(idle.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return List.of();
        }
        List<T> batch = new ArrayList<>();
        batch.add(first);
        waiting.drainTo(batch, most - 1);
        manyCome = batch.size() >= many;
        return batch;
    }

    private void awaitEnough() throws InterruptedException {
        long began = System.nanoTime();
        while (waiting.size() < enough && System.nanoTime() - began < patience.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
