package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.tocsin.delivery.email.Bounce;

/** Whatever lies in a mailbox ends with a verdict, and as a bounce or none. */
class MailFuzzTest {
    private static final MailReader reader = new MailReader(
            new MailSorter(new SenderList(List.of("noc@example.org")), "", "alerts@hub.example.org", id -> false));

    @FuzzTest
    void aMailIsReadOrRefused(byte[] input) {
        assertThat(reader.read(input).verdict()).isNotNull();
        assertThat(Bounce.read(input).kind()).isNotNull();
    }
}
