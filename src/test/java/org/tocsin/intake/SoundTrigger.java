package org.tocsin.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.ContentHash;
import org.tocsin.intake.alerts.CapDocument;
import org.tocsin.intake.events.EventReport;
import org.tocsin.intake.sensors.Reading;

/**
 * What must hold of everything that a normaliser lets through. Not in the fuzz tests themselves: JUnit looks at their
 * methods, which loads the records named there before Jazzer instruments them, and JDK 17 loses the fields of a record
 * that is instrumented afterwards.
 */
public final class SoundTrigger {
    private SoundTrigger() {}

    public static void check(Trigger trigger, Instant now) {
        if (trigger instanceof Trigger.Pack pack) {
            pack.triggers().forEach(one -> check(one, now));
        } else if (trigger instanceof Reading reading) {
            reading(reading, now);
        } else if (trigger instanceof EventReport report) {
            report(report);
        } else if (trigger instanceof Trigger.Complete complete) {
            survivesTheLedger(complete.alert());
            report(complete.marks().schema());
        }
    }

    /** An alert whose signature cannot be valid. */
    public static void checkUnsigned(Trigger trigger) {
        assertThat(((Trigger.Complete) trigger).marks().signature()).isNotEqualTo(Marks.Signature.VALID);
        check(trigger, Instant.EPOCH);
    }

    private static void report(@Nullable SchemaReport report) {
        if (report != null) {
            assertThat(report.deviations()).hasSizeLessThanOrEqualTo(50).allSatisfy(deviation -> assertThat(
                            deviation.element() + deviation.expected())
                    .hasSizeLessThan(2_000)
                    .matches("[^\\p{Cntrl}]+"));
            assertThat(SchemaReport.ofJson(SchemaReport.json(report))).isEqualTo(report);
        }
    }

    private static void reading(Reading reading, Instant now) {
        assertThat(reading.key()).hasSizeLessThanOrEqualTo(600).doesNotContain("\0");
        reading.fields().values().forEach(text -> assertThat(text)
                .hasSizeLessThanOrEqualTo(1_000)
                .doesNotContain("\0"));
        assertThat(reading.at()).isBetween(now.minusSeconds(86_400), now.plusSeconds(300));
        Double number = reading.measure().number();
        assertThat(number == null || Double.isFinite(number)).isTrue();
    }

    private static void report(EventReport report) {
        assertThat(report.key()).hasSizeLessThanOrEqualTo(600).doesNotContain("\0");
        report.texts()
                .values()
                .forEach(text -> assertThat(text.headline()).isNotBlank().doesNotContain("\0"));
    }

    private static void survivesTheLedger(Alert alert) {
        Alert restored = CapDocument.read(CapDocument.write(alert));
        assertThat(ContentHash.of(restored)).isEqualTo(ContentHash.of(alert));
    }

    public static void check(UnacceptableSubmission poison) {
        assertThat(poison.reason()).isNotBlank().hasSizeLessThan(2_100);
        assertThat(poison.reason().chars()).noneMatch(Character::isISOControl);
    }
}
