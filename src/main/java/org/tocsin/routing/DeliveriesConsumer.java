package org.tocsin.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.Claims.Batch;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryAssembly;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryRefused;

/**
 * Claims due messages of one channel as slots and tokens allow, runs each through the route, and hands the outcome to
 * the writer. One thread claims; the route answers asynchronously; a slot is free when the outcome is written.
 */
class DeliveriesConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {
    /** Exchange property with the instant at which the provider was called. */
    static final String HANDED_AT = "tocsinHandedAt";

    private static final Logger log = LoggerFactory.getLogger(DeliveriesConsumer.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    /** About 200 ms of work, so that an urgent message never waits behind many claimed ones. */
    private static final int MOST_PER_CLAIM = 500;

    private final DeliveriesEndpoint endpoint;
    private final DeliveryDesk desk;
    private final DeliveryChannel channel;
    private final Semaphore slots;
    private final AtomicInteger claimedUnsent = new AtomicInteger();
    private @Nullable ExecutorService workers;
    private @Nullable Thread claimer;
    private volatile boolean claiming;

    DeliveriesConsumer(DeliveriesEndpoint endpoint, Processor processor, DeliveryDesk desk, DeliveryChannel channel) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.desk = desk;
        this.channel = channel;
        this.slots = new Semaphore(endpoint.getMaxInFlight());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.getWorkers() > 0 && workers == null) {
            workers = endpoint.getCamelContext()
                    .getExecutorServiceManager()
                    .newFixedThreadPool(this, "deliveries-" + channel.name(), endpoint.getWorkers());
        }
        resumeClaiming();
    }

    private synchronized void resumeClaiming() {
        if (claiming) {
            return;
        }
        claiming = true;
        claimer = new Thread(this::claimLoop, "claimer-" + channel.name());
        claimer.setDaemon(true);
        claimer.start();
    }

    private synchronized void stopClaiming() throws InterruptedException {
        claiming = false;
        Thread thread = claimer;
        if (thread != null) {
            desk.wakeups.signal(channel.name());
            thread.join(10_000);
            claimer = null;
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        stopClaiming();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        resumeClaiming();
    }

    @Override
    protected void doStop() throws Exception {
        stopClaiming();
        if (workers != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
            workers = null;
        }
        super.doStop();
    }

    private void claimLoop() {
        while (claiming) {
            try {
                claimOnce();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                log.warn(
                        "{}: cannot claim and tries again: {}",
                        channel.name(),
                        e.getClass().getSimpleName());
                log.debug("the failure in full", e);
                waitFor(Duration.ofSeconds(1));
            }
        }
    }

    private void claimOnce() throws InterruptedException {
        if (!slots.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        int free = 1;
        while (free < MOST_PER_CLAIM && slots.tryAcquire()) {
            free++;
        }
        Batch batch = null;
        try {
            batch = desk.claims.claim(channel.name(), sender(), free, endpoint.getMessagesPerSecond());
        } finally {
            int unused = free - (batch == null ? 0 : batch.claims().size());
            slots.release(unused);
        }
        if (batch.claims().isEmpty()) {
            Duration wait = batch.retryIn();
            if (wait != null) {
                waitFor(wait);
            } else {
                desk.wakeups.await(channel.name(), LOOK_AGAIN);
            }
            return;
        }
        dispatch(batch.claims());
    }

    private void dispatch(List<Claim> claims) {
        desk.outcomes.expect(claims);
        claimedUnsent.addAndGet(claims.size());
        List<Claim> unsent = new ArrayList<>();
        for (Claim claim : claims) {
            // The lease may have run out while this process was stopped: then others act on it.
            if (!claiming || !desk.claims.mayWrite()) {
                unsent.add(claim);
                claimedUnsent.decrementAndGet();
            } else if (workers != null) {
                workers.execute(() -> send(claim));
            } else {
                send(claim);
            }
        }
        if (!unsent.isEmpty()) {
            desk.outcomes.giveBack(unsent, slots::release);
        }
    }

    private void send(Claim claim) {
        claimedUnsent.decrementAndGet();
        if (!claiming || !desk.claims.mayWrite()) {
            desk.outcomes.giveBack(List.of(claim), slots::release);
            return;
        }
        Delivery delivery;
        try {
            delivery = desk.assembly.assemble(claim, channel.name());
        } catch (DeliveryRefused e) {
            record(claim, e.outcome(), null, null);
            return;
        } catch (RuntimeException e) {
            log.error(
                    "{}: a message cannot be put together: {}",
                    channel.name(),
                    e.getClass().getSimpleName());
            log.debug("the failure in full", e);
            record(claim, new DeliveryOutcome.Misconfigured("not-rendered"), null, null);
            return;
        }
        Exchange exchange = createExchange(true);
        exchange.getMessage().setBody(delivery);
        getAsyncProcessor().process(exchange, doneSync -> finish(claim, delivery, exchange));
    }

    private void finish(Claim claim, Delivery delivery, Exchange exchange) {
        DeliveryOutcome outcome;
        Throwable failure = exchange.getException();
        Instant handedAt = exchange.getProperty(HANDED_AT, Instant.class);
        if (failure instanceof DeliveryRefused refused) {
            outcome = refused.outcome();
        } else if (failure != null) {
            // Before the request was made nothing can have been sent.
            outcome = handedAt == null ? new DeliveryOutcome.Misconfigured("route-failed") : channel.toOutcome(failure);
            log.debug("{}: the provider call failed", channel.name(), failure);
        } else if (exchange.getMessage().getBody() instanceof DeliveryOutcome known) {
            outcome = known;
        } else {
            outcome = new DeliveryOutcome.Unconfirmed("route-left-no-outcome");
        }
        record(claim, outcome, delivery, handedAt);
        releaseExchange(exchange, false);
    }

    private void record(Claim claim, DeliveryOutcome outcome, @Nullable Delivery delivery, @Nullable Instant handedAt) {
        desk.count(channel.name(), outcome);
        boolean spare = delivery != null && DeliveryAssembly.hasSpare(delivery);
        desk.outcomes.write(claim, outcome, sender(), delivery, handedAt, spare, slots::release);
    }

    private String sender() {
        return endpoint.getSender().isEmpty() ? channel.name() : endpoint.getSender();
    }

    private static void waitFor(Duration time) {
        java.util.concurrent.locks.LockSupport.parkNanos(Math.max(1_000_000, time.toNanos()));
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false; // with true, a suspend went on claiming until the time-out
    }

    @Override
    public int getPendingExchangesSize() {
        return claimedUnsent.get();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        claiming = false;
    }
}
