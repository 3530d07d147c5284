package org.tocsin.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.Worker;

/**
 * Publishes the events of one subscription, on threads of its own: a tool that is slow or away delays nobody else. What is
 * in memory is a round: one event each of a few alerts.
 */
public final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration ANOTHER_HUB_PUBLISHES = Duration.ofSeconds(2);
    private static final Duration RENEW = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Hands an event to the tool; it returns when the tool has it. */
    @FunctionalInterface
    public interface Sender {
        void send(AlertEvent event) throws NotPublished;
    }

    /**
     * @param parallel events of different alerts that are under way at the same time
     * @param maxAge an event that cannot be told for so long is put aside
     */
    public record Options(String name, Selection selection, int parallel, Duration maxAge) {}

    private record Sent(
            Publication publication,
            @Nullable AlertEvent event,
            @Nullable NotPublished failure) {}

    private final Options options;
    private final Outbox outbox;
    private final EventWriter writer;
    private final PublicationCounters counters;
    private final Sender sender;
    private final Worker worker;
    private final ExecutorService calls;
    /** Rounds in a row in which nothing was taken. */
    private int failures;

    private long leasedAt;
    private boolean leased;

    Publisher(Options options, Outbox outbox, EventWriter writer, PublicationCounters counters, Sender sender) {
        this.options = options;
        this.outbox = outbox;
        this.writer = writer;
        this.counters = counters;
        this.sender = sender;
        this.worker = new Worker("publish-" + options.name(), this::round);
        this.calls = Executors.newFixedThreadPool(options.parallel(), task -> {
            Thread thread = new Thread(task, "publish-" + options.name() + "-call");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns when the subscription is there, or the database is away: nothing that happens later is missed. */
    public void start() {
        try {
            renew();
        } catch (RuntimeException away) {
            log.warn("{}: the subscription waits for the database", options.name());
        }
        worker.start();
    }

    public void stop() {
        worker.stop();
        calls.shutdownNow();
        try {
            outbox.release(options.name());
        } catch (RuntimeException away) {
            log.debug("the lease ends by itself", away);
        }
    }

    private void renew() {
        leased = outbox.lease(options.name());
        leasedAt = System.nanoTime();
    }

    void round() throws InterruptedException {
        if (!leased || System.nanoTime() - leasedAt > RENEW.toNanos()) {
            leased = false; // what a failure leaves
            renew();
        }
        if (!leased) {
            Thread.sleep(ANOTHER_HUB_PUBLISHES.toMillis());
            return;
        }
        // While a tool takes nothing, one event at a time asks whether it does again: each time another one.
        List<Publication> due = outbox.due(options.name(), failures == 0 ? options.parallel() : 1);
        if (due.isEmpty()) {
            Thread.sleep(LOOK_AGAIN.toMillis());
            return;
        }
        settle(sendAll(due));
        if (failures > 0) {
            Thread.sleep(Math.min(100L << Math.min(failures, 10), LONGEST_PAUSE.toMillis()));
        }
    }

    private List<Sent> sendAll(List<Publication> due) throws InterruptedException {
        List<Future<Sent>> running = new ArrayList<>();
        for (Publication publication : due) {
            running.add(calls.submit(() -> send(publication)));
        }
        List<Sent> sent = new ArrayList<>();
        for (Future<Sent> one : running) {
            try {
                sent.add(one.get());
            } catch (ExecutionException e) {
                // Of ours: the database is away, or a defect. What was taken meanwhile is told again, under the same
                // id.
                throw new IllegalStateException("an event could not be made", e.getCause());
            }
        }
        return sent;
    }

    private Sent send(Publication publication) {
        Optional<AlertEvent> event = writer.write(publication);
        if (event.isEmpty()) {
            return new Sent(publication, null, null);
        }
        try {
            sender.send(event.get());
            return new Sent(publication, event.get(), null);
        } catch (NotPublished failure) {
            return new Sent(publication, event.get(), failure);
        }
    }

    private void settle(List<Sent> all) {
        outbox.done(all.stream()
                .filter(sent -> sent.failure() == null)
                .map(sent -> sent.publication().id())
                .toList());
        int taken = 0;
        int refused = 0;
        for (Sent sent : all) {
            if (sent.failure() != null) {
                int aside = outbox.failed(options.name(), sent.publication().id(), sent.failure(), options.maxAge());
                counters.count(options.name(), PublicationCounters.ASIDE, aside);
                counters.count(options.name(), PublicationCounters.RETRIED, aside > 0 ? 0 : 1);
                refused += sent.failure().forGood() ? 0 : 1;
                taken += sent.failure().forGood() ? 1 : 0; // somebody is there, who says no to this one
            } else if (sent.event() != null) {
                counters.count(options.name(), PublicationCounters.SENT, 1);
                taken++;
            }
        }
        if (taken > 0) {
            failures = 0;
        } else if (refused > 0) {
            failures++;
            if (failures == 3) {
                log.warn("{}: events cannot be sent and wait: {}", options.name(), reason(all));
            }
        }
    }

    private static @Nullable String reason(List<Sent> all) {
        return all.stream()
                .map(Sent::failure)
                .filter(java.util.Objects::nonNull)
                .map(Throwable::getMessage)
                .findFirst()
                .orElse(null);
    }
}
