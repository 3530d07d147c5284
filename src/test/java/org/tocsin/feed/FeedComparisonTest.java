package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;
import org.tocsin.feed.FeedComparison.Known;
import org.tocsin.feed.FeedSettings.Feed;
import org.tocsin.feed.FeedSettings.Kind;

/** Builds of a feed, one after the other: what of each is news. */
class FeedComparisonTest {
    private final Map<String, Known> known = new HashMap<>();
    private Kind kind = Kind.RSS;
    private boolean first = true;

    private Feed feed() {
        return new Feed(
                "https://feeds.example.org/",
                kind,
                Duration.ofMinutes(5),
                List.of(),
                List.of(),
                3,
                List.of(),
                List.of(),
                List.of(),
                Duration.ofSeconds(30),
                DataSize.ofMegabytes(1),
                100,
                3,
                null);
    }

    /** Reads a build, keeps what is known, and names what is handed in: id, and "held" where it is. */
    private List<String> build(FeedEntry... entries) {
        FeedComparison.Result result = FeedComparison.of(feed(), first, known, List.of(entries));
        first = false;
        List<String> handedIn = new ArrayList<>();
        known.replaceAll((key, row) -> new Known(
                key,
                row.entryId(),
                row.document(),
                row.held(),
                !result.present().contains(key)));
        result.silent().forEach(row -> known.put(row.key(), row));
        result.fresh().forEach(fresh -> {
            known.put(fresh.row().key(), fresh.row());
            handedIn.add(fresh.entry().text("id") + (fresh.row().held() ? " held" : ""));
        });
        return handedIn;
    }

