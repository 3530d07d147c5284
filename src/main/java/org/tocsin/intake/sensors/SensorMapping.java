package org.tocsin.intake.sensors;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.intake.mapping.PlaceholderText;

/**
 * How what one kind of device sends becomes an alert: one entry of {@code config/sensors.yaml}.
 *
 * @param topic which topics it is for; null for every trigger of its source
 * @param levels from the least to the most severe; each severity once
 * @param clear when the condition is over
 * @param rearm after so long without a reading that says otherwise, the next one is a new episode
 * @param expiresAfter how long an alert of it may be sent
 * @param texts by language, BCP 47; the first is the default
 */
public record SensorMapping(
        String name,
        String source,
        @Nullable Pattern topic,
        SensorLayout layout,
        String sender,
        @Nullable String senderName,
        String event,
        Category category,
        List<Level> levels,
        Condition clear,
        Duration rearm,
        SensorTerms terms,
        Duration expiresAfter,
        List<String> addresses,
        List<Area> areas,
        boolean restrictToArea,
        Map<String, Text> texts) {

    /** What is said in one language; placeholders are replaced once, and what replaces them is never looked at. */
    record Text(
            PlaceholderText headline,
            @Nullable PlaceholderText description,
            @Nullable PlaceholderText instruction) {}

    /**
     * From which value on, and how grave that is.
     *
     * @param withinKm only so near to the mapping's place; null: wherever it is
     */
    record Level(Condition raise, @Nullable Double withinKm, Severity severity, Urgency urgency, Certainty certainty) {
        boolean holds(Measure measure) {
            return raise.holds(measure) && (withinKm == null || measure.km() != null && measure.km() <= withinKm);
        }
    }

    /** A set of values: numbers on one side of a bound, or words. */
    sealed interface Condition {
        boolean holds(Measure value);

        /** At the bound, or above it. */
        record AtLeast(double bound) implements Condition {
            @Override
            public boolean holds(Measure value) {
                return value.number() != null && value.number() >= bound;
            }
        }

        /** At the bound, or below it. */
        record AtMost(double bound) implements Condition {
            @Override
            public boolean holds(Measure value) {
                return value.number() != null && value.number() <= bound;
            }
        }

        /** One of these words, exactly; {@code true} and {@code false} of JSON are words too. */
        record Word(List<String> words) implements Condition {
            @Override
            public boolean holds(Measure value) {
                return words.contains(value.text());
            }
        }
    }

    /**
     * A measured value: as it stood in the payload, and as a number where the mapping asks for numbers.
     *
     * @param km how far from the mapping's place, where it has one
     */
    public record Measure(
            String text, @Nullable Double number, @Nullable Double km) {
        public Measure(String text, @Nullable Double number) {
            this(text, number, null);
        }

        Measure at(double distance) {
            return new Measure(text, number, distance);
        }
    }

    /** The gravest level that this value reaches, or null. */
    @Nullable
    Level reached(Measure measure) {
        Level reached = null;
        for (Level level : levels) {
            if (level.holds(measure)) {
                reached = level;
            }
        }
        return reached;
    }

    boolean clears(Measure measure) {
        return reached(measure) == null && clear.holds(measure);
    }

    boolean numeric() {
        return !(clear instanceof Condition.Word);
    }

    boolean isFor(String ofSource, @Nullable String ofTopic) {
        return source.equals(ofSource)
                && (topic == null || (ofTopic != null && topic.matcher(ofTopic).matches()));
    }
}
