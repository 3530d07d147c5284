package org.tocsin.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One sender at one provider. What this hub sees is counted here (Resilience4j); what holds for all hubs is a row that
 * {@link ProviderHealth} reads and writes. Until a suspicion of this hub is written, it already stops this hub.
 *
 * <p>CLOSED: messages pass. OPEN: none. TRIAL: those of one hub, a few, whose fate says whether to close or open.
 */
public final class ProviderCircuit {
    enum State {
        CLOSED,
        OPEN,
        TRIAL
    }

    static final String SILENCE = "accepted-not-delivered";
    private static final String TRANSPORT = "calls-fail";
    /** It never decides by the clock: trials begin when {@link ProviderHealth} says so. */
    private static final Duration NEVER = Duration.ofDays(3650);

    private static final Exception FAILED = new Exception("failed", null, false, false) {
        private static final long serialVersionUID = 1L;
    };

    private final String channel;
    private final String sender;
    private final ProviderHealthSettings settings;
    private final CircuitBreaker breaker;
    private final AtomicInteger downInARow = new AtomicInteger();
    private final AtomicInteger failedInARow = new AtomicInteger();
    private final ReceiptSample accepted = new ReceiptSample();
    /** The trial's messages whose receipts are waited for. */
    private final ReceiptSample tried = new ReceiptSample();

    private volatile State state = State.CLOSED;
    private volatile @Nullable Instant rowSince;
    private volatile String reason = "";
    private volatile String suspicion = TRANSPORT;
    private volatile boolean trialIsOurs;
    private volatile boolean receiptsSeen;
    private volatile long since = System.nanoTime();
    private final DrainPace drain;
    private volatile boolean off;
    private volatile long offAt;

