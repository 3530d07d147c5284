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

/** Whatever comes as the words of CAP in JSON is an alert that survives the way into the ledger and back, or refused. */
class CapJsonFuzzTest {
    private static final CapSchemas SCHEMAS = CapSchemas.lenient();

    @FuzzTest
    void whateverComesAsJsonIsReadOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        Submission submission = new Submission(
                "api", Format.CAP_JSON, input, Map.of(), new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.check(
                    new CapJsonNormalizer(CapSignatures.none(), SCHEMAS).normalise(submission, Instant.EPOCH),
                    Instant.EPOCH);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
