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
import org.apache.camel.Message;
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
import org.tocsin.delivery.ProviderCircuit;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;

/**
 * Claims due messages of one channel as slots and tokens allow, runs each through the route as the provider's request,
 * reads what the route leaves as the provider's answer, and hands the outcome to the writer. One thread claims; the
 * route answers asynchronously; a slot is free when the outcome is written.
 */
class DeliveriesConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {
    private static final Logger log = LoggerFactory.getLogger(DeliveriesConsumer.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    /** About 200 ms of work, so that an urgent message never waits behind many claimed ones. */
    private static final int MOST_PER_CLAIM = 500;

    /** While more is due than there are slots, so many are waited for, this long: small claims cost as much as large. */
    private static final int WORTH_A_CLAIM = 250;

    private static final Duration FOR_A_LARGE_CLAIM = Duration.ofMillis(20);

    private final DeliveriesEndpoint endpoint;
    private final DeliveryDesk desk;
    private final DeliveryChannel channel;
    private final ProviderCircuit circuit;
    private final Semaphore slots;
    private final CallWindow calls;
    private final AtomicInteger claimedUnsent = new AtomicInteger();
    private @Nullable ExecutorService workers;
    private @Nullable Thread claimer;
    private volatile boolean claiming;
    /** Whether the last claim got all that it asked for. */
    private boolean moreIsDue;

    DeliveriesConsumer(DeliveriesEndpoint endpoint, Processor processor, DeliveryDesk desk, DeliveryChannel channel) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.desk = desk;
        this.channel = channel;
        this.circuit = desk.circuits.of(channel.name(), sender());
        this.slots = new Semaphore(endpoint.getMaxInFlight());
        this.calls = new CallWindow(Math.min(endpoint.getMaxCalls(), endpoint.getMaxInFlight()));
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
        int free = freeSlots();
        if (free == 0) {
            return;
        }
        int permitted = circuit.permits(free);
        if (permitted == 0) {
            slots.release(free);
            moreIsDue = false;
            desk.wakeups.await(channel.name(), LOOK_AGAIN);
            return;
        }
        Batch batch = null;
        try {
            batch = desk.claims.claim(
                    channel.name(), sender(), permitted, circuit.pace(endpoint.getMessagesPerSecond()));
        } finally {
            int claimed = batch == null ? 0 : batch.claims().size();
            circuit.unused(permitted - claimed);
            slots.release(free - claimed);
            moreIsDue = claimed == free;
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

    /** Takes as many slots as one claim may fill. */
    private int freeSlots() throws InterruptedException {
        int worth = Math.min(WORTH_A_CLAIM, endpoint.getMaxInFlight() / 2);
        int free = 0;
        if (moreIsDue && worth > 1 && slots.tryAcquire(worth, FOR_A_LARGE_CLAIM.toMillis(), TimeUnit.MILLISECONDS)) {
            free = worth;
        } else if (slots.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            free = 1;
        }
        if (free > 0) {
            int more = Math.min(MOST_PER_CLAIM - free, slots.availablePermits());
            free += more > 0 && slots.tryAcquire(more) ? more : 0;
        }
        return free;
    }

    private void dispatch(List<Claim> claims) {
        desk.outcomes.expect(claims);
        claimedUnsent.addAndGet(claims.size());
        List<Claim> unsent = new ArrayList<>();
        for (Claim claim : claims) {
            if (workers == null) {
                calls.begin();
            }
            if (!mayWrite(claim)) {
                unsent.add(claim);
                claimedUnsent.decrementAndGet();
                callEnded();
            } else if (workers != null) {
                workers.execute(() -> send(claim));
            } else {
                send(claim);
            }
        }
        if (!unsent.isEmpty()) {
            circuit.unused(unsent.size());
            desk.outcomes.giveBack(unsent, slots::release);
        }
    }

    /** The lease may have run out while this process was stopped: then others act on it. */
    private boolean mayWrite(Claim claim) {
        return claiming && circuit.passes() && desk.claims.mayWrite(claim);
    }

    private void send(Claim claim) {
        claimedUnsent.decrementAndGet();
        if (!mayWrite(claim)) {
            circuit.unused(1);
            desk.outcomes.giveBack(List.of(claim), slots::release);
            callEnded();
            return;
        }
        Delivery delivery;
        ProviderRequest request;
        try {
            delivery = desk.assembly.assemble(claim, channel.name());
            request = channel.toRequest(delivery);
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
        Message message = exchange.getMessage();
        message.setBody(request.body());
        message.setHeaders(request.headers());
        Instant handedAt = Instant.now();
        getAsyncProcessor().process(exchange, doneSync -> {
            record(claim, outcome(exchange), delivery, handedAt);
            releaseExchange(exchange, false);
        });
    }

    private DeliveryOutcome outcome(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure != null) {
            log.debug("{}: the provider call failed", channel.name(), failure);
            return channel.toOutcome(failure);
        }
        try {
            Message answer = exchange.getMessage();
            String body = answer.getBody(String.class);
            return channel.toOutcome(new ProviderResponse(body == null ? "" : body, answer.getHeaders()));
        } catch (RuntimeException e) {
            log.error(
                    "{}: an answer cannot be read: {}",
                    channel.name(),
                    e.getClass().getSimpleName());
            log.debug("the failure in full", e);
            return new DeliveryOutcome.Unconfirmed("answer-unreadable");
        }
    }

    private void callEnded() {
        if (workers == null) {
            calls.end();
        }
    }

    private void record(Claim claim, DeliveryOutcome outcome, @Nullable Delivery delivery, @Nullable Instant handedAt) {
        callEnded();
        desk.count(channel.name(), outcome);
        if (handedAt == null) {
            circuit.unused(1);
        } else {
            circuit.learn(claim.attemptId(), outcome);
            if (circuit.takesBack(outcome)) {
                desk.outcomes.giveBack(List.of(claim), slots::release);
                return;
            }
        }
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
