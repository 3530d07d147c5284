package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.feed.FeedRounds.accepted;
import static org.tocsin.feed.FeedRounds.hub;
import static org.tocsin.feed.FeedRounds.round;
import static org.tocsin.feed.FeedRounds.server;
import static org.tocsin.feed.FeedRounds.states;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.Poison;
import org.tocsin.testing.Trap;

/** Feeds of a real web server, through the real intake, into a real database; a test says when a round is. */
class FeedPollerTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final FeedPoller feeds = hub.bean(FeedPoller.class);
    /** Events of each test's own: what an earlier one has told of them is known to the ledger. */
    private final GdacsDay day = new GdacsDay(TESTS.incrementAndGet() + "0");

    @BeforeEach
    void everyFeedIsNew() {
        FeedRounds.forgetAll();
    }

    private List<IntakeResult> build(int hour) {
        server.putTagged("/day.xml", "application/rss+xml", day.build(hour));
        return round("day");
    }

    @Test
    void aDayOfRestampedEntriesIsSilentAndOneRaisedLevelIsOneAlertAndOneUpdate() {
        for (int event = 1; event <= 12; event++) {
            day.set("10" + event, event <= 2 ? "Red" : event <= 5 ? "Orange" : "Green");
        }
        for (int hour = 0; hour < 24; hour++) {
            if (hour == 7) {
                day.set("109", "Orange");
            } else if (hour == 15) {
                day.set("109", "Red");
            } else if (hour == 18) {
                day.remove("103").remove("1010");
            } else if (hour == 20) {
                day.set("103", "Orange").set("1010", "Green");
            }
            List<IntakeResult> results = build(hour);
            assertThat(results).as("hour " + hour).hasSize(hour == 7 || hour == 15 ? 1 : 0);
        }
        assertThat(states()).isEqualTo("Alert Severe SUPERSEDED, Update Extreme PLANNING");
    }

    @Test
    void whatCameWhileNobodyPolledIsNotLost() {
        day.set("1", "Green").set("2", "Green");
        build(0);
        day.set("2", "Red").set("3", "Orange");
        assertThat(accepted(build(9))).isEqualTo(2);
        assertThat(accepted(build(10))).isZero();
    }

    /** A hub that dies between the commit of the alert and that of the feed's state. */
    @Test
    void whatIsHandedInTwiceIsOneAlert() {
        day.set("1", "Green");
        build(0);
        day.set("1", "Red");
        server.putTagged("/day.xml", "application/rss+xml", day.build(1));
        List<Submission> once = feeds.poll("day");
        assertThat(accepted(hub.bean(Intake.class).acceptAll(once))).isEqualTo(1);

        assertThat(round("day"))
                .as("no 304 for what was never kept")
                .singleElement()
                .isInstanceOf(IntakeResult.Silent.class);
        assertThat(round("day")).isEmpty();
        assertThat(build(3)).isEmpty();
        assertThat(states()).isEqualTo("Alert Extreme PLANNING");
        assertThat(hub.count("feed where failure = 'not-committed' and failures = 0"))
                .isEqualTo(1);
    }

    @Test
    void manyNewOnesInOnePollWaitForAPerson() {
        day.set("1", "Green");
        build(0);
        day.set("1", "Orange").set("2", "Red").set("3", "Red").set("4", "Red").set("5", "Orange");
        assertThat(accepted(build(1))).isEqualTo(5);
        assertThat(hub.count("alert where state = 'PLANNING'"))
                .as("it was known")
                .isEqualTo(1);
        assertThat(hub.count("alert where state = 'HELD' and reason like '%more than 3 new entries%'"))
                .isEqualTo(4);
        assertThat(build(2)).isEmpty();
    }

    @Test
    void anotherHubDoesNotPollWhatIsPolledOrNotDue() {
        day.set("1", "Green");
        server.put("/day.xml", "application/rss+xml", day.build(0));
        long before = server.requests("/day.xml");
        round("slow");
        round("slow");
        assertThat(server.requests("/day.xml") - before).as("it is not due").isEqualTo(1);

        build(0);
        hub.jdbc()
                .sql("update feed set lease_owner = 'another', lease_until = now() + interval '1 minute'")
                .update();
        long polled = server.requests("/day.xml");
        build(1);
        assertThat(server.requests("/day.xml")).as("another hub has it").isEqualTo(polled);
        hub.jdbc()
                .sql("update feed set lease_until = now() - interval '1 second' where name = 'day'")
                .update();
        day.set("1", "Red");
        assertThat(accepted(build(2))).as("that hub is gone").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag", "Last-Modified"})
    void a304IsNothingNewAndKeepsWhatIsKnown(String validator) {
        String date = "Mon, 23 Nov 2026 10:00:00 GMT";
        day.set("1", "Green");
        String first = day.build(0);
        if (validator.equals("ETag")) {
            server.putTagged("/day.xml", "text/xml", first);
        } else {
            server.putDated("/day.xml", "text/xml", first, date);
        }
        double before = polls("not-modified");
        round("day");
        assertThat(polls("not-modified") - before).isZero();
        assertThat(round("day")).isEmpty();
        assertThat(polls("not-modified") - before)
                .as("it said that nothing has changed")
                .isEqualTo(1);
        assertThat(hub.count("feed where failures = 0 and "
                        + (validator.equals("ETag")
                                ? "etag is not null and last_modified is null"
                                : "etag is null and last_modified = '" + date + "'")))
                .isEqualTo(1);
        day.set("2", "Red");
        assertThat(accepted(build(2))).isEqualTo(1);
    }

    private static double polls(String outcome) {
        return hub.bean(MeterRegistry.class)
                .counter("tocsin.feed.polls", "feed", "day", "outcome", outcome)
                .count();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "not-found, 404, text/html, <html/>",
        "gone, 410, text/html, <html/>",
        "server-error, 500, text/html, <html/>",
        "html, 200, text/html, <!DOCTYPE html><html><body>Sorry</body></html>",
        "malformed, 200, application/rss+xml, <rss><channel><item>",
        "doctype, 200, application/rss+xml, <!DOCTYPE rss><rss/>",
    })
    void aFeedThatCannotBeReadIsCountedTheDutyGroupIsToldOnceAndNothingIsForgotten(
            String kind, int status, String type, String text) {
        day.set("1", "Green").set("2", "Orange");
        build(0);
        server.put("/day.xml", exchange -> FeedServer.answer(exchange, status, type, text));
        for (int i = 0; i < 5; i++) {
            assertThat(round("day")).isEmpty();
        }
        assertThat(hub.count("feed where failures = 5 and failure = '" + kind + "'"))
                .isEqualTo(1);
        assertThat(hub.count("hub_event where what = 'The feed day cannot be read' and see like '%tocsin.feeds%'"))
                .isEqualTo(1);

        assertThat(build(6)).as("an empty build would have made all of it new").isEmpty();
        assertThat(hub.count("hub_event where what = 'The feed day can be read again'"))
                .isEqualTo(1);
        day.set("1", "Red");
        assertThat(accepted(build(7))).isEqualTo(1);
    }

    private List<IntakeResult> quakes(String... features) {
        server.put(
                "/quakes.geojson",
                "application/geo+json",
                "{\"type\":\"FeatureCollection\",\"features\":[" + String.join(",", features) + "]}");
        return round("quakes");
    }

    /** {@code updated} is new in each build. */
    private static String quake(String id, double magnitude, double latitude, String otherIds) {
        return """
                {"type":"Feature","id":"%s","properties":{"mag":%s,"place":"12 km N of the lake","time":%d,
                "updated":%d,"ids":",%s,","title":"M %s - 12 km N of the lake"},
                "geometry":{"type":"Point","coordinates":[2.3522,%s,10]}}""".formatted(
                        id,
                        magnitude,
                        System.currentTimeMillis() - 90_000,
                        System.nanoTime() / 1_000,
                        otherIds,
                        magnitude,
                        latitude);
    }

    /**
     * As earthquake.usgs.gov writes it, by the shipped entry of {@code config/sensors.yaml}: 49.2163 is 40 km away, 50.7
     * more than 200. The id that it prefers may change.
     */
    @Test
    void anEarthquakeIsOneAlertWhicheverOfItsIdsItHasAndOneThatIsWeakOrFarAwayIsNone() {
        long parked = hub.count("parked");
        String far = quake("us9", 6.0, 50.7, "us9");
        assertThat(quakes(quake("us1", 3.0, 49.2163, "us1"))).as("the baseline").isEmpty();
        assertThat(quakes(quake("us1", 3.0, 49.2163, "us1"), quake("us2", 3.0, 49.2163, "us2"), far))
                .hasSize(2)
                .allMatch(IntakeResult.Silent.class::isInstance);
        assertThat(accepted(quakes(quake("us1", 5.5, 49.2163, "us1"), quake("us2", 3.0, 49.2163, "us2"), far)))
                .isEqualTo(1);
        assertThat(quakes(quake("ak1", 5.5, 49.2163, "us1,ak1"), quake("us2", 3.0, 49.2163, "us2"), far))
                .isEmpty();
        assertThat(states()).isEqualTo("Alert Extreme PLANNING");
        assertThat(hub.count("parked"))
                .as("entries of the feed that the mapping cannot read")
                .isEqualTo(parked);
    }

    /** By the entries' own dates; one that is ahead does not make a feed young. */
    @Test
    void aFeedThatCanBeReadAndSaysNothingNewIsToldOnceAndThatItDoesAgainToo() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        frozen(now.minusMinutes(110), now.minusDays(9));
        round("frozen");
        assertThat(aged()).as("young enough").isEmpty();

        frozen(now.minusHours(3), now.plusYears(1));
        hub.jdbc()
                .sql("update feed set newest_at = newest_at - interval '1 hour'")
                .update();
        round("frozen");
        round("frozen");
        assertThat(aged()).containsExactly("The feed frozen can be read and says nothing new");
        assertThat(hub.count("hub_event where detail like 'Its newest entry is of 20%'"))
                .isEqualTo(1);

        frozen(now.minusHours(3), now.minusSeconds(5));
        round("frozen");
        round("frozen");
        assertThat(aged()).hasSize(2).last().isEqualTo("The feed frozen says something new again");
        hub.jdbc()
                .sql("update feed set newest_at = newest_at - interval '3 hours'")
                .update();
        round("frozen");
        assertThat(aged()).as("by 304 alone").hasSize(3);
    }

    private static List<String> aged() {
        return hub.jdbc()
                .sql("select what from hub_event where what like 'The feed %' order by id")
                .query(String.class)
                .list();
    }

    private static void frozen(OffsetDateTime... dates) {
        StringBuilder atom =
                new StringBuilder("<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:f</id><title>F</title>"
                        + "<updated>2026-01-01T00:00:00Z</updated>");
        for (OffsetDateTime date : dates) {
            String written = date.format(IntakeHub.CAP_TIME);
            atom.append("<entry><id>urn:")
                    .append(written)
                    .append("</id><title>Old</title><updated>")
                    .append(written)
                    .append("</updated></entry>");
        }
        server.putTagged(
                "/frozen.xml", "application/atom+xml", atom.append("</feed>").toString());
    }

    @Test
    void capDocumentsBehindEntriesBecomeAlertsOnceAndNothingInThemIsFetched() {
        try (Trap trap = new Trap()) {
            String name = UUID.randomUUID().toString();
            index(name + "-0");
            assertThat(round("warnings")).as("the baseline").isEmpty();
            server.put("/" + name + "-1.xml", "application/cap+xml", cap(name, "http://" + trap.address() + "/x"));
            index(name + "-0", name + "-1");
            assertThat(accepted(round("warnings"))).isEqualTo(1);
            assertThat(round("warnings")).isEmpty();
            assertThat(hub.count("alert where identifier = '" + name + "' and source = 'feed-warnings'"
                            + " and state = 'PLANNING'"))
                    .isEqualTo(1);
            assertThat(trap.calls()).isZero();
            assertThat(server.requests("/" + name + "-0.xml"))
                    .as("what was there first")
                    .isZero();
            assertThat(server.requests("/" + name + "-1.xml")).isEqualTo(1);
        }
    }

    @Test
    void aCapDocumentThatCannotBeFetchedNowComesLaterAndOneElsewhereNever() {
        try (Trap trap = new Trap()) {
            String name = UUID.randomUUID().toString();
            index();
            round("warnings");
            index(name + "-1", "http://localhost:" + trap.address().split(":")[1] + "/" + name + "-2.xml");
            for (int i = 0; i < 3; i++) {
                assertThat(round("warnings")).isEmpty();
            }
            assertThat(hub.count("hub_event where what = 'The feed warnings cannot be read'"))
                    .isEqualTo(1);
            server.put("/" + name + "-1.xml", "application/cap+xml", cap(name, "http://127.0.0.1/"));
            assertThat(accepted(round("warnings")))
                    .as("the index is the same all the time, and the server says so to who has it")
                    .isEqualTo(1);
            assertThat(trap.calls()).isZero();
            assertThat(hub.count("feed where name = 'warnings' and failure = 'address-refused'"))
                    .isEqualTo(1);
        }
    }

    /** Linked from an entry, written into one, and the feed itself. */
    @Test
    void nothingThatAHostileDocumentNamesIsFetched() {
        try (Trap trap = new Trap()) {
            String name = UUID.randomUUID().toString();
            index();
            round("warnings");
            List<String> attacks = Poison.documents()
                    .filter(document -> (boolean) document.get()[1])
                    .map(document ->
                            ((String) document.get()[2]).replace("TRAP", trap.address()) + "<!--" + name + "-->")
                    .toList();
            String[] entries = new String[attacks.size()];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = name + "-" + i;
                server.put("/" + entries[i] + ".xml", "application/cap+xml", attacks.get(i));
            }
            long parked = hub.count("parked");
            index(entries);
            assertThat(round("warnings")).hasSize(entries.length).allMatch(IntakeResult.Parked.class::isInstance);
            assertThat(hub.count("parked")).isEqualTo(parked + entries.length);
            assertThat(hub.count("parked where reason like '%root:%'")).isZero();

            String include =
                    "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='http://" + trap.address() + "/x'/>";
            String written = "<entry><id>urn:" + name + "</id><title>W</title><content type='application/cap+xml'>"
                    + cap(name, "http://x/").replace("</info>", include + "</info>") + "</content></entry>";
            serve(written);
            assertThat(round("warnings")).singleElement().isInstanceOf(IntakeResult.Parked.class);

            server.put(
                    "/warnings.xml",
                    "application/atom+xml",
                    "<!DOCTYPE feed [<!ENTITY e SYSTEM 'http://" + trap.address()
                            + "/x'>]><feed xmlns='http://www.w3.org/2005/Atom'>&e;</feed>");
            assertThat(round("warnings")).isEmpty();
            assertThat(hub.count("feed where name = 'warnings' and failure = 'doctype'"))
                    .isEqualTo(1);
            assertThat(trap.calls()).isZero();
        }
    }

    @Test
    void aCapDocumentBehindAnEntryThatIsTooLargeIsParkedOnceOrItsBeginningAndTheOthersGoOn() {
        String name = UUID.randomUUID().toString();
        index();
        round("warnings");
        server.put("/" + name + "-1.xml", "application/cap+xml", cap(name + "-1", "http://x/" + "x".repeat(600_000)));
        server.put("/" + name + "-2.xml", "application/cap+xml", cap(name + "-2", "http://x/" + "x".repeat(1_500_000)));
        server.put("/" + name + "-3.xml", "application/cap+xml", cap(name + "-3", "http://x/"));
        index(name + "-1", name + "-2", name + "-3");

        assertThat(accepted(round("warnings"))).isEqualTo(1);
        assertThat(round("warnings")).as("none comes again").isEmpty();
        assertThat(hub.jdbc()
                        .sql(
                                "select reason from parked where source = 'feed-warnings' and length(payload_enc) < 4000000"
                                        + " order by id desc limit 2")
                        .query(String.class)
                        .list())
                .containsExactly(
                        "message: at most 2,097,152 bytes; of this one only the beginning was kept",
                        "alert: at most 1,048,576 bytes");
        assertThat(hub.count("parked where reason like 'message: at most%' and length(payload_enc) < 10000"))
                .isEqualTo(1);
    }

    /** @param entries names of CAP documents of this server, or addresses */
    private static void index(String... entries) {
        StringBuilder atom = new StringBuilder();
        for (String entry : entries) {
            String link = entry.startsWith("http") ? entry : server.url("/" + entry + ".xml");
            atom.append("<entry><id>urn:")
                    .append(link.hashCode())
                    .append("</id><title>Warning</title><updated>")
                    .append(OffsetDateTime.now(ZoneOffset.UTC))
                    .append("</updated><link href='")
                    .append(link)
                    .append("'/></entry>");
        }
        serve(atom.toString());
    }

    private static void serve(String entries) {
        String document = "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:w</id><title>W</title><updated>"
                + OffsetDateTime.now(ZoneOffset.UTC) + "</updated>" + entries + "</feed>";
        server.putTagged("/warnings.xml", "application/atom+xml", document);
    }

    private static String cap(String identifier, String address) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%1$s</identifier>
                <sender>weather@example.org</sender><sent>%2$s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses><info><category>Met</category>
                <event>Storm</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Likely</certainty><web>%3$s</web><resource><resourceDesc>map</resourceDesc>
                <mimeType>image/png</mimeType><uri>%3$s</uri></resource></info></alert>""".formatted(identifier, OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME), address);
    }
}
