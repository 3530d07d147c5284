package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What reading one input may cost: processor time and memory of the thread, which are the same on a machine that is busy
 * with something else. What it costs once, since something is loaded or compiled for it, does not count: what is too much
 * is done again.
 */
public final class Bounded {
    private static final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Of inputs of some kilobytes, instrumented: hundreds of times what they take. */
    private static final Bounded INPUT = new Bounded(Duration.ofSeconds(2), 128L << 20);

    private final long mostNanos;
    private final long mostBytes;

    Bounded(Duration most, long mostBytes) {
        this.mostNanos = most.toNanos();
        this.mostBytes = mostBytes;
    }

    public static void check(Runnable reading) {
        INPUT.run(reading);
    }

    void run(Runnable reading) {
        if (excess(reading) != null) {
            assertThat(excess(reading)).as("what one input costs").isNull();
        }
    }

    private @Nullable String excess(Runnable reading) {
        long nanos = threads.getCurrentThreadCpuTime();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        reading.run();
        nanos = threads.getCurrentThreadCpuTime() - nanos;
        bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
        return nanos <= mostNanos && bytes <= mostBytes
                ? null
                : Duration.ofNanos(nanos) + " of processor time, " + bytes + " bytes";
    }
}
