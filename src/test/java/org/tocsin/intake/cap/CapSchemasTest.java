package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.SchemaReport.Verdict;
import org.tocsin.intake.SoundTrigger;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.cap.CapProfileSettings.Profile;
import org.tocsin.intake.cap.CapProfileSettings.Validation;
import org.tocsin.testing.Poison;
import org.tocsin.testing.Trap;

/** What the schemas of CAP 1.2 and 1.1 say, with the lines of the document as it came. */
class CapSchemasTest {
    private static final CapSchemas schemas = CapSchemas.lenient();

    /** A line for each element, so that the numbers below can be counted. */
    private static final String ALERT = """
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
            <identifier>flood-1</identifier>
            <sender>gauge@example.org</sender>
            <sent>2026-11-22T14:03:00+01:00</sent>
            <status>Actual</status>
            <msgType>Alert</msgType>
            <scope>Public</scope>
            <note>n</note>
            <info>
            <category>Met</category>
            <event>Flood</event>
            <urgency>Immediate</urgency>
            <severity>Severe</severity>
            <certainty>Observed</certainty>
            <expires>2026-11-22T18:00:00-00:00</expires>
            <area>
            <areaDesc>Lower town</areaDesc>
            <polygon>48,2 49,2 49,3 48,2</polygon>
            </area>
            </info>
            </alert>
            """;

    @TempDir
    Path folder;

    private static SchemaReport report(String document) {
        return schemas.report("api", document.getBytes(StandardCharsets.UTF_8));
    }

    private static String words(SchemaReport report) {
        return report.deviations().stream()
                .map(d -> d.line() + " " + d.element() + ": " + d.expected())
                .collect(Collectors.joining(" | "));
    }

    @Test
    void aDocumentAsTheStandardHasItIsValidInEitherVersionAndInAnEnvelope() {
        String signed = ALERT.replace(
                "</alert>", "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><x/></Signature></alert>");
        for (String document : List.of(ALERT, signed, ALERT.replace("cap:1.2", "cap:1.1"), envelope(ALERT))) {
            assertThat(report(document)).isEqualTo(SchemaReport.of(List.of(), 0));
        }
    }

