package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static Sent sent(String to, String text, boolean accepted) {
        return new Sent(
                "sms", to, "sms", text, null, text, Map.of(), List.of(), Instant.EPOCH, accepted, accepted, null);
    }

    @Test
    void theOldestEntriesGoButAreCounted() {
        Journal journal = new Journal(2);
        journal.record(sent("+331", "a", true));
        journal.record(sent("+332", "b", true));
        journal.record(sent("+331", "c", false));

        assertThat(journal.all()).extracting(Sent::text).containsExactly("b", "c");
        assertThat(journal.messagesTo("+331")).extracting(Sent::text).containsExactly("c");
        assertThat(journal.attempts()).isEqualTo(3);
        assertThat(journal.accepted()).isEqualTo(2);
        assertThat(journal.last("+331")).isEmpty();
    }

    @Test
    void withoutALimitOnlyCountersAreKept() {
        Journal journal = new Journal(0);
        journal.record(sent("+331", "a", true));

        assertThat(journal.all()).isEmpty();
        assertThat(journal.accepted()).isEqualTo(1);
    }

    @Test
    void anEntryPrintsNeitherNumberNorText() {
        assertThat(sent("+33612345678", "secret text", true).toString())
                .doesNotContain("33612345678")
                .doesNotContain("secret text");
    }
}