    ProviderCircuit(String channel, String sender, ProviderHealthSettings settings) {
        this.channel = channel;
        this.sender = sender;
        this.settings = settings;
        this.drain = new DrainPace(settings.drainPerSecond());
        this.breaker = CircuitBreaker.of(
                channel,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.TIME_BASED)
                        .slidingWindowSize((int) settings.window().toSeconds())
                        .minimumNumberOfCalls(settings.minimumCalls())
                        .failureRateThreshold((float) (settings.failureShare() * 100))
                        .permittedNumberOfCallsInHalfOpenState(settings.trialMessages())
                        .waitDurationInOpenState(NEVER)
                        .build());
    }

    /** Under which name the queue keeps those who have no other way than this channel. */
    static String waiting(String channel) {
        return channel + " waits";
    }

    String channel() {
        return channel;
    }

    public String sender() {
        return sender;
    }

    /** How many of {@code wanted} messages may be claimed now. What is not claimed in the end is {@link #unused}. */
    public int permits(int wanted) {
        return switch (effective()) {
            case CLOSED -> wanted;
            case OPEN -> 0;
            case TRIAL -> {
                int permits = 0;
                while (trialIsOurs && permits < wanted && breaker.tryAcquirePermission()) {
                    permits++;
                }
                yield permits;
            }
        };
    }

    public void unused(int permits) {
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
            for (int i = 0; i < permits; i++) {
                breaker.releasePermission();
            }
        }
    }

    /** Whether what is claimed may still be written; looked at before each write. */
    public boolean passes() {
        return effective() != State.OPEN;
    }

    /** The rate after closing: it grows from a few a second, so that what waited does not break the provider again. */
    public double pace(double perSecond) {
        return drain.of(perSecond);
    }

    /** Call with what the provider, or the connection to it, answered to a message that was handed over. */
    public void learn(long attemptId, DeliveryOutcome outcome) {
        if (outcome instanceof DeliveryOutcome.ChannelDown down) {
            learnDown(down.code());
        } else if (outcome instanceof DeliveryOutcome.Unreachable || outcome instanceof DeliveryOutcome.Unconfirmed) {
            learnFailed();
        } else if (outcome instanceof DeliveryOutcome.Throttled || outcome instanceof DeliveryOutcome.Misconfigured) {
            failedInARow.set(0);
            unused(1); // says something of us, and nothing of whether it works
        } else {
            learnAnswered(attemptId, outcome instanceof DeliveryOutcome.Accepted);
        }
    }

    /** Certainly not sent, and nobody's own fault: as if it had never been claimed. It uses up nobody's last rung. */
    public boolean takesBack(DeliveryOutcome outcome) {
        boolean notSent =
                outcome instanceof DeliveryOutcome.ChannelDown || outcome instanceof DeliveryOutcome.Unreachable;
        return notSent && isBroken();
    }

    /** A fast sender has had a minute of good answers, and its share of failures would be low for as long again. */
    private void learnFailed() {
        breaker.onError(0, TimeUnit.NANOSECONDS, FAILED);
        if (failedInARow.incrementAndGet() >= settings.minimumCalls() && state == State.CLOSED) {
            suspect(TRANSPORT);
        }
    }

    private void learnDown(String code) {
        // In a trial one such answer outweighs the others.
        if (downInARow.incrementAndGet() >= settings.channelDownInARow() || state == State.TRIAL) {
            suspect(code.replaceAll("[^A-Za-z0-9 ._:-]", "?"));
        } else {
            breaker.onError(0, TimeUnit.NANOSECONDS, FAILED);
        }
    }

    private void learnAnswered(long attemptId, boolean taken) {
        if (downInARow.get() != 0) {
            downInARow.set(0);
        }
        if (failedInARow.get() != 0) {
            failedInARow.set(0);
        }
        if (taken && state == State.TRIAL && reason.equals(SILENCE)) {
            tried.offer(attemptId, System.nanoTime()); // taken is what they were before, too
            return;
        }
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        if (taken) {
            accepted.offer(attemptId, System.nanoTime());
        }
    }

    private void suspect(String why) {
        suspicion = why;
        openBreaker();
    }

    private void openBreaker() {
        if (breaker.getState() != CircuitBreaker.State.OPEN) {
            breaker.transitionToOpenState();
        }
    }

    /** A person's word ({@link ChannelSwitch}), besides what it is by itself, which goes on when it is on again. */
    void turnOff(boolean now) {
        if (now && !off) {
            offAt = System.nanoTime();
        } else if (off && !now) {
            drain.begin(System.nanoTime()); // what waited is paced, as after a break
        }
        off = now;
    }

    boolean isOff() {
        return off;
    }

    /** Since this hub learned of it. */
    Duration offFor() {
        return Duration.ofNanos(System.nanoTime() - offAt);
    }

    /** What holds for this hub now: the row, what it has seen since and not yet written, and the operator's word. */
    State effective() {
        if (off || state == State.OPEN) {
            return State.OPEN;
        }
        return breaker.getState() == CircuitBreaker.State.OPEN ? State.OPEN : state;
    }

    /** Whether its messages pass, and not only a trial. */
    public boolean isSound() {
        return effective() == State.CLOSED;
    }

    boolean isBroken() {
        return effective() != State.CLOSED;
    }

    /** Takes over the row. Not again while it is the same: that would forget what was seen since. */
    void adopt(CircuitRows.Row row, boolean ours) {
        receiptsSeen |= row.receiptsSeen();
        if (row.since().equals(rowSince)) {
            return;
        }
        rowSince = row.since();
        reason = row.reason();
        trialIsOurs = ours;
        since = System.nanoTime() - row.age().toNanos();
        downInARow.set(0);
        failedInARow.set(0);
        tried.clear();
        suspicion = TRANSPORT;
        switch (row.state()) {
            case CLOSED -> {
                accepted.clear();
                breaker.reset();
                drain.begin(reason.isEmpty() ? 0 : since);
            }
            case OPEN -> openBreaker();
            case TRIAL -> {
                openBreaker();
                if (ours) {
                    breaker.transitionToHalfOpenState();
                } else {
                    breaker.reset(); // what this hub saw before is not what the trial will show
                }
            }
        }
        state = row.state();
    }

    State state() {
        return state;
    }

    String reason() {
        return reason;
    }

    /** What this hub would have it opened for. A trial that shows nothing new leaves the reason as it was. */
    String suspicion() {
        return state == State.CLOSED || !suspicion.equals(TRANSPORT) ? suspicion : reason;
    }

    boolean trialIsOurs() {
        return trialIsOurs;
    }

    /** Of the row, on the database's clock. */
    Instant rowSince() {
        return java.util.Objects.requireNonNull(rowSince);
    }

    long since() {
        return since;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** Whether the trial of this hub has shown that it works. */
    boolean trialSucceeded() {
        return trialIsOurs && breaker.getState() == CircuitBreaker.State.CLOSED;
    }

    boolean breakerIsOpen() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    boolean receiptsSeen() {
        return receiptsSeen;
    }

    ReceiptSample accepted() {
        return accepted;
    }

    ReceiptSample tried() {
        return tried;
    }

    /** @param silent of {@code looked} accepted messages, old enough to have a receipt */
    void learnSilence(long looked, long silent) {
        if (receiptsSeen
                && looked >= settings.silenceMinimum()
                && silent >= settings.silenceShare() * looked
                && state == State.CLOSED) {
            suspect(SILENCE);
        }
    }

    void learnTrial(long delivered, long silent) {
        for (long i = 0; i < delivered; i++) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
        for (long i = 0; i < silent; i++) {
            breaker.onError(0, TimeUnit.NANOSECONDS, FAILED);
        }
    }
}
