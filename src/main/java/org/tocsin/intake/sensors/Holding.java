package org.tocsin.intake.sensors;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Severity;
import org.tocsin.intake.sensors.SensorMapping.Level;

/**
 * Since when a value stays beyond each threshold without a break, for mappings that want it to stay for a while
 * ({@code hold}). By the readings' own times.
 */
record Holding(Map<Severity, Instant> since) {
    static final Holding NONE = new Holding(Map.of());

    /** As {@link #toText} writes it; null for none. */
    static Holding parse(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        Map<Severity, Instant> since = new EnumMap<>(Severity.class);
        for (String entry : text.split(" ")) {
            String[] parts = entry.split("=", 2);
            since.put(Severity.valueOf(parts[0]), Instant.parse(parts[1]));
        }
        return new Holding(since);
    }

    @Nullable
    String toText() {
        StringJoiner text = new StringJoiner(" ");
        since.forEach((severity, instant) -> text.add(severity + "=" + instant));
        return since.isEmpty() ? null : text.toString();
    }

    boolean isEmpty() {
        return since.isEmpty();
    }

    /** After this reading; one that is older than what is known says nothing of now. */
    Holding with(Reading reading) {
        if (reading.mapping().terms().hold().isZero()) {
            return NONE;
        }
        if (since.values().stream().anyMatch(instant -> reading.at().isBefore(instant))) {
            return this;
        }
        Level reached = reading.mapping().reached(reading.measure());
        if (reached == null) {
            return NONE;
        }
        Map<Severity, Instant> after = new EnumMap<>(Severity.class);
        for (Level level : reading.mapping().levels()) {
            if (level.severity().compareTo(reached.severity()) >= 0) {
                after.put(level.severity(), since.getOrDefault(level.severity(), reading.at()));
            }
        }
        return new Holding(after);
    }

    /** The gravest level that was held for long enough at the time of this reading, or null. */
    @Nullable
    Level fulfilled(Reading reading) {
        Level fulfilled = null;
        for (Level level : reading.mapping().levels()) {
            Instant from = since.get(level.severity());
            if (from != null
                    && !reading.at()
                            .isBefore(from.plus(reading.mapping().terms().hold()))) {
                fulfilled = level;
            }
        }
        return fulfilled;
    }

    /** Since when something graver than {@code alerted} is beyond its threshold and waits; null when nothing does. */
    @Nullable
    Instant waitingSince(@Nullable Severity alerted) {
        return since.entrySet().stream()
                .filter(entry -> alerted == null || entry.getKey().compareTo(alerted) < 0)
                .map(Map.Entry::getValue)
                .min(Instant::compareTo)
                .orElse(null);
    }
}
