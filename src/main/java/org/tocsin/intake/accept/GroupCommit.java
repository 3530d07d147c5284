package org.tocsin.intake.accept;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.intake.Fault;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.alerts.Item;

/**
 * Puts the items of concurrent callers into common transactions: while one commits, the next ones gather. Nobody waits
 * for company. One thread writes, and outlives whatever happens to a transaction.
 */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int MAX_ITEMS = 500;
    private static final int MAX_WAITING = 2_000;
    private static final int COLLISIONS = 5;

    /** One item and the caller that waits for it. */
    record Waiting(Item item, CompletableFuture<IntakeResult> answer) {}

    private final BlockingQueue<List<Waiting>> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Function<List<Item>, List<IntakeResult>> transaction;
    private final Runnable afterCommit;
    private final Thread writer = new Thread(this::write, "intake-writer");
    private volatile boolean stopping;

    /** @param transaction commits all of the items, or throws and has changed nothing */
    GroupCommit(Function<List<Item>, List<IntakeResult>> transaction, Runnable afterCommit) {
        this.transaction = transaction;
        this.afterCommit = afterCommit;
        writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    /** Takes no more; what is in the queue is still committed. */
    void stop(Duration atMost) throws InterruptedException {
        stopping = true;
        writer.join(atMost.toMillis());
    }

    /** @throws IntakeUnavailable when too many wait already, or the hub stops */
    List<Waiting> submit(List<Item> items, Duration atMost) throws InterruptedException {
        List<Waiting> entry = items.stream()
                .map(item -> new Waiting(item, new CompletableFuture<>()))
                .toList();
        if (stopping || !queue.offer(entry, atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IntakeUnavailable(stopping ? "the hub is stopping" : "too many triggers wait for their commit");
        }
        if (stopping && !writer.isAlive() && queue.remove(entry)) {
            throw new IntakeUnavailable("the hub is stopping");
        }
        return entry;
    }

    private void write() {
        while (!stopping || !queue.isEmpty()) {
            List<Waiting> batch = new ArrayList<>();
            try {
                batch.addAll(gather());
                if (!batch.isEmpty()) {
                    commit(batch, 0);
                }
            } catch (InterruptedException e) {
                stopping = true;
            } catch (Throwable failure) {
                // Even out of memory: whoever waits is told, and the thread goes on.
                unavailable(batch, failure);
            }
        }
    }

    private List<Waiting> gather() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        List<Waiting> entry = queue.poll(200, TimeUnit.MILLISECONDS);
        while (entry != null) {
            // Whoever gave up waiting hands it in again: writing it now would only keep the others waiting.
            entry.stream().filter(waiting -> !waiting.answer().isDone()).forEach(batch::add);
            entry = batch.size() < MAX_ITEMS ? queue.poll() : null;
        }
        return batch;
    }

    private void commit(List<Waiting> batch, int collisions) {
        List<IntakeResult> results;
        try {
            results = transaction.apply(batch.stream().map(Waiting::item).toList());
        } catch (RuntimeException | Error failure) {
            failed(batch, failure, collisions);
            return;
        }
        afterCommit.run();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().complete(results.get(i));
        }
    }

    private void failed(List<Waiting> batch, Throwable failure, int collisions) {
        Fault fault = Fault.of(failure);
        switch (fault) {
            case COLLISION -> {
                if (collisions < COLLISIONS) {
                    commit(batch, collisions + 1);
                } else {
                    unavailable(batch, failure);
                }
            }
            case AWAY -> unavailable(batch, failure);
            case DATA, DEFECT -> {
                if (batch.size() > 1) {
                    batch.forEach(waiting -> commit(List.of(waiting), 0));
                } else if (fault == Fault.DATA) {
                    poison(batch.get(0), failure);
                } else {
                    unavailable(batch, failure);
                }
            }
        }
    }

    private static void poison(Waiting waiting, Throwable failure) {
        LOG.warn(
                "a submission from {} cannot be stored: {}",
                waiting.item().submission().source(),
                Fault.describe(failure));
        waiting.answer()
                .completeExceptionally(new UnacceptableSubmission(
                        "alert", "what can be stored (SQLSTATE " + Fault.sqlState(failure) + ")"));
    }

    private static void unavailable(List<Waiting> batch, Throwable failure) {
        LOG.warn("{} triggers were not committed, and not acknowledged: {}", batch.size(), Fault.describe(failure));
        IntakeUnavailable answer = new IntakeUnavailable("the ledger cannot commit now");
        batch.forEach(waiting -> waiting.answer().completeExceptionally(answer));
    }
}
