package org.tocsin.routing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.Pace;
import org.tocsin.delivery.ProviderCircuit;
import org.tocsin.delivery.SenderLimits;
import org.tocsin.delivery.SenderRates;
import org.tocsin.delivery.Turns;

/**
 * What is claimed for one sender and not yet written. Its thread writes the most urgent first, each when a call is free and
 * at its turn: a turn belongs to nobody until it is there, so that an urgent message takes that of one which waits longer.
 */
final class SenderLine {
    private static final Logger log = LoggerFactory.getLogger(SenderLine.class);
    /** How far ahead turns are booked: longer than a claim takes, so that none lapses for want of a message. */
    private static final Duration AHEAD = Duration.ofMillis(300);

    /** How much is claimed that no call is free for: 200 ms of what is written. */
    private static final double BUFFER_SECONDS = 0.2;

    private static final int SMALLEST_BUFFER = 20;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    final String sender;
    final ProviderCircuit circuit;
    private final double perSecond;
    private final CallWindow calls;
    private final BooleanSupplier claiming;
    private final BiConsumer<Claim, Runnable> write;
    private final Consumer<List<Claim>> giveBack;
    private final Pace pace;
    private final EventLoops loops;
    private final @Nullable LastSecond lastSecond;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WaitingClaims waiting = new WaitingClaims();
    private final RecentRate written = new RecentRate();
    private @Nullable Thread thread;
    private boolean stopped;

    /**
     * @param loops that write, where the endpoint is asynchronous; else none
     * @param lastSecond of what they have written; null: the sender has no limit, or no loop writes
     * @param claiming whether the consumer runs; what waits when it does not is given back
     * @param write is told to write, and what to run when the provider has answered
     */
    SenderLine(
            ProviderCircuit circuit,
            double perSecond,
            CallWindow calls,
            EventLoops loops,
            @Nullable LastSecond lastSecond,
            SenderRates rates,
            BooleanSupplier claiming,
            BiConsumer<Claim, Runnable> write,
            Consumer<List<Claim>> giveBack) {
        this.sender = circuit.sender();
        this.circuit = circuit;
        this.perSecond = perSecond;
        this.calls = calls;
        this.loops = loops;
        this.lastSecond = lastSecond;
        this.claiming = claiming;
        this.write = write;
        this.giveBack = giveBack;
        this.pace = new Pace(this::goesOn, messages -> bookMore(rates, messages));
    }

    private boolean goesOn() {
        return claiming.getAsBoolean() && circuit.passes();
    }

    /** @param most messages of one claim */
    SenderLimits limits(int most) {
        return new SenderLimits(sender, most, perSecond, circuit.pace(0));
    }

    private Turns bookMore(SenderRates rates, int messages) {
        SenderLimits limits = limits(messages);
        return limits.isLimited() ? rates.bookAgain(limits, messages) : new Turns(System.nanoTime(), 1, messages);
    }

    /** How many messages may be claimed for it now: what can be written at once, and 200 to 300 ms of work. */
    int room(boolean onlyUrgent) {
        lock.lock();
        try {
            int before = waiting.size(onlyUrgent);
            SenderLimits limits = limits(1);
            if (!limits.isLimited()) {
                int buffer = SMALLEST_BUFFER + (int) (written.perSecond() * BUFFER_SECONDS);
                return Math.max(0, calls.free(onlyUrgent) + buffer - before);
            }
            // The rate that was met last; before the first claim what is configured, whichever is less.
            long gap = Math.max(pace.gap(), (long) (1e9 / limits.rate()));
            long taken = Math.max(before * gap, onlyUrgent ? 0 : pace.ahead());
            return (int) Math.max(before == 0 && taken < gap ? 1 : 0, (AHEAD.toNanos() - taken) / gap);
        } finally {
            lock.unlock();
        }
    }

    /** @param turns for each of them; null: they are written at once */
    void add(List<Claim> claims, @Nullable Turns turns) {
        lock.lock();
        try {
            claims.forEach(waiting::add);
            pace.add(turns);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void ended(CallWindow.Call call) {
        lock.lock();
        try {
            calls.end(call);
            if (waiting.size(false) > 0) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting.size(false);
        } finally {
            lock.unlock();
        }
    }

    synchronized void start(String name) {
        if (thread == null) {
            stopped = false;
            thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Nothing is written from now on; what waits is given back. */
    synchronized void stop() throws InterruptedException {
        if (thread != null) {
            lock.lock();
            try {
                stopped = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
            thread.join(10_000);
            thread = null;
        }
    }

    private void run() {
        while (true) {
            try {
                int writable = awaitWritable();
                if (writable < 0) {
                    return;
                }
                if (pace.isPaced()) {
                    loops.awaitKeptUp(this::goesOn);
                    pace.awaitTurn(writable);
                    if (lastSecond != null) {
                        lastSecond.awaitFree(this::goesOn);
                    }
                }
                Begun begun = begin();
                if (begun != null) {
                    write.accept(begun.claim, () -> ended(begun.call));
                }
            } catch (InterruptedException e) {
                return; // nobody does, until the JVM ends
            } catch (RuntimeException e) {
                log.error("a message could not be handed over: {}", e.getClass().getSimpleName());
                log.debug("the failure in full", e);
            }
        }
    }

    /** @return how many could be written now; -1: it is stopped */
    private int awaitWritable() throws InterruptedException {
        while (true) {
            List<Claim> unsent;
            lock.lock();
            try {
                if (goesOn() && !stopped) {
                    int writable = writable();
                    if (writable > 0) {
                        return writable;
                    }
                    awaitChange();
                    continue;
                }
                unsent = waiting.drain();
                if (unsent.isEmpty()) {
                    if (stopped) {
                        return -1;
                    }
                    changed.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                    continue;
                }
            } finally {
                lock.unlock();
            }
            giveBack.accept(unsent);
        }
    }

    private int writable() {
        int urgent = waiting.size(true);
        int some = calls.mayBegin(true) ? Math.min(urgent, calls.free(true)) : 0;
        return some + (calls.mayBegin(false) ? Math.min(waiting.size(false) - urgent, calls.free(false)) : 0);
    }

    private void awaitChange() throws InterruptedException {
        boolean waits = waiting.size(false) > 0;
        Duration time = waits && calls.canOpen() ? CallWindow.SLOW : LOOK_AGAIN;
        if (!changed.await(time.toNanos(), TimeUnit.NANOSECONDS) && waits && calls.canOpen()) {
            calls.openMore();
        }
    }

    private record Begun(Claim claim, CallWindow.Call call) {}

    private @Nullable Begun begin() {
        lock.lock();
        try {
            Claim claim =
                    calls.mayBegin(false) ? waiting.poll(false) : calls.mayBegin(true) ? waiting.poll(true) : null;
            if (claim == null) {
                return null;
            }
            written.count();
            return new Begun(claim, calls.begin());
        } finally {
            lock.unlock();
        }
    }
}
