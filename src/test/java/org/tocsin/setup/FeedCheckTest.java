package org.tocsin.setup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.tocsin.embedded.StartRefused;

class FeedCheckTest {
    private static final Path ROUTES = Path.of("routes");

    private static void check(String name, Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                "tocsin.feeds." + name + ".url", "https://feeds.example.org/rss.xml",
                "tocsin.feeds." + name + ".kind", "gdacs"));
        more.forEach((key, value) -> keys.put("tocsin.feeds." + name + "." + key, value));
        FeedCheck.check(new Binder(new MapConfigurationPropertySource(keys)), ROUTES);
    }

    @Test
    void aFeedWithARoutePasses() {
        assertThatCode(() -> check("gdacs", Map.of("hosts[0]", "a.example.org", "holdAbove", "5", "max-bytes", "1MB")))
                .doesNotThrowAnyException();
        assertThatCode(() -> FeedCheck.check(new Binder(new MapConfigurationPropertySource(Map.of())), ROUTES))
                .doesNotThrowAnyException();
    }

    @Test
    void aFeedWithoutAnAddressIsNotThere() {
        assertThatCode(() -> check("unrouted", Map.of("url", ""))).doesNotThrowAnyException();
    }

    @Test
    void aFeedThatNobodyPollsIsRefused() {
        assertThatThrownBy(() -> check("unrouted", Map.of()))
                .isInstanceOf(StartRefused.class)
                .hasMessage(
                        "tocsin.feeds.unrouted: nobody polls it: there is no routes/intake-feed-unrouted.camel.yaml");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    perod         | 5m                              | tocsin.feeds.gdacs.perod is no key of a feed
                    url           | file:///etc/passwd              | tocsin.feeds.gdacs.url: expected an address that begins
                    url           | https://u:p@feeds.example.org/  | tocsin.feeds.gdacs.url: expected an address without user
                    url           | https://2130706433/             | tocsin.feeds.gdacs.url: expected an IPv4 address
                    url           | https://feeds example.org       | tocsin.feeds.gdacs.url: expected an address written
                    period        | 0s                              | tocsin.feeds.gdacs.period: a time longer
                    newest-within | 0s                              | tocsin.feeds.gdacs.newest-within: a time longer
                    timeout       | 1h                              | tocsin.feeds.gdacs.timeout: at most 2m
                    substance[0]  | alertlevel                      | JSON pointers
                    tell-after    | 0                               | tell-after
                    max-bytes     | 1GB                             | max-bytes
                    """)
    void aMistakeIsASentence(String key, String value, String sentence) {
        assertThatThrownBy(() -> check("gdacs", Map.of(key, value)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(sentence);
    }
}
