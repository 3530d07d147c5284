package org.tocsin.intake.stuck;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.intake.Fault;

/**
 * Triggers that this hub tries to take again and again, and cannot, though the ledger works: a defect of ours, which is
 * never poison, so that the source, or what is behind that trigger, waits without end. The duty group is told where it is,
 * once for each source until all of that source is taken, and again then. Gauge {@code tocsin_intake_stuck}.
 *
 * <p>While the ledger is away everything fails, and nobody is told by this: it counts what failed after the ledger had
 * worked for some time, in which each source has tried again.
 */
public final class StuckTriggers extends WorkingBean {
    private static final Logger LOG = LoggerFactory.getLogger(StuckTriggers.class);
    /** Longer than the broker's longest pause before it delivers again. */
    static final Duration SETTLED = Duration.ofSeconds(15);
    /** Whoever does not come again is somebody else's by now: another hub's, or its sender gave it up. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(2);

    private static final int MOST = 1_000;
    private static final int NAMED = 3;
    private static final long ROUND_MILLIS = 1_000;
    private static final String SEE = "See the hub's log; routes/README.md says how one trigger is passed over";

    /** @param where what a person needs to find it: topic, partition and offset, a message's id; may be empty */
    record Place(String source, String where) {}

    /** @param kind of the last failure, without its message, which may quote what is personal */
    private record Tries(long first, long last, int times, String kind) {}

    private final JdbcTemplate jdbc;
    private final Duration after;
    private final Duration settled;
    private final Map<Place, Tries> failing = new ConcurrentHashMap<>();
    /** Sources of which the duty group knows. */
    private final Set<String> told = new HashSet<>();

    private volatile int stuck;
    private boolean works;
    private long worksSince;

    /** @param after how long a trigger fails before it is told */
    public StuckTriggers(JdbcTemplate jdbc, MeterRegistry metrics, Duration after) {
        super("stuck-triggers");
        this.jdbc = jdbc;
        this.after = after;
        this.settled = after.compareTo(SETTLED) < 0 ? after : SETTLED;
        Gauge.builder("tocsin.intake.stuck", () -> stuck)
                .description(
                        "Triggers that cannot be taken, though the ledger works, for longer than tocsin.intake.stuck-after")
                .register(metrics);
    }

    /** It was not taken, and will come again. */
    public void failed(String source, String where, Throwable cause) {
        Place place = new Place(source, where);
        if (failing.size() < MOST || failing.containsKey(place)) {
            long now = System.nanoTime();
            String kind = Fault.describe(cause);
            failing.merge(
                    place,
                    new Tries(now, now, 1, kind),
                    (old, one) -> new Tries(old.first(), now, old.times() + 1, kind));
        }
    }

    /** Whether {@link #taken} has anything to do: asked for each trigger. */
    public boolean any() {
        return !failing.isEmpty();
    }

    /** It is an alert, or parked. */
    public void taken(String source, String where) {
        failing.remove(new Place(source, where));
    }

    @Override
    protected void round() throws InterruptedException {
        Thread.sleep(ROUND_MILLIS);
        look();
    }

    void look() {
        long now = System.nanoTime();
        failing.values().removeIf(tries -> now - tries.last() > FORGOTTEN.toNanos());
        if (failing.isEmpty() && told.isEmpty()) {
            works = false;
            stuck = 0;
            return;
        }
        probe(now);
        Map<String, Map<Place, Tries>> bySource = new TreeMap<>();
        failing.forEach((place, tries) -> {
            if (stuck(tries)) {
                bySource.computeIfAbsent(place.source(), s -> new TreeMap<>(Comparator.comparing(Place::where)))
                        .put(place, tries);
            }
        });
        stuck = bySource.values().stream().mapToInt(Map::size).sum();
        bySource.forEach((source, places) -> {
            if (!told.contains(source)) {
                tell(source, places);
                told.add(source);
            }
        });
        Set<String> still = failing.keySet().stream().map(Place::source).collect(Collectors.toSet());
        for (String source : List.copyOf(told)) {
            if (!still.contains(source)) {
                tell(
                        "What was stuck of " + sound(source) + " is stuck no more",
                        "It was taken, or it does not come to this hub again.");
                told.remove(source);
            }
        }
    }

    private boolean stuck(Tries tries) {
        return works
                && tries.last() - tries.first() >= after.toNanos()
                && tries.last() - worksSince >= settled.toNanos();
    }

    private void probe(long now) {
        try {
            jdbc.queryForObject("select 1", Integer.class);
        } catch (RuntimeException away) {
            works = false;
            throw away;
        }
        if (!works) {
            works = true;
            worksSince = now;
        }
    }

    private void tell(String source, Map<Place, Tries> places) {
        String named = places.entrySet().stream()
                .limit(NAMED)
                .map(entry -> sentence(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("; "));
        int more = places.size() - NAMED;
        LOG.error(
                "{} of {} cannot be taken, and wait with all that is behind them: {}",
                places.size(),
                source,
                places.values().iterator().next().kind());
        tell(
                places.size() == 1
                        ? "A trigger of " + sound(source) + " cannot be taken"
                        : places.size() + " triggers of " + sound(source) + " cannot be taken",
                "What is behind waits too: " + named + (more > 0 ? "; and " + more + " more." : "."));
    }

    private static String sentence(Place place, Tries tries) {
        return (place.where().isEmpty() ? "" : sound(place.where()) + ", ")
                + "tried %d times in %d s, %s"
                        .formatted(
                                tries.times(),
                                Duration.ofNanos(tries.last() - tries.first()).toSeconds(),
                                tries.kind());
    }

    private void tell(String what, String detail) {
        jdbc.update("insert into hub_event (what, detail, see) values (?, ?, ?)", what, detail, SEE);
    }

    /** Senders choose topics and ids: nothing but what names need. */
    private static String sound(String name) {
        String sound = name.replaceAll("[^A-Za-z0-9 :,._/-]", "?");
        return sound.length() <= 120 ? sound : sound.substring(0, 120);
    }
}
