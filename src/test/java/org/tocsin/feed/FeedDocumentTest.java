package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.feed.FeedFailure.Kind;

@Timeout(30)
class FeedDocumentTest {
    private static final String ATOM = """
            <?xml version="1.0" encoding="UTF-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"
              xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
            <id>urn:feed</id><title>Warnings</title><updated>2026-11-23T10:00:00Z</updated>%s</feed>""";

    private static List<FeedEntry> read(String text) throws FeedFailure {
        return FeedDocument.read(text.getBytes(StandardCharsets.UTF_8), null, 100);
    }

    private static JsonNode one(String text) throws FeedFailure {
        List<FeedEntry> entries = read(text);
        assertThat(entries).hasSize(1);
        return entries.get(0).document();
    }

    private static JsonNode atom(String inEntry) throws FeedFailure {
        return one(ATOM.formatted("<entry><id>urn:1</id><title>T</title>" + inEntry + "</entry>"));
    }

    private static Kind refused(byte[] document) {
        FeedFailure failure = catchThrowableOfType(FeedFailure.class, () -> FeedDocument.read(document, null, 100));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure.getMessage()).doesNotContain("SECRET");
        return failure.kind();
    }

    private static Kind refused(String document) {
        return refused(document.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEntryOfGdacsHoldsItsWordsItsPlaceAndItsIds() throws FeedFailure {
        JsonNode entry = one(new GdacsDay().set("1001", "Orange").build(3));
        assertThat(entry.at("/id").asText()).isEqualTo("1001-3");
        assertThat(entry.at("/title").asText()).isEqualTo("Orange alert for event 1001");
        assertThat(entry.at("/gdacs/alertlevel").asText()).isEqualTo("Orange");
        assertThat(entry.at("/gdacs/eventid").asText()).isEqualTo("1001");
        assertThat(entry.at("/gdacs/severity@value").asText()).isEqualTo("6.4");
        assertThat(entry.at("/point/latitude").asDouble()).isEqualTo(-12.5);
        assertThat(entry.at("/point/longitude").asDouble()).isEqualTo(166.25);
        assertThat(entry.at("/published").asText()).isEqualTo("2026-11-23T03:00:00Z");
    }

    @Test
    void anEarthquakeIsTheSameByAtomAndByGeoJson() throws FeedFailure {
        JsonNode atom = one(ATOM.formatted("""
                <entry><id>urn:earthquake-usgs-gov:us:7000abcd</id><title>M 5.6 - 40 km W of Somewhere</title>
                <updated>2026-11-23T10:01:00Z</updated><georss:point>38.25 142.5</georss:point>
                <georss:elev>-10000</georss:elev><category label="Age" term="Past Day"/></entry>"""));
        JsonNode json = one("""
                {"type": "FeatureCollection", "metadata": {"generated": 1}, "features": [
                 {"type": "Feature", "id": "us7000abcd", "properties": {"mag": 5.6, "place": "40 km W of Somewhere",
                  "time": 1795428060000, "updated": 1795428061000, "ids": ",us7000abcd,at00x,", "alert": "yellow",
                  "title": "M 5.6 - 40 km W of Somewhere", "url": "https://quakes.example.org/us7000abcd"},
                  "geometry": {"type": "Point", "coordinates": [142.5, 38.25, 10.0]}}]}""");
        for (JsonNode entry : List.of(atom, json)) {
            assertThat(entry.at("/magnitude").asDouble()).isEqualTo(5.6);
            assertThat(entry.at("/title").asText()).isEqualTo("M 5.6 - 40 km W of Somewhere");
            assertThat(entry.at("/point/latitude").asDouble()).isEqualTo(38.25);
            assertThat(entry.at("/point/longitude").asDouble()).isEqualTo(142.5);
        }
        assertThat(json.at("/feature/properties/alert").asText()).isEqualTo("yellow");
        assertThat(atom.at("/categories/0").asText()).isEqualTo("Past Day");
    }

    @Test
    void placesAreWrittenAsCapDoes() throws FeedFailure {
        assertThat(atom("<georss:polygon>45.25 -110.5 46.5 -109 43.75 -109.75 45.25 -110.5</georss:polygon>")
                        .path("polygon")
                        .asText())
                .isEqualTo("45.25,-110.5 46.5,-109 43.75,-109.75 45.25,-110.5");
        assertThat(atom("<georss:circle>45.25 -110.5 2500</georss:circle>")
                        .path("circle")
                        .asText())
                .isEqualTo("45.25,-110.5 2.5");
        assertThat(atom("<georss:box>10 20 11 21</georss:box>").path("box").asText())
                .isEqualTo("10,20 10,21 11,21 11,20 10,20");
        assertThat(
                        atom("<georss:where xmlns:gml='http://www.opengis.net/gml'><gml:Polygon><gml:exterior><gml:LinearRing>"
                                        + "<gml:posList>1 2 3 4 5 7</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
                                        + "</georss:where>")
                                .path("polygon")
                                .asText())
                .isEqualTo("1,2 3,4 5,7 1,2");
    }

    @ParameterizedTest
    @CsvSource({"x y", "91 0", "0 181", "NaN 0", "1e999 1", "1", "''"})
    void aPlaceThatIsNoneIsLeftOutAndTheEntryStays(String point) throws FeedFailure {
        JsonNode entry = atom("<georss:point>" + point + "</georss:point><georss:polygon>1 2 3</georss:polygon>");
        assertThat(entry.path("title").asText()).isEqualTo("T");
        assertThat(entry.has("point")).isFalse();
        assertThat(entry.has("polygon")).isFalse();
    }

    @Test
    void whatIsMeantAsHtmlBecomesTextAndOtherTextIsLeftLiterally() throws FeedFailure {
        assertThat(
                        atom("<summary type='html'>&lt;p&gt;Level &lt;b&gt;3&lt;/b&gt; &amp;amp; rising&lt;/p&gt;&lt;script&gt;"
                                        + "x()&lt;/script&gt;&lt;p&gt;a &lt; b&lt;/p&gt;</summary>")
                                .path("summary")
                                .asText())
                .isEqualTo("Level 3 & rising\na < b");
        assertThat(atom("<summary>${bean:x} &lt;b&gt; {{sys:user.home}}</summary>")
                        .path("summary")
                        .asText())
                .isEqualTo("${bean:x} <b> {{sys:user.home}}");
    }

    @Test
    void aCapDocumentIsFoundInAnEntryAndBehindIt() throws FeedFailure {
        FeedEntry inside = read(ATOM.formatted("""
                <entry><id>urn:1</id><title>T</title><content type="application/cap+xml">
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>i1</identifier><sent>s1</sent></alert>
                </content></entry>""")).get(0);
        assertThat(inside.cap()).isNotNull().asString(StandardCharsets.UTF_8).contains("<identifier>i1</identifier>");
        FeedEntry behind = read(ATOM.formatted("""
                <entry><id>urn:1</id><title>T</title><link href="https://x.example.org/page"/>
                <link type="application/cap+xml" href="https://x.example.org/cap.xml"/>
                <cap:identifier>i2</cap:identifier><cap:severity>Severe</cap:severity></entry>""")).get(0);
        assertThat(behind.capLink()).isEqualTo("https://x.example.org/cap.xml");
        assertThat(behind.document().at("/cap/identifier").asText()).isEqualTo("i2");
        assertThat(behind.document().at("/cap/severity").asText()).isEqualTo("Severe");
    }

    @ParameterizedTest(name = "{0}, which says {1}")
    @CsvSource({
        "UTF-8, UTF-8",
        "UTF-8, ISO-8859-1",
        "UTF-8, us-ascii",
        "UTF-8, utf-16",
        "UTF-8, x-no-such-charset",
        "ISO-8859-1, ISO-8859-1",
        "ISO-8859-1, UTF-8",
        "windows-1252, us-ascii",
        "UTF-16, UTF-8",
        "UTF-16LE, UTF-16",
        "UTF-16BE, us-ascii",
    })
    void aWrongCharsetHidesNothing(String written, String declared) throws FeedFailure {
        String text = ATOM.formatted("<entry><id>urn:1</id><title>H\u00f6he \u00e9t\u00e9</title></entry>")
                .replace("encoding=\"UTF-8\"", "encoding=\"" + declared + "\"");
        byte[] bytes = text.getBytes(Charset.forName(written));
        assertThat(FeedDocument.read(bytes, declared, 100)
                        .get(0)
                        .document()
                        .path("title")
                        .asText())
                .isEqualTo("H\u00f6he \u00e9t\u00e9");
    }

    @Test
    void aDoctypeIsRefusedAndNothingIsFetched(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "SECRET");
        AtomicInteger fetched = new AtomicInteger();
        HttpServer outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/", exchange -> {
            fetched.incrementAndGet();
            exchange.close();
        });
        outside.start();
        String url = "http://127.0.0.1:" + outside.getAddress().getPort() + "/x";
        String feed = "<rss version=\"2.0\"><channel><title>&x;</title></channel></rss>";
        for (String doctype : new String[] {
            "<!DOCTYPE rss>",
            "<!DOCTYPE rss SYSTEM '" + url + "'>",
            "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' '" + url + "'>",
            "<!DOCTYPE rss [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>",
            "<!DOCTYPE rss [<!ENTITY x SYSTEM '" + url + "'>]>",
            "<!DOCTYPE rss [<!ENTITY % x SYSTEM '" + url + "'> %x;]>",
            "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY x '&a;&a;&a;&a;&a;&a;&a;&a;'>]>",
        }) {
            assertThat(refused("<?xml version='1.0'?>" + doctype + feed))
                    .as(doctype)
                    .isEqualTo(Kind.DOCTYPE);
        }
        outside.stop(0);
        assertThat(fetched).hasValue(0);
    }

    @Test
    void whatIsNoFeedIsRefusedByItsKind() {
        assertThat(refused("<!DOCTYPE html><html><body>SECRET</body></html>")).isEqualTo(Kind.HTML);
        assertThat(refused("  <!-- x -->\n<HTML lang=en><p>SECRET")).isEqualTo(Kind.HTML);
        assertThat(refused("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>"))
                .isEqualTo(Kind.HTML);
        assertThat(refused("<note>SECRET</note>")).isEqualTo(Kind.NOT_A_FEED);
        assertThat(refused("<rss version=\"2.0\"><channel><item><title>SECRET")).isEqualTo(Kind.MALFORMED);
        assertThat(refused("<rss version=\"2.0\">&SECRET;</rss>")).isIn(Kind.MALFORMED, Kind.DOCTYPE);
        assertThat(refused("SECRET")).isEqualTo(Kind.MALFORMED);
        assertThat(refused("{\"SECRET\": 1")).isEqualTo(Kind.MALFORMED);
        assertThat(refused("{\"type\": \"SECRET\"}")).isEqualTo(Kind.NOT_A_FEED);
        assertThat(refused(new byte[] {0, 1, 2, 3})).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void whatIsTooMuchIsRefusedAndFast() {
        String entry = "<entry><id>urn:1</id></entry>";
        assertThat(refused(ATOM.formatted(entry.repeat(101)))).isEqualTo(Kind.TOO_LARGE);
        assertThat(refused(ATOM.formatted("<x>".repeat(100_000)))).isEqualTo(Kind.TOO_LARGE);
        assertThat(refused(ATOM.formatted("<x/>".repeat(500_000)))).isEqualTo(Kind.TOO_LARGE);
        assertThat(refused("{\"features\":" + "[".repeat(100_000))).isEqualTo(Kind.MALFORMED);
        assertThat(refused("{\"features\":[" + "1,".repeat(200) + "1]}")).isEqualTo(Kind.TOO_LARGE);
    }
}
