package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Patience is an hour where a test would not end if it were needed. */
@Timeout(60)
class BatchQueueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final BatchQueue<Integer> queue = new BatchQueue<>(10, 3, 5, HOUR);
    private final CompletableFuture<List<Integer>> taken = new CompletableFuture<>();
    private final Thread taker = new Thread(() -> {
        try {
            taken.complete(queue.take(HOUR));
        } catch (InterruptedException e) {
            taken.completeExceptionally(e);
        }
    });

    @AfterEach
    void nobodyWaits() throws Exception {
        taker.interrupt();
        taker.join();
    }

    @Test
    void aFewAreTakenAtOnceAndSoIsWhatFollows() throws Exception {
        add(2);
        assertThat(queue.take(HOUR)).hasSize(2);
        add(1);
        assertThat(queue.take(HOUR)).hasSize(1);
    }

    @Test
    void afterManyMoreAreWaitedForUntilThereAreEnough() throws Exception {
        add(3);
        assertThat(queue.take(HOUR)).hasSize(3);
        add(4);
        taker.start();
        taker.join(50);
        assertThat(taken).isNotDone();
        add(1);
        assertThat(taken.get()).hasSize(5);
    }

    @Test
    void enoughThatAreThereAlreadyAreTakenAtOnce() throws Exception {
        add(3);
        queue.take(HOUR);
        add(12);
        assertThat(queue.take(HOUR)).hasSize(10);
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void whatComesNoMoreIsWaitedForAMomentOnly() throws Exception {
        BatchQueue<Integer> impatient = new BatchQueue<>(10, 3, 5, Duration.ofMillis(1));
        IntStream.range(0, 3).forEach(impatient::add);
        impatient.take(HOUR);
        impatient.add(1);
        assertThat(impatient.take(HOUR)).hasSize(1);
    }

    @Test
    void nothingComesAndNothingIsTaken() throws Exception {
        assertThat(queue.take(Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aStopEndsTheWait() throws Exception {
        add(3);
        queue.take(HOUR);
        taker.start();
        taker.interrupt();
        assertThat(taken).failsWithin(Duration.ofSeconds(30));
        assertThat(queue.isEmpty()).isTrue();
    }

    private void add(int number) {
        IntStream.range(0, number).forEach(queue::add);
    }
}
