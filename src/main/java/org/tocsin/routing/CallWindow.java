package org.tocsin.routing;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How many calls of a provider there are at the same time. It opens only where the provider is too slow for those there
 * are, since each is a connection; and never beyond the client's connections, so that no request waits inside the
 * client, where nobody looks at the lease of its claim. Some are kept for what is urgent. Not safe for threads.
 *
 * <p>Where each call has a thread of its own, one that hangs by itself, while the provider answers the others, gives its
 * place to the next: a person whom the SMSC is slow for delays nobody else. When it hangs with all the others it keeps its
 * place, and the window holds.
 */
final class CallWindow {
    private static final int FIRST = 64;
    private static final int MORE = 32;
    /** With nobody's call ending for so long, it opens further. */
    static final Duration SLOW = Duration.ofMillis(3);

    /** A call hangs by itself when it is as old as this, and so many times the whole window was answered since it began. */
    static final Duration HANGS = Duration.ofSeconds(1);

    static final int TIMES_OVERTAKEN = 3;

    /** One that has begun and not ended. */
    static final class Call {
        private final long begunAt;
        private final long answeredBefore;

        private Call(long begunAt, long answeredBefore) {
            this.begunAt = begunAt;
            this.answeredBefore = answeredBefore;
        }
    }

    private final int most;
    private final int reserved;
    private final int beyond;
    private final LongSupplier nanoTime;
    /** In the order in which they began. */
    private final Set<Call> inUse = new LinkedHashSet<>();

    private int open;
    private long answered;

    /**
     * @param reserved of {@code most}, for what is urgent
     * @param beyond so many calls that hang by themselves there may be besides
     */
    CallWindow(int most, int reserved, int beyond) {
        this(most, reserved, beyond, System::nanoTime);
    }

    CallWindow(int most, int reserved, int beyond, LongSupplier nanoTime) {
        this.most = most;
        this.reserved = reserved;
        this.beyond = beyond;
        this.nanoTime = nanoTime;
        this.open = Math.min(FIRST, most - reserved);
    }

    boolean mayBegin(boolean urgent) {
        return places() < (urgent ? open + reserved : open);
    }

    Call begin() {
        Call call = new Call(nanoTime.getAsLong(), answered);
        inUse.add(call);
        return call;
    }

    void end(Call call) {
        if (inUse.remove(call)) {
            answered++;
        }
    }

    boolean canOpen() {
        return open < most - reserved;
    }

    void openMore() {
        open = Math.min(open + MORE, most - reserved);
    }

    /** How many could begin, the window wide open. */
    int free(boolean urgent) {
        return Math.max(0, most - places() - (urgent ? 0 : reserved));
    }

    /** Places that are taken. */
    private int places() {
        int hanging = 0;
        long longAgo = nanoTime.getAsLong() - HANGS.toNanos();
        for (Call call : inUse) {
            if (hanging == beyond
                    || call.begunAt - longAgo > 0
                    || answered - call.answeredBefore < (long) TIMES_OVERTAKEN * most) {
                break;
            }
            hanging++;
        }
        return inUse.size() - hanging;
    }
}
