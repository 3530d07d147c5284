package org.tocsin.delivery;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Tells a waiting thread that a commit left work for it. Only a shortcut: whoever waits also looks by itself, so a
 * lost wake-up (another replica, a restart) costs time, never a message.
 */
@Component
public class Wakeups {
    /** New alerts to plan, or to close. */
    public static final String PLAN = "plan";
    /** Raw receipts and tapped answers to apply. */
    public static final String INBOX = "inbox";
    /** What people wrote. */
    public static final String PEOPLE = "people";

    private final ConcurrentMap<String, Semaphore> signals = new ConcurrentHashMap<>();

    /** Call after the commit. */
    public void signal(String topic) {
        Semaphore signal = of(topic);
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Returns at a signal, or after the time. */
    public void await(String topic, Duration atMost) throws InterruptedException {
        Semaphore signal = of(topic);
        if (signal.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            signal.drainPermits();
        }
    }

    private Semaphore of(String topic) {
        return signals.computeIfAbsent(topic, t -> new Semaphore(0));
    }
}
