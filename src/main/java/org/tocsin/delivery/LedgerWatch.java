package org.tocsin.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.EpochFile.Seen;

/**
 * Once a second, and before anything is sent: is this the database that this hub has seen last, and does its clock run
 * evenly? An older state of it holds everything ({@link LedgerHold}); a jump of its clock moves what waits
 * ({@link ClockShift}), and until then {@link #check} lets nothing be decided by it.
 */
@Component
@DependsOnDatabaseInitialization
public class LedgerWatch extends WorkingBean implements InitializingBean, LedgerClock {
    private static final Logger log = LoggerFactory.getLogger(LedgerWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration REMIND = Duration.ofMinutes(1);

    private static final String MARK = """
            with mark as (update hub_mark set number = number + 1, at = clock_timestamp() where hub = ?
                returning number, at)
            select m.number, coalesce(m.at, clock_timestamp()), (extract(epoch from c.jumped) * 1e6)::bigint,
                (select coalesce(max(id), 0) from alert),
                exists (select from ledger_hold where released_at is null)
            from ledger_clock c left join mark m on true""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final LedgerHold hold;
    private final ClockShift shift;
    private final EpochFile file;
    private final SteadyClock clock = new SteadyClock();
    private final Semaphore wanted = new Semaphore(0);
    private volatile Seen seen = new Seen("", 0, Instant.EPOCH);
    private Map<String, Long> others = Map.of();
    private long lastAlert;
    private long lookedAt = System.nanoTime();
    private long nextReminder = System.nanoTime();
    /** What the clock has jumped and what waits was moved by, microseconds. */
    private volatile long moved;

    private volatile boolean held = true;
    private volatile boolean doubtful = true;

    LedgerWatch(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            LedgerHold hold,
            WatchSettings settings,
            MeterRegistry metrics,
            @Value("${tocsin.data-dir:./data}") Path dataDir) {
        super("ledger-watch");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.hold = hold;
        this.shift = new ClockShift(jdbc);
        this.file = new EpochFile(settings.file(dataDir));
        Gauge.builder("tocsin.ledger.held", () -> held ? 1 : 0)
                .description("1 while nothing is sent because an older state of the database was put back")
                .register(metrics);
    }

    private record Look(@Nullable Long mark, Instant at, long moved, long lastAlert, boolean held) {}

    /** Before any channel starts. */
    @Override
    public void afterPropertiesSet() {
        seen = file.read();
        look();
        if (doubtful) {
            look(); // it was new to this hub
        }
    }

    @Override
    protected void round() throws InterruptedException {
        if (wanted.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            wanted.drainPermits();
        }
        look();
    }

    /** Whether messages may be sent, and waits may end. */
    public boolean maySend() {
        return !held && !doubtful;
    }

    /** For what was allowed to be sent before: only a hold stops it. */
    public boolean held() {
        return held;
    }

    /** Something failed at the database: nothing new is sent until it was looked at again. */
    void doubt() {
        doubtful = true;
        wanted.release();
    }

    /**
     * To be called in each transaction that decides by the database's clock.
     *
     * @param askedAt {@link System#nanoTime} before {@code now} was read
     * @throws ClockJumped so that the transaction changes nothing
     */
    void check(Instant now, long askedAt) {
        if (!clock.jump(steady(now, moved), askedAt, System.nanoTime()).isZero()) {
            doubt();
            throw new ClockJumped();
        }
    }

    /** What this hub has seen of the database last: before a statement that asks for {@link #check(Long, Seen)}. */
    Seen seen() {
        return seen;
    }

    /**
     * To be called in each transaction that claims what is sent: an older state may be put back between two looks, under
     * connections that the pool renews without a word.
     *
     * @param mark of {@code before.hub()} in {@code hub_mark}, as the transaction sees it
     * @param before what was {@link #seen} before that
     * @throws OlderLedger so that the transaction changes nothing
     */
    void check(@Nullable Long mark, Seen before) {
        if (mark == null ? before.number() > 0 : mark < before.number()) {
            doubt();
            throw new OlderLedger();
        }
    }

    /** The latest that the database's clock can show now, if it did not jump. */
    OffsetDateTime latest() {
        return clock.latest(System.nanoTime()).plusNanos(moved * 1_000).atOffset(ZoneOffset.UTC);
    }

    @Override
    public Clock running() {
        InstantSource source = () -> clock.at(System.nanoTime()).plusNanos(moved * 1_000);
        return source.withZone(ZoneOffset.UTC);
    }

    @Override
    public Clock asked() {
        InstantSource source = () -> {
            long askedAt = System.nanoTime();
            Instant now = clockTimestamp();
            check(now, askedAt);
            return now;
        };
        return source.withZone(ZoneOffset.UTC);
    }

    private Instant clockTimestamp() {
        OffsetDateTime now = jdbc.queryForObject("select clock_timestamp()", OffsetDateTime.class);
        return Objects.requireNonNull(now).toInstant();
    }

    /** By how much all that waits was moved after jumps of the database's clock, microseconds. */
    long moved() {
        return moved;
    }

    private static Instant steady(Instant now, long moved) {
        return now.minusNanos(moved * 1_000);
    }

    void look() {
        long askedAt = System.nanoTime();
        Look look = jdbc.queryForObject(
                MARK,
                (row, n) -> new Look(
                        row.getObject(1, Long.class),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getLong(3),
                        row.getLong(4),
                        row.getBoolean(5)),
                seen.hub());
        long answeredAt = System.nanoTime();
        boolean known = look.mark != null && look.mark > seen.number();
        if (!known) {
            adopt(look);
            return; // the next look is the first at this database
        }
        Duration jump = clock.jump(steady(look.at, look.moved), askedAt, answeredAt);
        if (jump.isZero()) {
            moved = look.moved;
        } else if (jump.isNegative() || !wasPaused(jump)) {
            follow(jump);
            return;
        }
        clock.follow(steady(look.at, look.moved), askedAt, answeredAt);
        others = others();
        lookedAt = answeredAt;
        lastAlert = look.lastAlert;
        held = look.held;
        doubtful = false;
        remember(new Seen(seen.hub(), look.mark, look.at));
        remind();
    }

    /** The database does not hold what this hub has seen: it is new to it, or another, or an older state of its own. */
    private void adopt(Look look) {
        clock.forget();
        boolean unheardOf = seen.number() == 0;
        if (!unheardOf && look.lastAlert > 0 && !hold.begunAfter(seen.at())) {
            held = true;
            long mark = look.mark == null ? 0 : look.mark;
            log.error(
                    "The database is older than what this hub has seen of it (mark {}, seen {})", mark, seen.number());
            transaction.executeWithoutResult(status -> {
                hold.begin(mark, seen.number());
                mark();
            });
        } else {
            if (!unheardOf) {
                log.warn(
                        "The database is not the one that this hub has seen last; {}",
                        look.lastAlert == 0 ? "it is empty" : "a person has released it already");
            }
            mark();
        }
        wanted.release();
    }

    private void mark() {
        jdbc.update("""
                insert into hub_mark (hub, number, at) values (?, ?, clock_timestamp())
                on conflict (hub) do update set number = excluded.number, at = excluded.at""", seen.hub(), seen.number() + 1);
    }

    private void follow(Duration noticed) {
        doubtful = true;
        log.error("The database's clock has jumped by {} s", noticed.toSeconds());
        transaction.executeWithoutResult(status -> {
            long already = shift.lock();
            long askedAt = System.nanoTime();
            Duration jump = clock.jump(steady(clockTimestamp(), already), askedAt, System.nanoTime());
            if (!jump.isZero()) {
                shift.move(jump, lastAlert);
            }
        });
        wanted.release();
    }

    /** Others have counted on meanwhile: it is this machine that stood still. */
    private boolean wasPaused(Duration jump) {
        Map<String, Long> now = others();
        long ours = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lookedAt) + 2;
        return others.entrySet().stream()
                .anyMatch(e -> now.getOrDefault(e.getKey(), 0L) - e.getValue() - ours >= jump.toSeconds() / 2);
    }

    private Map<String, Long> others() {
        Map<String, Long> numbers = new HashMap<>();
        jdbc.query(
                "select hub, number from hub_mark where hub <> ? and at > clock_timestamp() - interval '1 hour'",
                row -> {
                    numbers.put(row.getString(1), row.getLong(2));
                },
                seen.hub());
        return numbers;
    }

    private void remember(Seen now) {
        seen = now;
        try {
            file.write(now);
        } catch (IOException e) {
            log.warn(
                    "tocsin.watch.epoch-file cannot be written: {}",
                    e.getClass().getSimpleName());
        }
    }

    private void remind() {
        if (held && System.nanoTime() - nextReminder >= 0) {
            nextReminder = System.nanoTime() + REMIND.toNanos();
            log.error("Nothing is sent: an older state of the database was put back. See GET /api/hold, decide with"
                    + " POST /api/hold/release");
        }
    }
}
