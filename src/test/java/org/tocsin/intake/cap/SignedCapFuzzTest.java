package org.tocsin.intake.cap;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.SoundTrigger;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.testing.Bounded;

/** Whatever stands in a signature: the key of this certificate was thrown away, so none is ever valid, and none breaks the reader. */
class SignedCapFuzzTest {
    private static final CapXmlNormalizer normalizer = new CapXmlNormalizer(
            new CapSignatures(new SignatureSettings(List.of(new SignatureSettings.Signer(
                    Pattern.compile("(?s).*"), Path.of("src/test/resources/cap/nobody.pem"), true)))),
            CapSchemas.lenient());

    @FuzzTest
    void aSignatureThatNobodyCouldMakeIsNeverValid(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        Submission submission = new Submission(
                "jms-incidents", Format.CAP_XML, input, Map.of(), new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.checkUnsigned(normalizer.normalise(submission, Instant.EPOCH));
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
