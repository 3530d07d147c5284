package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.tocsin.testing.Bounded;

/**
 * Whatever a feed's address gives is entries that can be told apart and handed in, or a failure of a known kind. The first
 * line is the charset of its Content-Type; nothing: it names none.
 */
class FeedFuzzTest {
    @FuzzTest
    void aFeedIsReadOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        int line = 0;
        while (line < input.length && input[line] != '\n') {
            line++;
        }
        String charset = line == 0 ? null : new String(input, 0, line, StandardCharsets.ISO_8859_1);
        byte[] body = Arrays.copyOfRange(input, Math.min(line + 1, input.length), input.length);
        try {
            List<FeedEntry> entries = FeedDocument.read(body, charset, 100);
            assertThat(entries).hasSizeLessThanOrEqualTo(100);
            for (FeedEntry entry : entries) {
                assertThat(entry.document().toString()).doesNotContain("\\u0000");
            }
        } catch (FeedFailure failure) {
            assertThat(failure.getMessage()).isNotBlank().hasSizeLessThan(200);
        }
    }
}
