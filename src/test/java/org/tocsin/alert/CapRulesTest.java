package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule, said in the same words to a sender of XML and to a sender of JSON. */
class CapRulesTest {
    private static final String TIME =
            "a dateTime with seconds and a numeric zone, such as 2026-11-22T14:03:00+01:00, not ";
    private static final String NAME = "1 to 255 characters without white space, comma, < or &";
    private static final String WORDS = "words of 1 to 255 characters, none with a double quote in it";
    private static final String QUOTES =
            "words separated by white space, each quoted word closed and followed by white space";
    private static final String TRIPLES =
            "triples sender,identifier,sent separated by white space (no white space, comma, < or & within a part); triple %d is none";
    private static final String PAIRS =
            "pairs latitude,longitude separated by white space, latitude -90 to 90, longitude -180 to 180; pair %d is \"%s\"";
    private static final String CIRCLE =
            "latitude,longitude, white space and a radius in km from 0 to 20038, such as \"46.2,6.15 12.5\", not ";

    private static Arguments alert(String member, Object value, String... sentences) {
        return spoiled(member + " = " + value, d -> put(d, member, value), sentences);
    }

    private static Arguments info(String member, Object value, String... sentences) {
        return spoiled("info." + member + " = " + value, d -> put(Documents.info(d), member, value), sentences);
    }

    private static Arguments area(String member, Object value, String... sentences) {
        return spoiled("area." + member + " = " + value, d -> put(Documents.area(d), member, value), sentences);
    }

    private static Arguments spoiled(String what, Consumer<Map<String, Object>> spoil, String... sentences) {
        return arguments(Quotation.of(what), spoil, List.of(sentences));
    }

