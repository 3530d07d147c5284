package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.tocsin.delivery.email.Bounce;
import org.tocsin.testing.Bounded;

/**
 * Whatever lies in a mailbox ends with a verdict, and as a bounce or none; and asking a mail server whether it believes in
 * the sender never lets in what would be kept out without.
 */
class MailFuzzTest {
    private static final MailReader reader = reader("");
    private static final MailReader asking = reader("mx.example.org");

    private static MailReader reader(String authservId) {
        return new MailReader(new MailSorter(
                new SenderList(List.of("noc@example.org")), authservId, "alerts@hub.example.org", id -> false));
    }

    @FuzzTest
    void aMailIsReadOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        Object verdict = reader.read(input).verdict();
        assertThat(verdict).isNotNull();
        Object asked = asking.read(input).verdict();
        assertThat(asked).isNotNull();
        if (asked instanceof MailVerdict.Document) {
            assertThat(verdict).isInstanceOf(MailVerdict.Document.class);
        }
        assertThat(Bounce.read(input).kind()).isNotNull();
    }
}
