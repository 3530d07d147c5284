package org.tocsin.intake.heartbeats;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.sensors.Reading;
import org.tocsin.intake.sensors.SensorMapping;
import org.tocsin.intake.sensors.SensorTerms;
import org.tocsin.intake.sensors.Sensors;

/**
 * Silence is an alarm: whoever must be heard from time to time and is not, is told to the duty group, once a silence, and
 * so is its return. What was heard is in the ledger within a second or a twentieth of the time allowed, whichever is
 * longer, and never too late by that: the same is added to the time allowed. The time in which no hub ran counts for
 * nobody's silence.
 */
public final class Heartbeats extends WorkingBean {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    /** More are not watched: a sender that makes up names must not fill memory and ledger. */
    private static final int MAX_WATCHED = 50_000;

    private static final int MAX_NAME = 200;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HALF_MINUTE = Duration.ofSeconds(30);

    /** @param device empty for the source itself */
    record Key(String source, String device) {}

    private final HeartbeatRows rows;
    private final Map<String, Duration> expected;
    private final Set<Key> known;
    private final Map<Key, Long> written = new ConcurrentHashMap<>();
    private final Set<Key> heard = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean full = new AtomicBoolean();
    private boolean begun;
    private long nextLook = System.nanoTime();

    /**
     * @param expected by source, or {@code sensor:<name>} for each device of a mapping: how long it may be silent
     * @param known devices that are expected though they were never heard
     */
    Heartbeats(HeartbeatRows rows, Map<String, Duration> expected, Collection<Key> known) {
        super("heartbeats");
        this.rows = rows;
        this.expected = Map.copyOf(expected);
        this.known = Set.copyOf(known);
    }

    /** Those of the settings, and those of the sensors' file. */
    public static Heartbeats of(HeartbeatRows rows, Map<String, Duration> sources, Sensors sensors) {
        Map<String, Duration> expected = new HashMap<>(sources);
        List<Key> known = new ArrayList<>();
        sources.keySet().forEach(source -> known.add(new Key(source, "")));
        for (SensorMapping mapping : sensors.all()) {
            Duration every = mapping.terms().heartbeat();
            if (every != null) {
                expected.put(ofMapping(mapping), every);
                SensorTerms.Quorum quorum = mapping.terms().quorum();
                List<String> devices = quorum == null ? List.of() : quorum.of();
                devices.forEach(device -> known.add(new Key(ofMapping(mapping), device)));
            }
        }
        return new Heartbeats(rows, expected, known);
    }

    private static String ofMapping(SensorMapping mapping) {
        return "sensor:" + mapping.name();
    }

    /**
     * Something was heard of it: a message, a poll that was answered. Cheap, from any thread, and never fails; of whom
     * nothing is expected ({@code tocsin.intake.expect-every}) is left out.
     *
     * @param device of the source; empty for the source itself
     */
    public void seen(String source, String device) {
        Duration every = expected.get(source);
        if (every == null) {
            return;
        }
        Key key = new Key(source, device.length() <= MAX_NAME ? device : device.substring(0, MAX_NAME));
        Long last = written.get(key);
        if (last == null && written.size() + heard.size() >= MAX_WATCHED) {
            if (full.compareAndSet(false, true)) {
                LOG.warn("more than {} devices have a heartbeat: the others are not watched", MAX_WATCHED);
            }
        } else if (last == null || System.nanoTime() - last >= rest(every).toNanos()) {
            heard.add(key);
        }
    }

    /** A reading of a device itself; what a broker repeats from its memory is no sign of life. */
    public void seen(Trigger trigger) {
        if (trigger instanceof Trigger.Pack pack) {
            pack.triggers().forEach(this::seen);
        } else if (trigger instanceof Reading reading
                && reading.mapping().terms().heartbeat() != null
                && !reading.origin().retained()
                && !reading.origin().heldOver()) {
            seen(ofMapping(reading.mapping()), reading.fields().getOrDefault("device", ""));
        }
    }

    /** Within it one sign of life stands for all. */
    private static Duration rest(Duration every) {
        Duration part = every.dividedBy(20);
        return part.compareTo(HALF_MINUTE) > 0 ? HALF_MINUTE : part;
    }

    @Override
    protected void round() throws InterruptedException {
        if (expected.isEmpty()) {
            Thread.sleep(HALF_MINUTE.toMillis());
            return;
        }
        if (!begun) {
            rows.expect(known);
            begun = true;
        }
        rows.tick();
        flush();
        if (System.nanoTime() - nextLook >= 0) {
            look();
            nextLook = System.nanoTime() + pause().toNanos();
        }
        Thread.sleep(SECOND.toMillis());
    }

    /** Writes what was heard, and tells of those that were silent before. */
    void flush() {
        List<Key> batch = new ArrayList<>(heard);
        if (!batch.isEmpty()) {
            rows.heard(batch);
            long now = System.nanoTime();
            batch.forEach(key -> written.put(key, now));
            batch.forEach(heard::remove);
        }
    }

    /** Tells of those that are silent for too long, many in one notice. */
    void look() {
        Map<String, Duration> allowed = new HashMap<>();
        expected.forEach(
                (source, every) -> allowed.put(source, every.plus(rest(every)).plus(SECOND)));
        rows.silent(allowed);
    }

    private Duration pause() {
        Duration shortest = expected.values().stream()
                .min(Duration::compareTo)
                .orElse(HALF_MINUTE)
                .dividedBy(10);
        return shortest.compareTo(HALF_MINUTE) > 0 ? HALF_MINUTE : shortest;
    }
}
