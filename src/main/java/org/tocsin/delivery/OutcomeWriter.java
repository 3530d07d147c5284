package org.tocsin.delivery;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes outcomes in batches: one commit for as many as came while the last one was written, and where those were many, a
 * moment later. It keeps what it could not write yet, in bounds set by the channels' in-flight limits, and tries again until
 * the database is back.
 */
@Component
public class OutcomeWriter implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OutcomeWriter.class);
    private static final int BATCH = 500;
    /** As many as come while a commit is made, from some 5,000 messages/s on. */
    private static final int MANY = 50;
    /** At 16,000 messages/s these are a third of the commits, and 9 µs less CPU a message, of 92. */
    private static final int ENOUGH = 350;
    /** Not longer: what a process that is killed had not written yet is unknown. */
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private static final Duration IDLE = Duration.ofMillis(500);

    private final Ledger ledger;
    private final Leases leases;
    private final SenderRates rates;
    private final TransactionTemplate transaction;
    private final BatchQueue<Entry> entries = new BatchQueue<>(BATCH, MANY, ENOUGH, PATIENCE);
    private final Map<Long, Integer> outstanding = new ConcurrentHashMap<>();
    private final Worker worker = new Worker("outcome-writer", this::round);
    private List<Entry> unwritten = List.of();
    private volatile boolean running;

    OutcomeWriter(Ledger ledger, Leases leases, SenderRates rates, TransactionTemplate transaction) {
        this.ledger = ledger;
        this.leases = leases;
        this.rates = rates;
        this.transaction = transaction;
    }

    /** @param fact null for a claim that goes back to the queue */
    private record Entry(Claims.Claim claim, Fact.@Nullable Outcome fact, Runnable recorded) {}

    /** Call with each batch of claims before any of them is sent. */
    public void expect(List<Claims.Claim> batch) {
        for (Claims.Claim claim : batch) {
            outstanding.merge(claim.leaseId(), 1, Integer::sum);
        }
    }

    /** @param recorded is run after the commit: the slot is free again */
    public void write(
            Claims.Claim claim,
            DeliveryOutcome outcome,
            String sender,
            @Nullable Delivery delivery,
            java.time.@Nullable Instant handedAt,
            boolean hasSpare,
            Runnable recorded) {
        Fact.Outcome fact = new Fact.Outcome(
                claim.attemptId(),
                outcome,
                sender,
                delivery == null ? null : delivery.message().version(),
                claim.address(),
                handedAt,
                hasSpare,
                claim.addressesLeft(),
                claim.fresh());
        entries.add(new Entry(claim, fact, recorded));
    }

    /**
     * Claims that were certainly not written to a provider go back to the queue, once the database can take them.
     *
     * @param recorded is run after the commit, for each
     */
    public void giveBack(List<Claims.Claim> unsent, Runnable recorded) {
        unsent.forEach(claim -> entries.add(new Entry(claim, null, recorded)));
    }

    private void round() throws InterruptedException {
        if (unwritten.isEmpty()) {
            unwritten = entries.take(IDLE);
        }
        if (unwritten.isEmpty()) {
            return;
        }
        Map<Long, Integer> byLease = new HashMap<>();
        unwritten.forEach(entry -> byLease.merge(entry.claim().leaseId(), 1, Integer::sum));
        List<Long> finished = byLease.keySet().stream()
                .filter(lease -> outstanding.get(lease).equals(byLease.get(lease)))
                .toList();
        List<Fact.Outcome> facts =
                unwritten.stream().map(Entry::fact).filter(Objects::nonNull).toList();
        List<Fact.Outcome> left = Objects.requireNonNull(transaction.execute(status -> {
            List<Fact.Outcome> others = ledger.applyFirst(facts);
            if (others.isEmpty()) {
                finish(finished);
            }
            return others;
        }));
        if (!left.isEmpty()) {
            // In a transaction of its own: locks of two kinds in one would not be taken in the order of the ids.
            transaction.executeWithoutResult(status -> {
                ledger.apply(left);
                finish(finished);
            });
        }
        leases.forget(finished);
        byLease.forEach((lease, written) -> outstanding.merge(lease, -written, Integer::sum));
        finished.forEach(outstanding::remove);
        List<Entry> written = unwritten;
        unwritten = List.of();
        written.forEach(entry -> entry.recorded().run());
    }

    private void finish(List<Long> leasesDone) {
        leases.giveBack(unwritten.stream()
                .filter(entry -> entry.fact() == null)
                .map(Entry::claim)
                .toList());
        leases.delete(leasesDone);
        slowDown(unwritten); // last: claims wait for this row
    }

    private void slowDown(List<Entry> batch) {
        Set<String> tooFast = new HashSet<>();
        for (Entry entry : batch) {
            Fact.Outcome fact = entry.fact();
            if (fact != null
                    && fact.sender() != null
                    && fact.outcome() instanceof DeliveryOutcome.Throttled throttled
                    && throttled.scope() == DeliveryOutcome.Throttled.Scope.SENDER) {
                tooFast.add(fact.sender());
            }
        }
        if (!tooFast.isEmpty()) {
            rates.slowDown(tooFast);
        }
    }

    @Override
    public void start() {
        worker.start();
        running = true;
    }

    /** Last of all to stop: what providers answered while the routes were stopping is still written. */
    @Override
    @PreDestroy // a start that fails after this one has started does not stop it
    public void stop() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!(entries.isEmpty() && unwritten.isEmpty()) && System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (!entries.isEmpty()) {
            log.warn("{} outcomes could not be written before the stop: they become unknown", entries.size());
        }
        worker.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Started before the routes, stopped after them. */
    @Override
    public int getPhase() {
        return 0;
    }
}
