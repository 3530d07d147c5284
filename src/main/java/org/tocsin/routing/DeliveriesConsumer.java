package org.tocsin.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.ClaimOrder;
import org.tocsin.delivery.Claims.Batch;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.Lane;
import org.tocsin.delivery.Portfolio;
import org.tocsin.delivery.ProviderCircuit;
import org.tocsin.delivery.SenderLimits;

/**
 * Claims due messages of one channel as slots and rates allow, and gives each to the {@link SenderLine} of its sender. One
 * thread claims; each line writes on one of its own.
 */
class DeliveriesConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {
    private static final Logger log = LoggerFactory.getLogger(DeliveriesConsumer.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration LOOK_FOR_ROOM = Duration.ofMillis(2);
    private static final int MOST_PER_CLAIM = 500;

    /** While more is due than there is room for, so much is waited for, this long: small claims cost as much as large. */
    private static final int WORTH_A_CLAIM = 250;

    private static final Duration FOR_A_LARGE_CLAIM = Duration.ofMillis(50);
    /** So long nothing was free for what is not urgent: then what is urgent is looked for by itself. */
    private static final Duration FOR_ANY = Duration.ofMillis(100);

    private final DeliveriesEndpoint endpoint;
    private final DeliveryDesk desk;
    private final DeliveryChannel channel;
    private final Slots slots;
    private final Portfolio portfolio;
    private final ProviderCall call;
    private final Map<String, SenderLine> lines = new LinkedHashMap<>();
    private final Refusals refusals = new Refusals(lines.values());
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
        this.slots = new Slots(endpoint.getMaxInFlight(), desk.reserved(endpoint.getMaxInFlight()));
        this.portfolio = new Portfolio(endpoint.getPeoplePerDay(), endpoint.getReservedShare());
        this.call = new ProviderCall(this, desk, channel, slots, () -> claiming, refusals);
        List<SenderRate> senders = endpoint.senders();
        for (SenderRate sender : senders) {
            lines.put(sender.sender(), line(sender, senders.size()));
        }
    }

    /**
     * As many calls, of all senders together, as the client has connections, or as there are workers: over SMPP this is the
     * window of the bind. A worker that hangs alone is replaced, as long as there are slots.
     */
    private SenderLine line(SenderRate sender, int senders) {
        ProviderCircuit circuit = desk.circuits.of(channel.name(), sender.sender());
        boolean blocks = endpoint.getWorkers() > 0;
        int all = Math.min(blocks ? endpoint.getWorkers() : endpoint.getMaxCalls(), endpoint.getMaxInFlight());
        int most = Math.max(1, all / senders);
        int beyond = blocks ? (endpoint.getMaxInFlight() - all) / senders : 0;
        return new SenderLine(
                circuit,
                sender.perSecond(),
                new CallWindow(most, desk.reserved(most), beyond),
                blocks ? new EventLoops(List.of()) : desk.eventLoops(),
                blocks || sender.perSecond() <= 0 ? null : desk.written.of(sender),
                desk.rates,
                () -> claiming,
                (claim, ended) -> write(claim, circuit, ended),
                unsent -> call.giveBack(unsent, circuit));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.getWorkers() > 0 && workers == null) {
            workers = endpoint.getCamelContext()
                    .getExecutorServiceManager()
                    .newCachedThreadPool(this, "deliveries-" + channel.name()); // the windows bound it
        }
        lines.values().forEach(line -> line.start("line-" + channel.name()));
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
        for (SenderLine line : lines.values()) {
            line.stop();
        }
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
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    }

    private void claimOnce() throws InterruptedException {
        boolean onlyUrgent = !awaitRoom();
        List<SenderLimits> senders = senders(onlyUrgent);
        int room = senders.stream().mapToInt(SenderLimits::most).sum();
        int limit = Math.min(Math.min(room, slots.free(onlyUrgent)), MOST_PER_CLAIM);
        Batch batch = null;
        try {
            if (limit > 0) {
                int lastLane = onlyUrgent ? Lane.URGENT : Lane.COUNT - 1;
                batch = desk.claims.claim(
                        new ClaimOrder(channel.name(), lastLane, limit, senders, portfolio, refusals.byAttempt()));
            }
        } finally {
            giveBackPermits(senders, batch);
        }
        moreIsDue = batch != null && batch.taken() == limit;
        if (batch != null && !batch.claims().isEmpty()) {
            dispatch(batch);
        } else if (!moreIsDue && !(onlyUrgent && limit > 0)) {
            desk.wakeups.await(channel.name(), LOOK_AGAIN);
        }
    }

    /** @return false: there is none but, perhaps, for what is urgent */
    private boolean awaitRoom() {
        long began = System.nanoTime();
        while (claiming) {
            int room = Math.min(slots.free(false), room());
            long waited = System.nanoTime() - began;
            if (room >= (moreIsDue ? WORTH_A_CLAIM : 1) || (room > 0 && waited >= FOR_A_LARGE_CLAIM.toNanos())) {
                return true;
            }
            if (waited >= FOR_ANY.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_FOR_ROOM.toNanos());
        }
        return true;
    }

    private int room() {
        return lines.values().stream().mapToInt(line -> line.room(false)).sum();
    }

    private List<SenderLimits> senders(boolean onlyUrgent) {
        List<SenderLimits> senders = new ArrayList<>();
        for (SenderLine line : lines.values()) {
            int most = line.circuit.permits(Math.min(line.room(onlyUrgent), MOST_PER_CLAIM));
            if (most > 0) {
                senders.add(line.limits(most));
            }
        }
        return senders;
    }

    private void giveBackPermits(List<SenderLimits> senders, @Nullable Batch batch) {
        for (SenderLimits sender : senders) {
            SenderLine line = lines.get(sender.sender());
            long claimed = batch == null
                    ? 0
                    : batch.claims().stream()
                            .filter(claim -> claim.sender().equals(line.sender))
                            .count();
            line.circuit.unused(sender.most() - (int) claimed);
        }
    }

    private void dispatch(Batch batch) {
        slots.take(batch.claims().size());
        desk.outcomes.expect(batch.claims());
        for (SenderLine line : lines.values()) {
            List<Claim> toBeSent = new ArrayList<>();
            for (Claim claim : batch.claims()) {
                if (!claim.sender().equals(line.sender)) {
                    continue;
                }
                if (claim.isToBeSent()) {
                    toBeSent.add(claim);
                } else {
                    call.refuse(claim, line.circuit);
                }
            }
            if (!toBeSent.isEmpty()) {
                line.add(toBeSent, batch.turns().get(line.sender));
            }
        }
    }

    private void write(Claim claim, ProviderCircuit circuit, Runnable ended) {
        if (workers != null) {
            workers.execute(() -> call.begin(claim, circuit, ended));
        } else {
            call.begin(claim, circuit, ended);
        }
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false; // with true, a suspend went on claiming until the time-out
    }

    @Override
    public int getPendingExchangesSize() {
        return lines.values().stream().mapToInt(SenderLine::waiting).sum();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        claiming = false;
    }
}
