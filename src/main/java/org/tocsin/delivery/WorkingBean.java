package org.tocsin.delivery;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/** A bean that is one {@link Worker}, or several: it works from the start of the hub to its stop. */
public abstract class WorkingBean implements SmartLifecycle {
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean running;

    protected WorkingBean(String threadName) {
        alsoWorks(threadName, this::round);
    }

    /** Call in the constructor: another thread, with rounds of its own. */
    protected final void alsoWorks(String threadName, Worker.Round round) {
        workers.add(new Worker(threadName, round));
    }

    /** One round; it waits by itself when there is nothing to do, and may throw: then it is tried again. */
    protected abstract void round() throws InterruptedException;

    @Override
    public final void start() {
        workers.forEach(Worker::start);
        running = true;
    }

    @Override
    @PreDestroy // a start that fails after this one has started does not stop it
    public final void stop() {
        workers.forEach(Worker::stop);
        running = false;
    }

    @Override
    public final boolean isRunning() {
        return running;
    }
}
