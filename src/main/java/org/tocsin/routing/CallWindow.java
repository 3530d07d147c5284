package org.tocsin.routing;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many calls of a provider there are at the same time. It opens only where the provider is too slow for those there
 * are, since each is a connection; and never beyond the client's connections, so that no request waits inside the
 * client, where nobody looks at the lease of its claim. Begun by one thread, ended by any.
 */
final class CallWindow {
    private static final int FIRST = 64;
    private static final int MORE = 32;
    private static final Duration SLOW = Duration.ofMillis(3);

    private final int most;
    private final Semaphore free;
    private int open;

    CallWindow(int most) {
        this.most = most;
        this.open = Math.min(FIRST, most);
        this.free = new Semaphore(open);
    }

    /** Waits for its turn; each call ends within the time-outs of its route. */
    void begin() {
        if (free.tryAcquire() || mayBeginSoon()) {
            return;
        }
        if (open < most) {
            int more = Math.min(MORE, most - open);
            open += more;
            free.release(more - 1); // one of them is ours
        } else {
            free.acquireUninterruptibly();
        }
    }

    private boolean mayBeginSoon() {
        try {
            return open < most && free.tryAcquire(SLOW.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void end() {
        free.release();
    }
}
