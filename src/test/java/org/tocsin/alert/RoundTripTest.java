package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what was read, in both forms and from one to the other. */
class RoundTripTest {

    static Stream<Named<Alert>> alerts() throws CapProblem {
        List<Named<Alert>> alerts = new ArrayList<>();
        for (String name : List.of("nws-flash-flood.xml", "dwd-wind-bilingual.xml", "cancel-without-info.xml")) {
            byte[] document = Documents.resource(name);
            String text = new String(document, StandardCharsets.UTF_8).replace("ISO-8859-1", "UTF-8");
            alerts.add(named(name, CapXml.read(Documents.bytes(text))));
        }
        alerts.add(named("bilingual", CapJson.read(Documents.resource("bilingual-with-resource.json"))));
        alerts.add(named("one of everything", everything("plain")));
        for (String text : List.of(
                "]]> <b>&amp;&#13;</b> <!-- --> <![CDATA[",
                "carriage\r\nreturn\rand tab\tand line\nfeed",
                "next line \u0085 separator \u2028 no-break \u00a0 BOM \uFEFF inside",
                "emoji 🌊👩🏽‍🚒 and ไทย and العربية ‮ override",
                "${bean:x} {{sys:x}} ${jndi:ldap://example.org/a} \\ \" ' \u007f",
                "long " + "x".repeat(10_000))) {
            alerts.add(named("text " + Quotation.of(text), everything(text)));
        }
        for (int seed = 0; seed < 40; seed++) {
            alerts.add(named("seed " + seed, new RandomAlerts(seed).alert()));
        }
        return alerts.stream();
    }

