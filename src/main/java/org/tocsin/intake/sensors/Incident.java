package org.tocsin.intake.sensors;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Severity;
import org.tocsin.intake.payload.Frame;

/**
 * One condition at one device, or at a group of them, as its row says.
 *
 * @param episode which flood it is: part of the identity of the alerts that it raises
 * @param level the severity last alerted in this episode
 * @param lastSeenAt the newest reading of this episode
 * @param clearedAt when the episode before this one, or this one, was over
 * @param alerted the newest alert of this episode
 */
record Incident(
        String key,
        int episode,
        boolean open,
        @Nullable Severity level,
        Instant openedAt,
        Instant lastSeenAt,
        @Nullable Instant observedAt,
        @Nullable Instant clearedAt,
        Memory memory,
        @Nullable Reference alerted) {
    /** Network servers wait for the copies of a frame for a second or so; brokers redeliver later. */
    private static final Duration COPIES = Duration.ofMinutes(10);

    /**
     * @param frame the newest radio frame, where there are such
     * @param quorumKey of the group's incident that this one counts for; it raises no alert itself
     * @param taken the messages of MQTT that it knows
     */
    record Memory(
            @Nullable Frame frame,
            Holding holding,
            @Nullable String quorumKey,
            Taken taken) {
        static final Memory NONE = new Memory(null, Holding.NONE, null, Taken.NONE);

        Memory after(Reading reading, boolean opens) {
            Frame newest = reading.origin().frame();
            return new Memory(newest == null ? frame : newest, holding, quorumKey, taken.with(reading, opens));
        }
    }

    /** What is known of a device that never raised an alert. */
    static Incident unknown(String key) {
        return new Incident(key, 0, false, null, Instant.EPOCH, Instant.EPOCH, null, null, Memory.NONE, null);
    }

    Incident opened(Reading reading, Severity severity) {
        return new Incident(
                key,
                episode + 1,
                true,
                severity,
                reading.at(),
                reading.at(),
                reading.observedAt(),
                clearedAt,
                memory.after(reading, true),
                null);
    }

    Incident raised(Reading reading, Severity severity) {
        return seen(reading).withLevel(severity);
    }

    Incident seen(Reading reading) {
        if (!reading.at().isAfter(lastSeenAt)) {
            return this;
        }
        return new Incident(
                key,
                episode,
                open,
                level,
                openedAt,
                reading.at(),
                reading.observedAt(),
                clearedAt,
                memory.after(reading, false),
                alerted);
    }

    Incident cleared(Reading reading) {
        return new Incident(
                key,
                episode,
                false,
                level,
                openedAt,
                reading.at(),
                reading.observedAt(),
                reading.at(),
                memory.after(reading, false),
                alerted);
    }

    /** The same episode, which was not over after all. */
    Incident resumed() {
        return new Incident(key, episode, true, level, openedAt, lastSeenAt, observedAt, clearedAt, memory, alerted);
    }

    /** Of any age: nothing but that it was taken is known by it. */
    Incident remembering(Reading reading) {
        return with(memory.after(reading, false));
    }

    Incident withAlerted(Reference reference) {
        return new Incident(key, episode, open, level, openedAt, lastSeenAt, observedAt, clearedAt, memory, reference);
    }

    Incident withHolding(Holding holding) {
        return with(new Memory(memory.frame(), holding, memory.quorumKey(), memory.taken()));
    }

    Incident countingFor(String quorumKey) {
        return with(new Memory(memory.frame(), memory.holding(), quorumKey, memory.taken()));
    }

    private Incident with(Memory other) {
        return new Incident(key, episode, open, level, openedAt, lastSeenAt, observedAt, clearedAt, other, alerted);
    }

    private Incident withLevel(Severity severity) {
        return new Incident(key, episode, open, severity, openedAt, lastSeenAt, observedAt, clearedAt, memory, alerted);
    }

    /**
     * Whether that frame, or a later one of its session, was taken already and not long ago: a gateway was late. After
     * a while a low counter is no copy but a device that began to count anew.
     */
    boolean hasFrameOf(Reading reading) {
        Frame known = memory.frame();
        Frame other = reading.origin().frame();
        return known != null
                && other != null
                && known.session().equals(other.session())
                && other.counter() <= known.counter()
                && recent(reading);
    }

    /** Whether this very message was taken already and not long ago, and comes again since its sender was not told so. */
    boolean hasMessageOf(Reading reading) {
        Taken.Packet packet = reading.origin().packet();
        return packet != null && packet.again() && memory.taken().has(packet) && recent(reading);
    }

    /** Whether it is over, and this is what the broker keeps of it. */
    boolean hasRetained(Reading reading) {
        Taken.Packet packet = reading.origin().packet();
        return !open
                && reading.origin().retained()
                && packet != null
                && memory.taken().hasAlarm(packet);
    }

    /** Whether what closed it may have been said before it began. */
    boolean closedByACopy() {
        return !open && memory.taken().newestIsAgain();
    }

    private boolean recent(Reading reading) {
        return reading.at().isBefore(lastSeenAt.plus(COPIES));
    }
}
