package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Whatever a feed's address gives is entries that can be told apart and handed in, or a failure of a known kind. */
class FeedFuzzTest {
    @FuzzTest
    void aFeedIsReadOrRefused(byte[] input) {
        try {
            List<FeedEntry> entries = FeedDocument.read(input, null, 100);
            assertThat(entries).hasSizeLessThanOrEqualTo(100);
            for (FeedEntry entry : entries) {
                assertThat(entry.document().toString()).doesNotContain("\\u0000");
            }
        } catch (FeedFailure failure) {
            assertThat(failure.getMessage()).isNotBlank().hasSizeLessThan(200);
        }
    }
}