    private static void put(Map<String, Object> members, String member, Object value) {
        if (value.equals("-")) {
            members.remove(member);
        } else {
            members.put(member, value);
        }
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                // what must be there
                alert("identifier", "-", "identifier: required, and not empty"),
                alert("sender", "  ", "sender: required, and not empty"),
                alert("sent", "-", "sent: required: a dateTime such as 2026-11-22T14:03:00+01:00"),
                alert("status", "-", "status: required: one of Actual, Exercise, System, Test, Draft"),
                alert("scope", "", "scope: required: one of Public, Restricted, Private"),
                alert("info", "-", "info: at least one info: only Cancel, Ack and Error may come without"),
                alert("info", List.of("", "x"), infoOfNothing()),
                alert("msgType", "Cancel", "references: required in a Cancel: what it cancels"),
                info("event", "-", "info[0].event: required, and not empty"),
                info("category", "-", "info[0].category: required: " + CapValues.choices(Category.class)),
                info(
                        "parameter",
                        Documents.members("valueName", "x"),
                        "info[0].parameter.value: required (it may be empty)"),
                info(
                        "resource",
                        Documents.members("size", "x"),
                        "info[0].resource[0].resourceDesc: required, and not empty",
                        "info[0].resource[0].mimeType: required, and not empty",
                        "info[0].resource[0].size: a whole number of bytes, not \"x\""),
                area("areaDesc", "-", "info[0].area[0].areaDesc: required, and not empty"),
                // words of CAP, exactly
                alert("status", "actual", "status: one of Actual, Exercise, System, Test, Draft, not \"actual\""),
                alert("msgType", "Cancle", "msgType: one of Alert, Update, Cancel, Ack, Error, not \"Cancle\""),
                info(
                        "severity",
                        "High",
                        "info[0].severity: one of Extreme, Severe, Moderate, Minor, Unknown, not \"High\""),
                info(
                        "urgency",
                        "IMMEDIATE",
                        "info[0].urgency: one of Immediate, Expected, Future, Past, Unknown, not \"IMMEDIATE\""),
                info(
                        "certainty",
                        "Very Likely",
                        "info[0].certainty: one of Observed, Likely, Possible, Unlikely, Unknown, not \"Very Likely\""),
                info(
                        "category",
                        List.of("Met", "Flood"),
                        "info[0].category[1]: " + CapValues.choices(Category.class) + ", not \"Flood\""),
                info("language", "en_US", "info[0].language: a language tag of BCP 47, such as en-US, not \"en_US\""),
                // names
                alert("identifier", "flood 1", "identifier: " + NAME),
                alert("identifier", "a\u00a0b", "identifier: " + NAME),
                alert("identifier", "i".repeat(256), "identifier: " + NAME),
                alert("sender", "a,b", "sender: " + NAME),
                alert("sender", "a<b", "sender: " + NAME),
                alert("sender", "a&b", "sender: " + NAME),
                alert("sender", "a\nb", "sender: " + NAME),
                alert("addresses", "one \"two", "addresses: " + QUOTES),
                alert("addresses", "\"one\"two", "addresses: " + QUOTES),
                alert("addresses", "o\"ne", "addresses: " + WORDS),
                alert("addresses", "one \"\"", "addresses: " + WORDS),
                alert("incidents", "i".repeat(256), "incidents: " + WORDS),
                alert("references", "s,i", "references: " + TRIPLES.formatted(1)),
                alert(
                        "references",
                        "s,i,2026-11-22T14:03:00+01:00 s,i,yesterday",
                        "references: " + TRIPLES.formatted(2)),
                alert("references", "s,i,2026-11-22T14:03:00+01:00,", "references: " + TRIPLES.formatted(1)),
                alert("references", ",i,2026-11-22T14:03:00+01:00", "references: " + TRIPLES.formatted(1)),
                alert("references", "s&t,i,2026-11-22T14:03:00+01:00", "references: " + TRIPLES.formatted(1)),
                // how often and what
                alert("sender", List.of("a", "b"), "sender: once only, not 2 times"),
                alert("info", "text", "info[0]: a group of elements, not text"),
                info("event", Documents.members("a", "b"), "info[0].event: text, not elements"),
                alert("addreses", "all", "addreses: unknown member: CAP 1.2 has no such element here"),
                info("title", "x", "info[0].title: unknown member: CAP 1.2 has no such element here"),
                area("polygons", "x", "info[0].area[0].polygons: unknown member: CAP 1.2 has no such element here"),
                // size
                info("headline", "x".repeat(65_537), "info[0].headline: at most 65,536 characters"),
                // places
                area(
                        "polygon",
                        "46.2,6.1 46.3,6.1 46.3,6.2 46.2,6.11",
                        "info[0].area[0].polygon: a closed ring: the last pair must be the same as the first"),
                area(
                        "polygon",
                        "1,1 2,2 1,1",
                        "info[0].area[0].polygon: at least four pairs latitude,longitude, not 3"),
                area(
                        "polygon",
                        List.of("1,1 2,2 3,3 1,1", "90.01,1 2,2 3,3 90.01,1"),
                        "info[0].area[0].polygon[1]: " + PAIRS.formatted(1, "90.01,1")),
                area("polygon", "1,1 2,-180.5 3,3 1,1", "info[0].area[0].polygon: " + PAIRS.formatted(2, "2,-180.5")),
                area("polygon", "1, 1 2, 2 3, 3 1, 1", "info[0].area[0].polygon: " + PAIRS.formatted(1, "1,")),
                area("polygon", "1,1 NaN,2 3,3 1,1", "info[0].area[0].polygon: " + PAIRS.formatted(2, "NaN,2")),
                area("polygon", "1,1 2,2,2 3,3 1,1", "info[0].area[0].polygon: " + PAIRS.formatted(2, "2,2,2")),
                area("polygon", "1,1 0x1p3,2 3,3 1,1", "info[0].area[0].polygon: " + PAIRS.formatted(2, "0x1p3,2")),
                area("circle", "46.2,6.15", "info[0].area[0].circle: " + CIRCLE + "\"46.2,6.15\""),
                area("circle", "46.2,6.15 -1", "info[0].area[0].circle: " + CIRCLE + "\"46.2,6.15 -1\""),
                area("circle", "46.2,6.15 99999", "info[0].area[0].circle: " + CIRCLE + "\"46.2,6.15 99999\""),
                area("circle", "460,6.15 1", "info[0].area[0].circle: " + CIRCLE + "\"460,6.15 1\""),
                // numbers
                area("altitude", "1e400", "info[0].area[0].altitude: a decimal number, not \"1e400\""),
                area(
                        "ceiling",
                        "9".repeat(400),
                        "info[0].area[0].ceiling: a decimal number, not \"" + "9".repeat(39) + "…\""),
                area("ceiling", "Infinity", "info[0].area[0].ceiling: a decimal number, not \"Infinity\""));
    }

    private static String[] infoOfNothing() {
        return new String[] {
            "info[1]: a group of elements, not text",
            "info[0].category: required: " + CapValues.choices(Category.class),
            "info[0].event: required, and not empty",
            "info[0].urgency: required: " + CapValues.choices(Urgency.class),
            "info[0].severity: required: " + CapValues.choices(Severity.class),
            "info[0].certainty: required: " + CapValues.choices(Certainty.class)
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aViolationIsToldInTheSameWordsForBothForms(
            String what, Consumer<Map<String, Object>> spoil, List<String> sentences) {
        Map<String, Object> draft = Documents.draft();
        spoil.accept(draft);

        assertThat(problemInXml(draft)).as("XML").isEqualTo(sentences);
        assertThat(problemInJson(draft)).as("JSON").isEqualTo(sentences);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T14:03:00",
                "2026-11-22T14:03+01:00",
                "2026-11-22 14:03:00+01:00",
                "2026-13-22T14:03:00+01:00",
                "2026-02-30T14:03:00+01:00",
                "2026-11-22T24:03:00+01:00",
                "2026-11-22T14:03:00+0100",
                "2026-11-22T14:03:00+15:00",
                "2026-11-22T14:03:00+01:75",
                "26-11-22T14:03:00+01:00",
                "1763815380",
                "2026-11-22T14:03:00z",
                "yesterday"
            })
    void aTimeThatIsNoneIsToldWithItsPath(String time) {
        Map<String, Object> draft = Documents.draft();
        Documents.info(draft).put("expires", time);

        assertThat(problemInXml(draft))
                .isEqualTo(problemInJson(draft))
                .containsExactly("info[0].expires: " + TIME + '"' + time + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T13:03:00Z",
                "2026-11-22T13:03:00-00:00",
                "2026-11-22T13:03:00+00:00",
                "2026-11-22T13:03:00.9999999999999Z",
                "\n 2026-11-22T13:03:00Z \n"
            })
    void timesInUtcAreOneWhicheverWayTheySaySo(String time) throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        draft.put("sent", time);
        Alert alert = CapXml.read(Documents.xml(draft));

        assertThat(alert).isEqualTo(CapJson.read(Documents.json(draft)));
        assertThat(CapXml.text(alert)).contains("<sent>2026-11-22T13:03:00-00:00</sent>");
    }

    @Test
    void allViolationsAreToldTogether() {
        Map<String, Object> draft = Documents.draft();
        draft.remove("identifier");
        draft.put("status", "Real");
        draft.put("prio", "1");
        Documents.info(draft).put("severity", "5");
        Documents.area(draft).put("polygon", "1,1 2,2 3,3 4,4");
        Documents.area(draft).put("circle", List.of("1,1 1", "1,1"));

        assertThat(problemInXml(draft))
                .isEqualTo(problemInJson(draft))
                .extracting(s -> s.substring(0, s.indexOf(':')))
                .containsExactly(
                        "prio",
                        "identifier",
                        "status",
                        "info[0].severity",
                        "info[0].area[0].polygon",
                        "info[0].area[0].circle[1]");
    }

    @Test
    void thousandsOfViolationsAreCountedAndAHundredTold() {
        Map<String, Object> draft = Documents.draft();
        Documents.info(draft)
                .put(
                        "responseType",
                        IntStream.range(0, 5000).mapToObj(i -> "Run" + i).toList());

        assertThat(problemInXml(draft))
                .isEqualTo(problemInJson(draft))
                .hasSize(101)
                .last()
                .isEqualTo("alert: 4900 more problems are not shown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void emptyOptionalElementsAreAbsent(String nothing) throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        Alert without = CapXml.read(Documents.xml(draft));
        List.of("source", "restriction", "addresses", "code", "note", "references", "incidents")
                .forEach(name -> draft.put(name, nothing));
        List.of("responseType", "effective", "expires", "web", "instruction")
                .forEach(name -> Documents.info(draft).put(name, nothing));
        Documents.area(draft).put("altitude", nothing);

        assertThat(CapXml.read(Documents.xml(draft))).isEqualTo(without);
        assertThat(CapJson.read(Documents.json(draft))).isEqualTo(without);
    }

    @Test
    void anEmptyPolygonIsNoArea() throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        Documents.area(draft).put("polygon", "");

        assertThat(CapXml.read(Documents.xml(draft))
                        .infos()
                        .get(0)
                        .areas()
                        .get(0)
                        .polygons())
                .isEmpty();
    }

    @Test
    void placesThatAreTheSameNumberCloseARing() throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        Documents.area(draft).put("polygon", "-0.0,10 1,1\n 2,2\t+3.50,3 0,10.000");

        assertThat(CapJson.read(Documents.json(draft))
                        .infos()
                        .get(0)
                        .areas()
                        .get(0)
                        .polygons())
                .containsExactly(new Polygon(List.of(
                        new Position(0, 10),
                        new Position(1, 1),
                        new Position(2, 2),
                        new Position(3.5, 3),
                        new Position(0, 10))));
    }

    @Test
    void quotationsAreShortAndCannotMoveTheCursor() {
        Map<String, Object> draft = Documents.draft();
        draft.put("status", "\u001b[2J\r\n\u202E\"" + "secret".repeat(50));
        draft.put("\u001b[31m" + "n".repeat(500), "x");

        assertThat(problemInJson(draft))
                .containsExactly(
                        "\\u001b[31m" + "n".repeat(29) + "…: unknown member: CAP 1.2 has no such element here",
                        "status: one of Actual, Exercise, System, Test, Draft, not \"\\u001b[2J\\r\\n\\u202e\\\"secretsecretsecret…\"");
    }

    @Test
    void whoIsAddressedIsNotQuoted() {
        Map<String, Object> draft = Documents.draft();
        draft.put("addresses", "+41791234567\"");
        draft.put("sender", "+41791234567,x");
        draft.put("references", "+41791234567,x");

        assertThat(String.join("; ", problemInJson(draft))).doesNotContain("4179");
    }

    private static List<String> problemInXml(Map<String, Object> draft) {
        return Documents.sentences(catchThrowableOfType(CapProblem.class, () -> CapXml.read(Documents.xml(draft))));
    }

    private static List<String> problemInJson(Map<String, Object> draft) {
        return Documents.sentences(catchThrowableOfType(CapProblem.class, () -> CapJson.read(Documents.json(draft))));
    }
}
