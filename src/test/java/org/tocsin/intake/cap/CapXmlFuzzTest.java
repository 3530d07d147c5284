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

/** Whatever comes as CAP XML is an alert that survives the way into the ledger and back, or a problem that names its place. */
class CapXmlFuzzTest {
    @FuzzTest
    void whateverComesAsXmlIsReadOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        Submission submission = new Submission(
                "jms-incidents", Format.CAP_XML, input, Map.of(), new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.check(
                    new CapXmlNormalizer(CapSignatures.none(), CapSchemas.lenient())
                            .normalise(submission, Instant.EPOCH),
                    Instant.EPOCH);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
