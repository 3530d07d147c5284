package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.feed.GdacsDay;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Console;
import org.tocsin.testing.EveryChannel;
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
        quakes("");
        warnings();
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.intake.sensors=src/test/resources/sensors/feeds.yaml",
                "--tocsin.feeds.gdacs.url=" + server.url("/gdacs.xml"),
                "--tocsin.feeds.gdacs.period=200ms",
                "--tocsin.feeds.gdacs.internal-hosts=127.0.0.1",
                "--tocsin.feeds.usgs.url=" + server.url("/usgs.geojson"),
                "--tocsin.feeds.usgs.period=200ms",
                "--tocsin.feeds.usgs.internal-hosts=127.0.0.1",
                "--tocsin.feeds.weather.url=" + server.url("/weather.atom"),
                "--tocsin.feeds.weather.period=200ms",
                "--tocsin.feeds.weather.internal-hosts=127.0.0.1");
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

    private static void quakes(String features) {
        server.put(
                "/usgs.geojson",
                "application/geo+json",
                "{\"type\":\"FeatureCollection\",\"features\":[" + features + "]}");
    }

    private static String quake(String id, double magnitude) {
        return """
                {"type":"Feature","id":"%1$s","properties":{"mag":%2$s,"place":"12 km N of the lake","time":%3$d,
                "updated":%3$d,"ids":",%1$s,","title":"M %2$s - 12 km N of the lake"},
                "geometry":{"type":"Point","coordinates":[2.3,48.8,10]}}
                """.formatted(id, magnitude, System.currentTimeMillis());
    }

    /** An index as a weather service keeps it: an entry for each warning that is in force, with a link to its CAP. */
    private static void warnings(String... names) {
        String entries = Stream.of(names)
                .map(name -> server.url("/" + name + ".xml"))
                .map(url -> "<entry><id>%1$s</id><title>Warning</title><updated>2026-11-26T05:00:00Z</updated>"
                                .formatted(url)
                        + "<link href='" + url + "'/></entry>")
                .collect(Collectors.joining());
        server.put(
                "/weather.atom",
                "application/atom+xml",
                "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:w</id><title>W</title>"
                        + "<updated>2026-11-26T05:00:00Z</updated>" + entries + "</feed>");
    }

    private static String warning(String identifier, String sent, String type, String references, Person person) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>met@example.org</sender><sent>%s</sent><status>Actual</status><msgType>%s</msgType>
                <scope>Private</scope><addresses>%s</addresses>%s<info><language>en</language><category>Met</category>
                <event>Storm</event><urgency>Expected</urgency><severity>Severe</severity>
                <certainty>Likely</certainty><headline>Storm from the west</headline></info></alert>
                """.formatted(identifier, sent, type, person.id(), references);
    }

    /** At least one round that began after now has ended. */
    private static void awaitRounds() {
        awaitRounds("/gdacs.xml");
    }

    private static void awaitRounds(String path) {
        long now = server.requests(path);
        await().atMost(LONG).until(() -> server.requests(path) >= now + 2);
    }

    @Test
    void anEarthquakeReachesThePhoneOnceByTheShippedRouteOfUsgs() {
        Person person = Person.of(hub);
        String id = "eu" + UUID.randomUUID().toString().substring(0, 8);
        awaitRounds("/usgs.geojson");

        quakes(quake(id, 5.1));
        awaitRounds("/usgs.geojson");
        assertThat(person.whatsApp()).as("below the threshold").isEmpty();
        quakes(quake(id, 6.4));
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        quakes(quake(id, 6.4));
        awaitRounds("/usgs.geojson");

        assertThat(person.whatsApp()).singleElement().satisfies(sent -> assertThat(sent.params())
                .containsEntry("instruction", "M 6.4 - 12 km N of the lake"));
    }

    @Test
    void aWarningOfANationalServiceReachesThePhoneOnceByTheShippedRouteAndItsCancelToo() {
        Person person = Person.of(hub);
        String name = "w-" + UUID.randomUUID();
        String sent = Cap.now();
        awaitRounds("/weather.atom");

        server.put("/" + name + ".xml", "application/cap+xml", warning(name, sent, "Alert", "", person));
        warnings(name);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        awaitRounds("/weather.atom");
        assertThat(person.whatsAppsOnPhone()).isEqualTo(1);

        String references = "<references>met@example.org,%s,%s</references>".formatted(name, sent);
        server.put(
                "/c-" + name + ".xml", "application/cap+xml", warning("c-" + name, sent, "Cancel", references, person));
        warnings("c-" + name);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 2);
        assertThat(person.whatsApp().get(1).kind()).contains("cancelled");
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
        EveryChannel.shows(person, text, text.replace("}} ${jndi", "}}\n${jndi"));
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
