package org.tocsin.intake.cap;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.Map;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.SoundTrigger;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.testing.Bounded;

/** EDXL-DE 1.0 and 2.0 with an alert in it, under a strict profile: what the schema says is then said too. */
class EnvelopeFuzzTest {
    private static final CapXmlNormalizer normalizer = new CapXmlNormalizer(
            CapSignatures.none(),
            new CapSchemas(new CapProfileSettings(java.util.List.of(
                    new CapProfileSettings.Profile("jms-incidents", CapProfileSettings.Validation.STRICT, null)))));

    @FuzzTest
    void whateverComesInAnEnvelopeIsTheOneAlertInItOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        Submission submission = new Submission(
                "jms-incidents", Format.CAP_XML, input, Map.of(), new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.check(normalizer.normalise(submission, Instant.EPOCH), Instant.EPOCH);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