    private static String envelope(String alert) {
        return "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>\n<contentObject><xmlContent>"
                + "<embeddedXMLContent>\n" + alert
                + "</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            a word that is none            | <status>Actual<                       | <status>Really<                  | 5 /alert/status: one of Actual, Exercise, System, Test, Draft
            Z is no numeric zone           | <sent>2026-11-22T14:03:00+01:00       | <sent>2026-11-22T14:03:00Z       | 4 /alert/sent: a time such as 2026-11-26T14:03:00+01:00, with a numeric zone, seconds and no fraction
            no fraction                    | 18:00:00-00:00                        | 18:00:00.5-00:00                 | 15 /alert/info/expires: a time such as 2026-11-26T14:03:00+01:00, with a numeric zone, seconds and no fraction
            the order                      | <scope>Public</scope>                 | <source>s</source><scope>Public</scope><source>s</source> | 7 /alert/source[2]: here one of restriction, addresses, code, note, references, incidents, info
            an element of its own          | <note>n</note>                        | <mine>n</mine>                   | 8 /alert/mine: here one of restriction, addresses, code, note, references, incidents, info
            one is missing                 | <event>Flood</event>                  | ""                               | 12 /alert/info/urgency: here one of category, event
            nothing may come after it      | </info>                               | </info><note>n</note>            | 20 /alert/note[2]: here one of info
            the last is missing            | <certainty>Observed</certainty>       | ""                               | 15 /alert/info/expires: here one of certainty
            an attribute                   | <note>n                               | <note lang='en'>n                | 8 /alert/note: no such attribute
            text between elements          | <area>                                | <area>here                       | 19 /alert/info/area: elements, and no text beside them
            elements in a text             | <event>Flood                          | <event>Flood<b>!</b>             | 11 /alert/info/event: text alone, and no elements in it
            a resource without media type  | <area>                                | <resource><resourceDesc>m</resourceDesc></resource><area> | 16 /alert/info/resource: more in it: one of mimeType
            an address that is none        | <area>                                | <web>::: no</web><area>          | 16 /alert/info/web: an address (URI)
            a height in words              | </polygon>                            | </polygon><altitude>high</altitude> | 18 /alert/info/area/altitude: a number of feet above mean sea level
            """)
    void eachDeviationIsNamedWithItsLineItsElementAndWhatIsExpected(
            String what, String from, String to, String expected) {
        String document = ALERT.replace(from, to);
        assertThat(document).isNotEqualTo(ALERT);

        assertThat(words(report(document))).isEqualTo(expected);
    }

    @Test
    void allOfThemAreNamedAndVeryManyAreCounted() {
        String three =
                ALERT.replace(">Met<", ">Weather<").replace(">Severe<", ">Bad<").replace(">Public<", ">All<");
        assertThat(report(three).deviations())
                .extracting(SchemaReport.Deviation::line)
                .containsExactly(7, 10, 13);

        String many = ALERT.replace("<note>n</note>", "<code x='1'>c</code>\n".repeat(60) + "<note>n</note>");
        SchemaReport report = report(many);
        assertThat(report.deviations()).hasSize(50);
        assertThat(report.more()).isEqualTo(10);
        assertThat(report.deviations().get(49).element()).isEqualTo("/alert/code[50]");
    }

    @Test
    void theLinesAreThoseOfTheEnvelope() {
        assertThat(words(report(envelope(ALERT.replace(">Severe<", ">Bad<")))))
                .isEqualTo("15 /alert/info/severity: one of Extreme, Severe, Moderate, Minor, Unknown");
    }

    @Test
    void whatAStrangerWritesIsNotInTheSentences() {
        String hostile = ALERT.replace("<note>n</note>", "<x:note xmlns:x=\"One of '{secret:pin\">n</x:note>")
                .replace(">Severe<", ">'[secret, words]'<");
        assertThat(words(report(hostile))).doesNotContain("secret").doesNotContain("pin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE alert [<!ENTITY x SYSTEM 'http://TRAP/x'>]><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>&x;</alert>",
                "<!DOCTYPE alert SYSTEM 'http://TRAP/x.dtd'><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/>",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'"
                        + " i:schemaLocation='urn:oasis:names:tc:emergency:cap:1.2 http://TRAP/x.xsd urn:x http://TRAP/y.xsd'><b xmlns='urn:x'/></alert>",
                "<?xml-model href='http://TRAP/x'?><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>"
                        + "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='http://TRAP/x'/></alert>",
            })
    void nothingThatADocumentNamesIsFetched(String document) {
        try (Trap trap = new Trap()) {
            SchemaReport report = report(document.replace("TRAP", trap.address()));

            assertThat(report.verdict()).isNotEqualTo(Verdict.VALID);
            assertThat(trap.calls()).isZero();
        }
    }

    private static Stream<Arguments> justWithinAndBeyond() {
        String end = "</alert>";
        return Stream.of(
                Arguments.of("depth", nested(31), nested(32)),
                Arguments.of(
                        "elements", ALERT.replace("<note>", codes(19_980)), ALERT.replace("<note>", codes(19_990))),
                Arguments.of(
                        "declarations of namespaces",
                        ALERT.replace("<note>", "<note" + declarations(100) + ">"),
                        ALERT.replace("<note>", "<note" + declarations(101) + ">")),
                Arguments.of(
                        "attributes",
                        ALERT.replace("<note>", "<note" + attributes(200) + ">"),
                        ALERT.replace("<note>", "<note" + attributes(201) + ">")),
                Arguments.of(
                        "bytes",
                        ALERT.replace(end, "<!--" + "x".repeat(1_000_000) + "-->" + end),
                        ALERT.replace(end, "<!--" + "x".repeat(1 << 20) + "-->" + end)));
    }

    private static String nested(int deep) {
        return ALERT.replace("<note>", "<note>" + "<b>".repeat(deep - 1) + "</b>".repeat(deep - 1));
    }

    private static String codes(int many) {
        return "<code>c</code>".repeat(many) + "<note>";
    }

    private static String declarations(int many) {
        return IntStream.range(0, many).mapToObj(i -> " xmlns:a" + i + "='u'").collect(Collectors.joining());
    }

    private static String attributes(int many) {
        return IntStream.range(0, many).mapToObj(i -> " a" + i + "=''").collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("justWithinAndBeyond")
    void whatIsBeyondTheLimitsOfADocumentIsNotJudged(String what, String within, String beyond) {
        assertThat(report(within)).isNotEqualTo(SchemaReport.UNCHECKED);
        assertThat(report(beyond)).isEqualTo(SchemaReport.UNCHECKED);
    }

    /** As {@code CapXmlHostileTest} gives them to the reader alone. */
    private static Stream<String> hostile() {
        return Stream.concat(
                Poison.documents()
                        .filter(document -> (boolean) document.get()[1])
                        .map(document -> (String) document.get()[2]),
                Stream.of(
                        ALERT.replace("<info>", "<info" + declarations(40_000) + ">" + "<web/>".repeat(10_000)),
                        ALERT.replace("<info>", "<info" + attributes(50_000) + ">"),
                        ALERT.replace("<info>", "<info>".repeat(140_000)),
                        ALERT.replace("<info>", "<a xmlns='urn:x'/>".repeat(50_000) + "<info>"),
                        ALERT.replace("Flood", "F".repeat(10 << 20)),
                        ALERT.replace(">Severe<", ">" + "S".repeat(1_000_000) + "<"),
                        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>" + "<a".repeat(500_000),
                        "<" + "a".repeat(500_000) + "/>"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @Timeout(20)
    void aDocumentThatAttacksItsReadersIsRefusedSoonByEitherProfile(String document) {
        CapSchemas strictly =
                new CapSchemas(new CapProfileSettings(List.of(new Profile("api", Validation.STRICT, null))));
        for (CapSchemas profile : List.of(schemas, strictly)) {
            CapXmlNormalizer normalizer = new CapXmlNormalizer(CapSignatures.none(), profile);
            try (Trap trap = new Trap()) {
                byte[] bytes = document.replace("TRAP", trap.address()).getBytes(StandardCharsets.UTF_8);
                Submission submission =
                        new Submission("api", Format.CAP_XML, bytes, Map.of(), IntakeBench.TRIGGER, null);
                assertThatThrownBy(() -> normalizer.normalise(submission, Instant.EPOCH))
                        .isInstanceOfSatisfying(UnacceptableSubmission.class, SoundTrigger::check);
                assertThat(trap.calls()).isZero();
            }
        }
    }

    @Test
    void aStrictSourceMayNotSendJsonWhichNoSchemaJudges() throws Exception {
        CapSchemas strictly =
                new CapSchemas(new CapProfileSettings(List.of(new Profile("jms-incidents", Validation.STRICT, null))));
        CapJsonNormalizer normalizer = new CapJsonNormalizer(CapSignatures.none(), strictly);
        IntakeBench.Cap cap = IntakeBench.Cap.alert("j");

        assertThat(normalizer.normalise(IntakeBench.submission("api", cap, IntakeBench.TRIGGER), Instant.EPOCH))
                .isInstanceOf(Trigger.Complete.class);
        assertThatThrownBy(() -> normalizer.normalise(
                        IntakeBench.submission("jms-incidents", cap, IntakeBench.TRIGGER), Instant.EPOCH))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("CAP in XML", "tocsin.intake.cap-profiles", "none for JSON"));
    }

    @Test
    void whatIsNoXmlOrOfAnotherVersionIsUnchecked() {
        assertThat(report("no xml")).isEqualTo(SchemaReport.UNCHECKED);
        assertThat(report(ALERT.replace("</info>", ""))).isEqualTo(SchemaReport.UNCHECKED);
        assertThat(report("<alert xmlns='http://www.incident.com/cap/1.0'/>")).isEqualTo(SchemaReport.UNCHECKED);
    }

    @Test
    void aProfileMayHaveASchemaOfItsOwnWhichImportsNothing() throws Exception {
        String shipped;
        try (var file = CapSchemas.class.getResourceAsStream("/cap/cap-1.2.xsd")) {
            shipped = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path national = Files.writeString(
                folder.resolve("national.xsd"), shipped.replace("<xs:enumeration value=\"Geo\"/>", ""));
        CapSchemas own = new CapSchemas(
                new CapProfileSettings(List.of(new Profile("jms-incidents", Validation.STRICT, national))));
        byte[] geo = ALERT.replace(">Met<", ">Geo<").getBytes(StandardCharsets.UTF_8);

        assertThat(own.isStrict("jms-incidents")).isTrue();
        assertThat(own.isStrict("api")).isFalse();
        assertThat(own.report("jms-incidents", geo).verdict()).isEqualTo(Verdict.DEVIATES);
        assertThat(own.report("api", geo).verdict()).isEqualTo(Verdict.VALID);

        Path importing = Files.writeString(
                folder.resolve("importing.xsd"),
                "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:include schemaLocation='national.xsd'/></xs:schema>");
        assertThatThrownBy(() -> new CapSchemas(
                        new CapProfileSettings(List.of(new Profile("api", Validation.LENIENT, importing)))))
                .hasMessageContaining("tocsin.intake.cap-profiles")
                .hasMessageContaining("importing.xsd");
        try (Trap trap = new Trap()) {
            String at = "http://" + trap.address() + "/x";
            for (String hostile : List.of(
                    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:include schemaLocation='" + at
                            + "'/></xs:schema>",
                    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:import namespace='urn:x' schemaLocation='"
                            + at + "'/><xs:element name='alert' type='x:a' xmlns:x='urn:x'/></xs:schema>",
                    "<!DOCTYPE schema SYSTEM '" + at + "'>" + shipped.replaceFirst("(?s)^<\\?xml.*?\\?>", ""),
                    "<!DOCTYPE schema [<!ENTITY e SYSTEM '" + at + "'>]><xs:schema"
                            + " xmlns:xs='http://www.w3.org/2001/XMLSchema'>&e;</xs:schema>")) {
                Path file = Files.writeString(folder.resolve("hostile.xsd"), hostile);
                assertThatThrownBy(() -> new CapSchemas(
                                new CapProfileSettings(List.of(new Profile("api", Validation.LENIENT, file)))))
                        .as(hostile)
                        .hasMessageContaining("hostile.xsd");
            }
            assertThat(trap.calls()).isZero();
        }
        assertThatThrownBy(() -> new CapSchemas(new CapProfileSettings(List.of(
                        new Profile("api", Validation.LENIENT, null), new Profile("api", Validation.STRICT, null)))))
                .hasMessageContaining("two profiles");
    }
}
