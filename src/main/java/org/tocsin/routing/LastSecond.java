package org.tocsin.routing;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.tocsin.delivery.Pace;

/** The calls that a client has begun to write for one sender: no second may have more of them than the sender has. */
final class LastSecond {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A little more than the turns give out. The rest is for what is held up between the client and the provider. */
    private static final double SHARE = 0.985;

    /** A ring: where the next one is noted is the one that was noted longest ago. */
    private final long[] written;

    private int next;

    /** @param perSecond more than 0 */
    LastSecond(double perSecond) {
        written = new long[(int) Math.ceil(perSecond * SHARE)];
        Arrays.fill(written, System.nanoTime() - SECOND);
    }

    synchronized void written() {
        written[next] = System.nanoTime();
        next = (next + 1) % written.length;
    }

    private synchronized long free() {
        return written[next] + SECOND;
    }

    /** Returns as soon as one more keeps the second, or when nothing goes on. */
    void awaitFree(BooleanSupplier goingOn) {
        Pace.waitUntil(free(), goingOn);
    }
}
