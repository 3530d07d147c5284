package org.tocsin.delivery;

import jakarta.annotation.PreDestroy;
import org.springframework.context.SmartLifecycle;

/** A bean that is one {@link Worker}: it works from the start of the hub to its stop. */
public abstract class WorkingBean implements SmartLifecycle {
    private final Worker worker;
    private volatile boolean running;

    protected WorkingBean(String threadName) {
        this.worker = new Worker(threadName, this::round);
    }

    /** One round; it waits by itself when there is nothing to do, and may throw: then it is tried again. */
    protected abstract void round() throws InterruptedException;

    @Override
    public final void start() {
        worker.start();
        running = true;
    }

    @Override
    @PreDestroy // a start that fails after this one has started does not stop it
    public final void stop() {
        worker.stop();
        running = false;
    }

    @Override
    public final boolean isRunning() {
        return running;
    }
}