    private static Alert everything(String text) {
        OffsetDateTime sent = OffsetDateTime.parse("2026-11-22T14:03:09+05:45");
        OffsetDateTime utc = OffsetDateTime.parse("2026-11-23T00:00:00Z");
        Position a = new Position(-90, -180);
        Position b = new Position(90, 180);
        Area area = new Area(
                text,
                List.of(
                        new Polygon(List.of(a, b, new Position(0.0000001, 123.45678901234567), a)),
                        new Polygon(List.of(b, a, a, a, b))),
                List.of(new Circle(b, 0), new Circle(a, 20_038), new Circle(a, 1e-7)),
                List.of(new Value(text, text), new Value("empty", "")),
                -1234.5,
                1e9);
        Info info = new Info(
                "zh-Hant-CN-x-private1-private2",
                List.of(Category.values()),
                text,
                List.of(ResponseType.values()),
                Urgency.Past,
                Severity.Minor,
                Certainty.Unlikely,
                text,
                List.of(new Value("a", text), new Value("a", text)),
                sent,
                utc,
                sent.plusDays(1),
                text,
                text,
                text,
                text,
                text,
                text,
                List.of(new Value("tocsin:audience", "intersect"), new Value("p", text)),
                List.of(
                        new Resource(text, "image/png", 0L, text, text, text),
                        new Resource("bare", "x/y", null, null, null, null),
                        new Resource("big", "x/y", 999_999_999_999_999_999L, null, null, null)),
                List.of(area, new Area("nowhere", List.of(), List.of(), List.of(), null, null)));
        return new Alert(
                "id",
                "s",
                sent,
                Status.System,
                MsgType.Error,
                text,
                Scope.Restricted,
                text,
                List.of("plain", "two words", "tab\tand\nline", "comma,comma", "<&>", "a,b,c"),
                List.of("profile 1", "profile:2"),
                text,
                List.of(new Reference("s", "id-0", utc), new Reference("s", "id-1", sent)),
                List.of("i1", "incident two"),
                List.of(info, info));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void xmlReadsWhatItWrote(Alert alert) throws CapProblem {
        assertThat(CapXml.read(CapXml.write(alert))).isEqualTo(alert);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void jsonReadsWhatItWrote(Alert alert) throws CapProblem {
        assertThat(CapJson.read(CapJson.write(alert))).isEqualTo(alert);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void bothFormsGiveTheSameAlertAndTheSameHash(Alert alert) throws CapProblem {
        Alert throughBoth = CapJson.read(CapJson.write(CapXml.read(CapXml.write(alert))));
        assertThat(throughBoth).isEqualTo(alert);
        assertThat(ContentHash.of(throughBoth)).isEqualTo(ContentHash.of(alert));
    }

    @Test
    void xmlIsWrittenInTheOrderOfTheSchemaWithTimesAsCapWantsThem() throws CapProblem {
        String xml = CapXml.text(CapXml.read(Documents.resource("dwd-wind-bilingual.xml")));

        assertThat(xml)
                .contains("<sent>2026-01-12T10:00:00-00:00</sent>", "<expires>2026-01-12T19:30:00-00:00</expires>")
                .doesNotContain("Z<");
        assertThat(xml.replaceAll("(?s)<info>.*", "").replaceAll("(?s)>[^<]*<(?=/)", "><"))
                .containsSubsequence(
                        "<identifier>",
                        "<sender>",
                        "<sent>",
                        "<status>",
                        "<msgType>",
                        "<source>",
                        "<scope>",
                        "<code>",
                        "<references>");
    }

    @Test
    void elementsAreReadInAnyOrder() throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        Map<String, Object> reversed = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(draft.keySet());
        Collections.reverse(names);
        names.forEach(name -> reversed.put(name, draft.get(name)));

        assertThat(CapXml.read(Documents.xml(reversed)))
                .isEqualTo(CapXml.read(Documents.xml(draft)))
                .isEqualTo(CapJson.read(Documents.json(reversed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE", "ISO-8859-1", "windows-1252"})
    void declaredEncodingsAreRead(String encoding) throws CapProblem {
        String text =
                new String(Documents.xml(Documents.draft()), StandardCharsets.UTF_8).replace("Flood", "Überflutung");
        String mark =
                encoding.startsWith("UTF-16") && encoding.length() > 6 || encoding.equals("UTF-8") ? "\uFEFF" : "";
        byte[] document =
                (mark + "<?xml version='1.0' encoding='" + encoding + "'?>" + text).getBytes(Charset.forName(encoding));

        assertThat(CapXml.read(document).event()).isEqualTo("Überflutung");
    }

    @Test
    void aByteOrderMarkBeforeJsonIsTaken() throws CapProblem {
        byte[] plain = Documents.json(Documents.draft());
        String marked = "\uFEFF" + new String(plain, StandardCharsets.UTF_8);
        assertThat(CapJson.read(Documents.bytes(marked))).isEqualTo(CapJson.read(plain));
    }

    @Test
    void layoutAroundTextIsNotContent() throws CapProblem {
        String loose = new String(Documents.xml(Documents.draft()), StandardCharsets.UTF_8)
                .replaceAll("<([a-zA-Z]+)>(?=[^<])", "<$1>\n      ")
                .replaceAll("(?<=[^>])</", "\n   </");
        assertThat(CapXml.read(Documents.bytes(loose))).isEqualTo(CapXml.read(Documents.xml(Documents.draft())));
    }

    @Test
    void whatAFormCannotHoldIsWrittenAsTheReplacementCharacter() throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        Documents.info(draft).put("headline", "red \u001b[31m");
        Alert fromJson = CapJson.read(Documents.json(draft));
        assertThat(fromJson.infos().get(0).headline()).as("kept literally").isEqualTo("red \u001b[31m");
        assertThat(CapXml.read(CapXml.write(fromJson)).infos().get(0).headline())
                .isEqualTo("red \uFFFD[31m");

        Alert unsound = everything("half \uD83C and NUL \u0000.");
        assertThat(CapJson.read(CapJson.write(unsound)).note()).isEqualTo("half \uFFFD and NUL \uFFFD.");
        assertThat(CapXml.read(CapXml.write(unsound)).note()).isEqualTo("half \uFFFD and NUL \uFFFD.");
    }
}
