package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static Sent sent(String to, String text, boolean accepted) {
        return new Sent(
                "sms", null, to, "sms", text, null, text, Map.of(), List.of(), Instant.EPOCH, accepted, accepted, null);
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

    @Test
    void aFullJournalFindsTheNewestOfEachPersonAndNothingOlder() {
        Journal journal = new Journal(3_000);
        for (int n = 0; n < 10_000; n++) {
            journal.record(sent("+33" + n % 7, "text " + n, true));
        }

        assertThat(journal.all()).hasSize(3_000);
        assertThat(journal.all().get(0).text()).isEqualTo("text 7000");
        assertThat(journal.messagesTo("+333")).hasSize(429).allMatch(sent -> sent.to()
                .equals("+333"));
        assertThat(journal.last("+333")).map(Sent::text).contains("text " + (9_999 - (9_999 - 3) % 7));
        assertThat(journal.attempts()).isEqualTo(10_000);
    }

    @Test
    void anEntryComesOutAsItWentIn() {
        Sent sent = new Sent(
                "whatsapp",
                "106540352242923",
                "+33612345678",
                "template:flood/fr",
                "wamid.x",
                "k-1",
                "Rh\u00f4ne | \ud83d\ude00",
                Map.of("river", "Rh\u00f4ne"),
                List.of("ACK", ""),
                Instant.parse("2026-11-25T10:00:00.123456789Z"),
                true,
                false,
                "fault");

        assertThat(PackedSent.unpack(PackedSent.pack(sent))).isEqualTo(sent);
    }
}
