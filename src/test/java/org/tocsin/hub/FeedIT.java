package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.feed.GdacsDay;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Console;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;
import org.tocsin.testing.Trap;

/** A feed's way through the whole hub, by its shipped route: counted on the phone. */
class FeedIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FeedServer server = new FeedServer();
    private static final Trap trap = new Trap();
    private static final GdacsDay day = new GdacsDay().set("1", "Red").set("2", "Green");

    private static Hub hub;
    private static Console console;
    private static int hour;

    @BeforeAll
    static void start() {
        build();
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.intake.sensors=src/test/resources/sensors/feeds.yaml",
                "--tocsin.feeds.gdacs.url=" + server.url("/gdacs.xml"),
                "--tocsin.feeds.gdacs.period=200ms",
                "--tocsin.feeds.gdacs.internal-hosts=127.0.0.1");
        console = new Console();
        awaitRounds();
    }

    @AfterAll
    static void stop() {
        hub.close();
        console.close();
        trap.close();
        server.close();
    }

    private static void build() {
        server.put("/gdacs.xml", "application/rss+xml", day.build(hour++));
    }

    /** At least one round that began after now has ended. */
    private static void awaitRounds() {
        long now = server.requests("/gdacs.xml");
        await().atMost(LONG).until(() -> server.requests("/gdacs.xml") >= now + 2);
    }

    @Test
    void aRaisedLevelReachesThePhoneOnceAsAnAlertAndOnceAsItsUpdateAndTheTextIsTextOnly() {
        Person person = Person.of(hub);
        String name = UUID.randomUUID().toString().substring(0, 8);
        String text = name + " ${bean:x} {{sys:user.home}} ${jndi:ldap://" + trap.address() + "/x} <b>bold</b>";
        String xml = name + " ${bean:x} {{sys:user.home}}&#13;&#10;${jndi:ldap://" + trap.address()
                + "/x} &lt;b&gt;bold&lt;/b&gt;";
        for (int i = 0; i < 3; i++) {
            build();
            awaitRounds();
        }
        assertThat(person.whatsApp())
                .as("what was there first, and what was only restamped")
                .isEmpty();

        day.set("2", "Orange").title("2", xml);
        build();
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(person.whatsApp()).singleElement().satisfies(sent -> assertThat(sent.params())
                .containsEntry("instruction", text));
        for (int i = 0; i < 3; i++) {
            build();
            awaitRounds();
        }
        assertThat(person.whatsAppsOnPhone()).isEqualTo(1);

        day.set("2", "Red");
        build();
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 2);
        build();
        awaitRounds();
        assertThat(person.whatsAppsOnPhone()).isEqualTo(2);

        assertThat(trap.calls()).isZero();
        assertThat(console.takeLines())
                .allMatch(line -> line.isEmpty() || line.matches("\\d{4}-\\d\\d-\\d\\dT.*"))
                .noneMatch(line -> line.contains(name));
    }

    @Test
    void aFeedThatIsAwayIsSeenInMetricsAndTheLogAndComesBackByItself() throws Exception {
        Person person = Person.of(hub);
        server.put("/gdacs.xml", "text/html", "<!DOCTYPE html><html>SECRETPAGE</html>");
        awaitRounds();
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.jdbc()
                        .queryForObject(
                                "select count(*) from hub_event where what = 'The feed gdacs cannot be read'"
                                        + " and told_at is not null",
                                Integer.class))
                .isPositive());
        day.set("9", "Red");
        build();
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(console.takeLines()).noneMatch(line -> line.contains("SECRETPAGE"));
        java.net.http.HttpResponse<String> metrics = hub.send(java.net.http.HttpRequest.newBuilder(
                java.net.URI.create("http://127.0.0.1:" + hub.port("local.management.port") + "/actuator/prometheus")));
        assertThat(metrics.body())
                .contains("tocsin_feed_polls_total{feed=\"gdacs\",outcome=\"html\"}")
                .contains("tocsin_feed_polls_total{feed=\"gdacs\",outcome=\"read\"}");
    }
}
