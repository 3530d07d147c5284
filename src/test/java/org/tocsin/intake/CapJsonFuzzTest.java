package org.tocsin.intake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.Map;

/** Whatever comes as the words of CAP in JSON is an alert that survives the way into the ledger and back, or refused. */
class CapJsonFuzzTest {
    @FuzzTest
    void whateverComesAsJsonIsReadOrRefused(byte[] input) {
        Submission submission = new Submission(
                "api", Format.CAP_JSON, input, Map.of(), new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.check(
                    new CapJsonNormalizer(CapSignatures.none()).normalise(submission, Instant.EPOCH), Instant.EPOCH);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
