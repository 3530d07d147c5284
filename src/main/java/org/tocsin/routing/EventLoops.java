package org.tocsin.routing;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Whether the threads of the HTTP client keep up with what is handed to them. What one of them has not written yet is
 * written together with what is handed over meanwhile, as a burst: while it is behind, nothing more is handed over. Asked
 * by a task that is queued behind the requests. For one thread.
 */
final class EventLoops {
    private static final long BEHIND = Duration.ofMillis(4).toNanos();
    private static final long ASK_EACH = Duration.ofMillis(2).toNanos();
    private static final long LOOK_AGAIN = Duration.ofMillis(1).toNanos() / 2;

    private final List<EventExecutor> loops = new ArrayList<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private long asked = System.nanoTime() - ASK_EACH;

    EventLoops(Iterable<EventExecutor> loops) {
        loops.forEach(this.loops::add);
    }

    /** Before each message. Returns when they keep up, or when nothing goes on. */
    void awaitKeptUp(BooleanSupplier goingOn) {
        while (unanswered.get() > 0 && System.nanoTime() - asked > BEHIND && goingOn.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_AGAIN);
        }
        if (System.nanoTime() - asked >= ASK_EACH && unanswered.compareAndSet(0, loops.size())) {
            asked = System.nanoTime();
            try {
                loops.forEach(loop -> loop.execute(unanswered::decrementAndGet));
            } catch (RejectedExecutionException e) {
                unanswered.set(0); // the client is being closed
            }
        }
    }
}
