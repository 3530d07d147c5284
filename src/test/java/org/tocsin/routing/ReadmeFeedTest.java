package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.feed.GdacsDay;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.IntakeHub;

/** What routes/README.md says under "Add a feed" is done: copy a file, replace a name, say what its entries mean. */
class ReadmeFeedTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- feed: read by ReadmeFeedTest -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL);

    @Test
    void aFeedThatWasAddedByThePageRaisesAnAlertAndItsUpdate(@TempDir Path folder) throws IOException {
        Path route = folder.resolve("intake-feed-islands.camel.yaml");
        Files.writeString(
                route,
                Files.readString(Path.of("routes/intake-feed-gdacs.camel.yaml")).replace("gdacs", "islands"));
        Path sensors = folder.resolve("sensors.yaml");
        Files.writeString(sensors, "sensors:\n" + block().replace("feed-gdacs", "feed-islands"));
        GdacsDay day = new GdacsDay().set("1", "Green");
        try (FeedServer server = new FeedServer()) {
            server.put("/rss.xml", "application/rss+xml", day.build(0));
            try (IntakeHub hub = new IntakeHub(
                    "--camel.main.routes-include-pattern=file:" + route
                            + ",file:routes/accept-alert.camel.yaml,file:routes/error-handling.camel.yaml",
                    "--tocsin.intake.sensors=" + sensors,
                    "--tocsin.feeds.islands.url=" + server.url("/rss.xml"),
                    "--tocsin.feeds.islands.kind=gdacs",
                    "--tocsin.feeds.islands.period=200ms",
                    "--tocsin.feeds.islands.internal-hosts=127.0.0.1")) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> hub.count("feed where baselined_at is not null") == 1);
                day.set("1", "Orange");
                server.put("/rss.xml", "application/rss+xml", day.build(1));
                await().atMost(Duration.ofSeconds(30)).until(() -> hub.count("alert") == 1);
                day.set("1", "Red");
                server.put("/rss.xml", "application/rss+xml", day.build(2));
                await().atMost(Duration.ofSeconds(30)).until(() -> hub.count("alert") == 2);

                assertThat(hub.jdbc()
                                .sql("select source || ' ' || msg_type || ' ' || severity || ' ' || state from alert"
                                        + " order by id")
                                .query(String.class)
                                .list())
                        .containsExactly(
                                "feed-islands Alert Severe SUPERSEDED", "feed-islands Update Extreme PLANNING");
            }
        }
    }

    private static String block() throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1).replaceAll("(?m)^   ", "");
    }
}
