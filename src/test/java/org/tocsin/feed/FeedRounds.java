package org.tocsin.feed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.IntakeHub;

/**
 * Feeds of a real web server, through the real intake, into a real database; a test says when a round is. One hub for
 * all tests of this package, stopped with the JVM.
 */
final class FeedRounds {
    static final FeedServer server = new FeedServer();
    static final IntakeHub hub = new IntakeHub(
            "--tocsin.intake.sensors=" + sensors(),
            "--tocsin.intake.events=src/test/resources/events/feeds.yaml",
            "--tocsin.feeds.day.url=" + server.url("/day.xml"),
            "--tocsin.feeds.day.kind=gdacs",
            "--tocsin.feeds.day.period=1ms",
            "--tocsin.feeds.day.hold-above=3",
            "--tocsin.feeds.day.internal-hosts=127.0.0.1",
            "--tocsin.feeds.warnings.url=" + server.url("/warnings.xml"),
            "--tocsin.feeds.warnings.kind=cap",
            "--tocsin.feeds.warnings.period=1ms",
            "--tocsin.feeds.warnings.internal-hosts=127.0.0.1",
            "--tocsin.feeds.quakes.url=" + server.url("/quakes.geojson"),
            "--tocsin.feeds.quakes.kind=usgs",
            "--tocsin.feeds.quakes.period=1ms",
            "--tocsin.feeds.quakes.internal-hosts=127.0.0.1",
            "--tocsin.feeds.levels.url=" + server.url("/levels.xml"),
            "--tocsin.feeds.levels.kind=gdacs",
            "--tocsin.feeds.levels.period=1ms",
            "--tocsin.feeds.levels.internal-hosts=127.0.0.1",
            "--tocsin.feeds.bulletins.url=" + server.url("/bulletins.xml"),
            "--tocsin.feeds.bulletins.period=1ms",
            "--tocsin.feeds.bulletins.internal-hosts=127.0.0.1",
            "--tocsin.feeds.frozen.url=" + server.url("/frozen.xml"),
            "--tocsin.feeds.frozen.kind=atom",
            "--tocsin.feeds.frozen.period=1ms",
            "--tocsin.feeds.frozen.newest-within=2h",
            "--tocsin.feeds.frozen.internal-hosts=127.0.0.1",
            "--tocsin.feeds.slow.url=" + server.url("/day.xml"),
            "--tocsin.feeds.slow.period=1h",
            "--tocsin.feeds.slow.internal-hosts=127.0.0.1");

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            hub.close();
            server.close();
        }));
    }

    private FeedRounds() {}

    /** Earthquakes as the shipped file has them, of the feed that is polled here, beside what the other tests need. */
    private static Path sensors() {
        try {
            return IntakeBench.temporary(
                    "sensors.yaml",
                    Files.readString(Path.of("config/sensors.yaml")).replace("source: feed-usgs", "source: feed-quakes")
                            + Files.readString(Path.of("src/test/resources/sensors/feeds.yaml"))
                                    .replaceFirst("(?s)^.*?sensors:\\n", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void forgetAll() {
        hub.jdbc().sql("delete from feed").update();
        hub.jdbc().sql("delete from hub_event").update();
        hub.jdbc().sql("delete from incident").update();
        hub.jdbc().sql("update alert set state = 'DONE' where state <> 'DONE'").update();
    }

    /** As the route does: poll, accept, taken. */
    static List<IntakeResult> round(String feed) {
        FeedPoller feeds = hub.bean(FeedPoller.class);
        List<IntakeResult> results = hub.bean(Intake.class).acceptAll(feeds.poll(feed));
        feeds.taken(feed);
        return results;
    }

    static long accepted(List<IntakeResult> results) {
        return results.stream().filter(IntakeResult.Accepted.class::isInstance).count();
    }

    /** Of the alerts of this test, oldest first. */
    static String states() {
        return String.join(
                ", ",
                hub.jdbc()
                        .sql("select msg_type || ' ' || severity || ' ' || state from alert"
                                + " where state <> 'DONE' order by id")
                        .query(String.class)
                        .list());
    }
}
