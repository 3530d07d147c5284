package org.tocsin.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.spi.ScheduledPollConsumerScheduler;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.tocsin.intake.Fault;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.heartbeats.Heartbeats;
import org.tocsin.intake.mail.MailInSettings;
import org.tocsin.intake.mail.MailboxLeases;

/**
 * Decides when a mailbox is looked at: as soon as {@link MailIdle} hears of a new mail, and else each
 * {@code tocsin.mail-in.poll-ms}. Given to a route of camel-mail as {@code scheduler}, {@code pollStrategy} and
 * {@code exceptionHandler}: a server that is away is tried again without end, and said once. Gauge
 * {@code tocsin_mailbox_up} by mailbox: 1 when the last look succeeded.
 */
public final class Mailbox implements ScheduledPollConsumerScheduler, PollingConsumerPollStrategy, ExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 10_000;
    /** Well below the lease: so often it is renewed, or asked for. */
    private static final long LEASE_MILLIS = 3_000;

    private final String name;
    private final Semaphore news = new Semaphore(0);
    private CamelContext context;
    private MailInSettings settings;
    private MailboxLeases leases;
    private Heartbeats heartbeats;
    private TriggerPlaces places;
    private @Nullable MailIdle idle;
    private @Nullable Runnable task;
    private volatile @Nullable Thread thread;
    /** Looks in a row that failed. */
    private int failures;
    /** In this look: a connection was lost, or a mail could not be taken. */
    private volatile boolean broken;
    /** A mail of this look could not be taken now: those behind it wait, so that their order stays. */
    private volatile boolean waiting;
    /** Mails of this look, and those of them that are dealt with. */
    private int found;

    private int taken;

    private volatile double up;

    /** @param name for log and metrics: the source, such as {@code mail-alerts} */
    public Mailbox(String name) {
        this.name = name;
    }

    /** The one that an exchange came from. */
    static Mailbox of(Exchange exchange) {
        return (Mailbox) ((MailEndpoint) exchange.getFromEndpoint()).getPollStrategy();
    }

    /**
     * A mail that comes after one of the same look that could not be taken is not taken either: firing and resolved must
     * not change places, and a database that is away need not be asked a thousand times.
     */
    void inOrder(Exchange exchange) {
        if (exchange.getProperty(ExchangePropertyKey.BATCH_INDEX, 0, Integer.class) == 0) {
            waiting = false;
        }
        if (waiting) {
            throw new IntakeUnavailable("a mail before this one could not be taken");
        }
        if (!leases.claim(name)) {
            throw new IntakeUnavailable("another hub reads this mailbox by now");
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                taken++;
                places.taken(done);
            }

            @Override
            public void onFailure(Exchange failed) {
                Throwable cause = failed.getException();
                if (cause != null) {
                    places.failed(failed, cause);
                }
                waiting |= cause instanceof IntakeUnavailable || cause instanceof DataAccessException;
                if (!broken) {
                    log.warn(
                            "{}: a mail cannot be taken now and is tried again: {}",
                            name,
                            cause == null ? "no reason" : cause.getClass().getSimpleName());
                }
                broken = true;
            }
        });
    }

    @Override
    public void onInit(Consumer consumer) {
        settings = context.getRegistry().findSingleByType(MailInSettings.class);
        leases = context.getRegistry().findSingleByType(MailboxLeases.class);
        places = context.getRegistry().findSingleByType(TriggerPlaces.class);
        heartbeats = context.getRegistry().findSingleByType(Heartbeats.class);
        idle = new MailIdle(name, ((MailEndpoint) consumer.getEndpoint()).getConfiguration(), settings, news::release);
        MeterRegistry metrics = context.getRegistry().findSingleByType(MeterRegistry.class);
        if (metrics != null) {
            Gauge.builder("tocsin.mailbox.up", () -> up)
                    .description("1: the last look into the mailbox succeeded, or another hub has its lease")
                    .tag("mailbox", name)
                    .register(metrics);
        }
    }

    @Override
    public void scheduleTask(Runnable poll) {
        task = poll;
    }

    @Override
    public void unscheduleTask() {
        stop();
    }

    @Override
    public void startScheduler() {
        if (thread == null) {
            Thread looker = new Thread(this::look, name);
            looker.setDaemon(true);
            thread = looker;
            sayWhoMayTrigger();
            looker.start();
            idle.start();
        }
    }

    private void sayWhoMayTrigger() {
        if (settings.sendersOf(name).isEmpty()) {
            log.warn("{}: nobody may trigger by this mailbox: tocsin.mail-in.senders.{} is empty", name, name);
        } else if (settings.authservId().isBlank()) {
            log.warn(
                    "{}: tocsin.mail-in.authserv-id is empty, so that From is believed, which anybody can write", name);
        }
    }

    @Override
    public boolean isSchedulerStarted() {
        return thread != null;
    }

    private void look() {
        try {
            while (Thread.currentThread() == thread) {
                news.drainPermits();
                if (!leased()) {
                    stopped(LEASE_MILLIS);
                    continue;
                }
                broken = false;
                found = 0;
                taken = 0;
                task.run();
                if (broken || found > 0 && taken == 0) {
                    long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 5));
                    failures++;
                    leases.release(name); // another hub may reach what this one does not
                    stopped(pause);
                } else if (found == 0) {
                    awaitNews();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leases.release(name);
        }
    }

    /** Whether this hub reads the mailbox now. One that does not is as well as the one that does: who fails gives it back. */
    private boolean leased() {
        try {
            boolean ours = leases.claim(name);
            up = ours ? up : 1;
            return ours;
        } catch (DataAccessException e) {
            away(e);
            return false;
        }
    }

    /** Or the time to look again. */
    private void awaitNews() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.pollMs());
        long left = settings.pollMs();
        while (left > 0
                && !news.tryAcquire(Math.min(left, LEASE_MILLIS), TimeUnit.MILLISECONDS)
                && Thread.currentThread() == thread
                && leased()) {
            left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        }
    }

    /** Whatever IDLE says meanwhile. */
    private void stopped(long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; left > 0 && Thread.currentThread() == thread; ) {
            news.tryAcquire(left, TimeUnit.MILLISECONDS);
            left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        }
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        return true;
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polled) {
        found = polled;
        if (!broken) {
            if (up == 0) {
                log.info("{}: the mailbox is read", name);
            }
            up = 1;
            failures = 0;
            heartbeats.seen(name, "");
        }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
        away(cause);
        return false;
    }

    @Override
    public void handleException(Throwable exception) {
        away(exception);
    }

    @Override
    public void handleException(String message, Throwable exception) {
        away(exception);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable exception) {
        away(exception);
    }

    /** Only the kinds of failure: what a server says may hold addresses. */
    private void away(Throwable cause) {
        if (failures == 0 && !broken) {
            log.warn("{}: the mailbox cannot be read and is tried again without end: {}", name, Fault.describe(cause));
            log.debug("the failure in full", cause);
        }
        broken = true;
        up = 0;
    }

    @Override
    public void start() {
        // startScheduler does
    }

    @Override
    public void stop() {
        Thread looker = thread;
        thread = null;
        if (looker != null) {
            idle.stop();
            news.release();
            try {
                looker.join(STOP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void shutdown() {
        stop();
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }
}
