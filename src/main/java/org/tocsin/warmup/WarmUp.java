package org.tocsin.warmup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.embedded.HubSettings;

/**
 * Practises, once the hub has had nothing to do for a while: a {@link TrialHub} in this JVM tells nobody of floods, until
 * the code that will tell people is compiled. The hub takes alerts all the while. As soon as it has something to do, the
 * trial gives way, and begins again when that is over.
 */
public final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final int TRIES = 5;
    /** Ten times what is needed. */
    private static final long ROOM = 1_000_000_000;

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String BUSY = """
            select exists (select from queue where due_at <= statement_timestamp())
                or exists (select from alert where state = 'PLANNING' and closed_at is null)""";

    private final ConfigurableApplicationContext hub;
    private final Supplier<SpringApplication> another;
    private final WarmUpSettings settings;
    private final JdbcTemplate jdbc;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CompletableFuture<Integer> told = new CompletableFuture<>();

    private WarmUp(ConfigurableApplicationContext hub, Supplier<SpringApplication> another) {
        this.hub = hub;
        this.another = another;
        this.settings = hub.getBean(WarmUpSettings.class);
        this.jdbc = hub.getBean(JdbcTemplate.class);
    }

    /**
     * Returns at once. A demo needs none.
     *
     * @param hub that is ready
     * @param another hub, not started
     * @return how many messages nobody got, when all is over
     */
    public static CompletableFuture<Integer> begin(
            ConfigurableApplicationContext hub, Supplier<SpringApplication> another) {
        WarmUp warmUp = new WarmUp(hub, another);
        if (warmUp.settings.messages() == 0 || hub.getBean(HubSettings.class).demo()) {
            return CompletableFuture.completedFuture(0);
        }
        hub.addApplicationListener((ApplicationListener<ContextClosedEvent>) closed -> warmUp.stopped.countDown());
        Thread thread = new Thread(warmUp::run, "warm-up");
        thread.setDaemon(true);
        thread.start();
        return warmUp.told;
    }

    private void run() {
        int sum = 0;
        try {
            for (int tries = 0; tries < TRIES && sum < settings.messages() && idle(); tries++) {
                sum += practise(settings.messages() - sum);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError e) {
            log.warn("warm-up: ended early ({}); the first alert will be told more slowly", e.toString());
        }
        told.complete(sum);
    }

    /** Returns when there has been nothing to do for a while; false: the hub stops. */
    private boolean idle() throws InterruptedException {
        long since = System.nanoTime();
        while (System.nanoTime() - since < settings.idleFor().toNanos()) {
            if (stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (busy()) {
                since = System.nanoTime();
            }
        }
        return true;
    }

    private boolean busy() {
        try {
            return Boolean.TRUE.equals(jdbc.queryForObject(BUSY, Boolean.class));
        } catch (DataAccessException e) {
            return true; // it has other things to do than to practise
        }
    }

    /**
     * On threads of a group of their own, all of which keep out of the log.
     *
     * @return how many were told, which is less where it gave way
     */
    private int practise(int messages) throws Exception {
        requireRoom();
        long began = System.nanoTime();
        ThreadGroup group = new ThreadGroup("warm-up");
        FutureTask<Integer> trial = new FutureTask<>(() -> tell(messages));
        try (QuietLog quiet = QuietLog.of(group)) {
            Thread thread = new Thread(group, trial, "trial");
            thread.setDaemon(true);
            thread.start();
            thread.join();
        }
        int done = result(trial);
        log.info(
                "warm-up: {} messages to nobody in {} s{}",
                done,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                done < messages ? ", and given way" : "");
        return done;
    }

    private static int result(FutureTask<Integer> trial) throws Exception {
        try {
            return trial.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The disk is the real ledger's, too. */
    private void requireRoom() throws IOException {
        long free = Files.getFileStore(data()).getUsableSpace();
        if (free < ROOM) {
            throw new IOException("only " + free / 1_000_000 + " MB are free in tocsin.data-dir");
        }
    }

    private Path data() {
        return Path.of(hub.getBean(HubSettings.class).dataDir());
    }

    private int tell(int messages) throws Exception {
        Path data = data();
        try (TrialHub trial =
                TrialHub.start(another.get(), data.resolve("warm-up"), data.resolve("postgres-binaries"))) {
            while (trial.messages() < messages && goingOn()) {
                tellOnce(trial);
            }
            return trial.messages();
        }
    }

    private static void tellOnce(TrialHub trial) throws IOException, InterruptedException {
        int before = trial.messages();
        trial.alert();
        long asked = System.nanoTime();
        while (trial.messages() < before + TrialHub.PEOPLE) {
            if (System.nanoTime() - asked > PATIENCE.toNanos()) {
                throw new IllegalStateException("its own alert was not told within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean goingOn() {
        return stopped.getCount() > 0 && !busy();
    }
}