    private static FeedEntry entry(String id, String link, String title) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (!id.isEmpty()) {
            document.put("id", id);
        }
        if (!link.isEmpty()) {
            document.put("link", link);
        }
        document.put("title", title);
        document.put("updated", Long.toString(System.nanoTime()));
        return new FeedEntry(document, List.of(), null, null);
    }

    @Test
    void theFirstBuildIsNoNewsAndTheSameAgainIsNone() {
        assertThat(build(entry("a", "l1", "Flood"), entry("b", "l2", "Fire"))).isEmpty();
        assertThat(build(entry("b", "l2", "Fire"), entry("a", "l1", " Flood\n ")))
                .isEmpty();
        assertThat(build(entry("b", "l2", "Fire"), entry("c", "l3", "Storm"), entry("a", "l1", "Flood")))
                .containsExactly("c");
    }

    @Test
    void aFirstBuildWithoutEntriesIsABaselineToo() {
        assertThat(build()).isEmpty();
        assertThat(build(entry("a", "", "Flood"))).containsExactly("a");
    }

    @Test
    void whatChangesInSubstanceIsHandedInOnceUnderItsId() {
        build(entry("a", "l1", "Flood level 1"));
        assertThat(build(entry("a", "l1", "Flood level 2"))).containsExactly("a");
        assertThat(build(entry("a", "l1", "Flood level 2"))).isEmpty();
    }

    @Test
    void whatWasGoneAndComesAgainIsNotNew() {
        build(entry("a", "l1", "Flood"), entry("b", "l2", "Fire"));
        assertThat(build(entry("b", "l2", "Fire"))).isEmpty();
        assertThat(build()).isEmpty();
        assertThat(build(entry("a", "l1", "Flood"), entry("b", "l2", "Fire"))).isEmpty();
        assertThat(build(entry("a", "l1", "Flood, worse"))).containsExactly("a");
    }

    @Test
    void withoutIdTheLinkTellsAndWithoutLinkTheTitle() {
        build(entry("", "l1", "Flood"), entry("", "", "Fire"));
        assertThat(build(entry("", "", "Fire"), entry("", "l1", "Flood"))).isEmpty();
        assertThat(build(entry("", "", "Fire"), entry("", "l1", "Flood"), entry("", "", "Storm")))
                .hasSize(1);
    }

    @Test
    void idsThatAreMadeAnewAtEachBuildChangeNothing() {
        build(entry("a-0", "l1", "Flood"), entry("b-0", "l2", "Fire"));
        assertThat(build(entry("a-1", "l1", "Flood"), entry("b-1", "l2", "Fire")))
                .isEmpty();
        assertThat(build(entry("a-2", "l1", "Flood"), entry("b-2", "l2", "Fire, worse")))
                .as("it keeps the id that mappings know")
                .containsExactly("b-0");
        assertThat(build(entry("a-3", "l1", "Flood"), entry("b-3", "l2", "Fire, worse")))
                .isEmpty();
    }

    /** A page that tells of one thing after the other: a later one must not be taken for the earlier. */
    @Test
    void aNewIdWhoseLinkIsThatOfManyOrOfSomethingLongGoneIsNew() {
        build(entry("a", "page", "Flood"), entry("b", "page", "Fire"));
        assertThat(build(entry("c", "page", "Flood"), entry("b", "page", "Fire")))
                .containsExactly("c");
        assertThat(build()).isEmpty();
        assertThat(build(entry("d", "page", "Flood"))).containsExactly("d");
    }

    @Test
    void entriesThatShareAnIdAreToldApart() {
        build(entry("same", "", "Flood"), entry("same", "", "Fire"));
        assertThat(build(entry("same", "", "Fire"), entry("same", "", "Flood"))).isEmpty();
        assertThat(build(entry("same", "", "Fire"), entry("same", "", "Flood"), entry("same", "", "Storm")))
                .hasSize(1);
    }

    @Test
    void moreNewOnesThanAllowedAreHeldAndWhatIsKnownIsNot() {
        build(entry("a", "", "Flood"));
        assertThat(build(
                        entry("a", "", "Flood, worse"),
                        entry("b", "", "1"),
                        entry("c", "", "2"),
                        entry("d", "", "3"),
                        entry("e", "", "4")))
                .containsExactly("a", "b held", "c held", "d held", "e held");
        assertThat(build(entry("b", "", "1, worse"), entry("f", "", "5"), entry("g", "", "6"), entry("h", "", "7")))
                .containsExactly("b", "f", "g", "h");
    }

    @Test
    void whatIsStillToBeHandedInComesAgainAsItWas() {
        build(entry("x", "", "0"));
        known.put("a", new Known("a", "a", null, true, false));
        known.put("b", new Known("b", "b", null, false, false));
        assertThat(build(entry("a", "", "1"), entry("b", "", "2"))).containsExactly("a held", "b");
    }

    @Test
    void anEarthquakeWhosePreferredIdChangesIsTheSame() {
        kind = Kind.USGS;
        build(quake("us1", 5.5, "us1"));
        assertThat(build(quake("at9", 5.5, "at9", "us1"))).isEmpty();
        assertThat(build(quake("at9", 5.9, "at9", "us1"))).containsExactly("us1");
        assertThat(build(quake("at9", 5.9, "at9", "us1"), quake("us2", 3.0, "us2")))
                .containsExactly("us2");
    }

    /** A row of each kind, whole, as the readers of feeds write it. */
    private static final Map<Kind, String> ROWS = Map.of(Kind.GDACS, """
            {"id": "TC1000643", "title": "t", "summary": "s", "link": "l", "updated": "u", "published": "p",
             "point": {"latitude": -19.4, "longitude": 59.8}, "polygon": "0,0 0,1 1,1 0,0", "circle": "0,0 1", "box": "b",
             "gdacs": {"eventtype": "TC", "eventid": "1000643", "alertlevel": "Green", "alertscore": "1",
               "episodealertlevel": "Green", "episodealertscore": "1", "episodeid": "1", "version": "1",
               "severity": "Tropical Storm (maximum wind speed of 93 km/h)", "bbox": "55.0 81.0 -46.7 -20.7",
               "country": "Mauritius", "dateadded": "d", "datemodified": "d", "fromdate": "d", "todate": "d",
               "durationinweek": "0", "iscurrent": "true", "icon": "i", "cap": "c"}}""", Kind.USGS, """
            {"id": "us1", "title": "t", "link": "l", "updated": "u", "published": "p", "magnitude": 5.5,
             "point": {"latitude": 38.25, "longitude": 142.5}, "polygon": "0,0 0,1 1,1 0,0",
             "feature": {"properties": {"alert": "green", "tsunami": 0, "type": "earthquake", "status": "automatic",
               "updated": 1, "felt": 3, "sig": 400, "rms": 0.5, "ids": ",us1,"}}}""", Kind.CAP, """
            {"id": "urn:1", "title": "t", "summary": "s", "link": "l", "updated": "u", "published": "p", "author": "a",
             "point": {"latitude": 38.25, "longitude": 142.5}, "polygon": "0,0 0,1 1,1 0,0", "circle": "0,0 1", "box": "b",
             "cap": {"link": "l", "sha256": "0", "identifier": "i", "sent": "2026", "msgType": "Alert",
               "message_type": "alert", "severity": "Minor", "urgency": "Future", "certainty": "Possible",
               "expires": "2027", "areaDesc": "The valley", "polygon": "0,0", "event": "Storm"}}""", Kind.RSS, """
            {"id": "1", "title": "t", "summary": "s", "link": "l", "updated": "u", "published": "p", "author": "a",
             "categories": ["yellow"], "point": {"latitude": 38.25, "longitude": 142.5}, "polygon": "0,0 0,1 1,1 0,0",
             "circle": "0,0 1", "box": "b"}""");

    /** A value by another; a GUID, a link and a score alone are none of what people are told of. */
    @ParameterizedTest(name = "{0}: {1} is substance: {2}")
    @CsvSource({
        "GDACS, /gdacs/alertlevel, true",
        "GDACS, /gdacs/episodealertlevel, true",
        "GDACS, /gdacs/episodeid, true",
        "GDACS, /gdacs/version, true",
        "GDACS, /gdacs/severity, true",
        "GDACS, /gdacs/bbox, true",
        "GDACS, /gdacs/country, true",
        "GDACS, /point/latitude, true",
        "GDACS, /polygon, true",
        "GDACS, /circle, true",
        "GDACS, /box, true",
        "GDACS, /id, false",
        "GDACS, /link, false",
        "GDACS, /title, false",
        "GDACS, /summary, false",
        "GDACS, /updated, false",
        "GDACS, /published, false",
        "GDACS, /gdacs/alertscore, false",
        "GDACS, /gdacs/episodealertscore, false",
        "GDACS, /gdacs/dateadded, false",
        "GDACS, /gdacs/datemodified, false",
        "GDACS, /gdacs/todate, false",
        "GDACS, /gdacs/durationinweek, false",
        "GDACS, /gdacs/iscurrent, false",
        "USGS, /magnitude, true",
        "USGS, /feature/properties/alert, true",
        "USGS, /feature/properties/tsunami, true",
        "USGS, /feature/properties/type, true",
        "USGS, /feature/properties/status, true",
        "USGS, /point/longitude, true",
        "USGS, /polygon, true",
        "USGS, /title, false",
        "USGS, /link, false",
        "USGS, /updated, false",
        "USGS, /feature/properties/updated, false",
        "USGS, /feature/properties/felt, false",
        "USGS, /feature/properties/rms, false",
        "CAP, /link, true",
        "CAP, /cap/link, true",
        "CAP, /cap/sha256, true",
        "CAP, /cap/identifier, true",
        "CAP, /cap/sent, true",
        "CAP, /cap/msgType, true",
        "CAP, /cap/message_type, true",
        "CAP, /cap/severity, true",
        "CAP, /cap/urgency, true",
        "CAP, /cap/certainty, true",
        "CAP, /cap/expires, true",
        "CAP, /cap/areaDesc, true",
        "CAP, /cap/polygon, true",
        "CAP, /point/latitude, true",
        "CAP, /polygon, true",
        "CAP, /circle, true",
        "CAP, /box, true",
        "CAP, /title, false",
        "CAP, /updated, false",
        "CAP, /published, false",
        "CAP, /author, false",
        "RSS, /title, true",
        "RSS, /summary, true",
        "RSS, /categories/0, true",
        "RSS, /point/longitude, true",
        "RSS, /polygon, true",
        "RSS, /circle, true",
        "RSS, /box, true",
        "RSS, /link, false",
        "RSS, /updated, false",
        "RSS, /published, false",
        "RSS, /author, false",
    })
    void levelVersionEpisodeSeverityAndAreaAreSubstanceAndAllElseIsNot(Kind of, String pointer, boolean substance)
            throws Exception {
        kind = of;
        build(row(null));
        assertThat(build(row(null))).isEmpty();
        assertThat(build(row(pointer))).hasSize(substance ? 1 : 0);
        assertThat(build(row(pointer))).as("once").isEmpty();
    }

    /** @param changed where it says something else, or null */
    private FeedEntry row(@Nullable String changed) throws Exception {
        ObjectNode document = (ObjectNode) new ObjectMapper().readTree(ROWS.get(kind));
        if (changed != null) {
            int slash = changed.lastIndexOf('/');
            JsonNode parent = document.at(changed.substring(0, slash));
            String name = changed.substring(slash + 1);
            assertThat(document.at(changed).isMissingNode()).isFalse();
            if (parent instanceof ArrayNode array) {
                array.set(Integer.parseInt(name), "other");
            } else {
                ((ObjectNode) parent).put(name, "other");
            }
        }
        return new FeedEntry(document, List.of(), null, null);
    }

    private static FeedEntry quake(String id, double magnitude, String... ids) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id).put("magnitude", magnitude);
        document.put("updated", System.nanoTime());
        return new FeedEntry(document, List.of(ids), null, null);
    }
}
