package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.feed.FeedRounds.accepted;
import static org.tocsin.feed.FeedRounds.hub;
import static org.tocsin.feed.FeedRounds.round;
import static org.tocsin.feed.FeedRounds.server;
import static org.tocsin.feed.FeedRounds.states;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.alert.Alert;
import org.tocsin.directory.Directory;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.alerts.CapDocument;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.IntakeHub;

/** What entries of feeds become: alerts, their Updates and their ends, for people where the entry says. */
class FeedEventsTest {
    private final String sent = OffsetDateTime.now(ZoneOffset.UTC).format(IntakeHub.CAP_TIME);
    private final String id = UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void everyFeedIsNew() {
        FeedRounds.forgetAll();
    }

    @Test
    void aGreenThatTurnsRedIsOneUpdateOfWhatWasToldOfIt() {
        GdacsDay day = new GdacsDay(id);
        levels(day, 0);
        day.set("1", "Green");
        assertThat(accepted(levels(day, 1))).isEqualTo(1);
        assertThat(levels(day, 2)).isEmpty();
        day.set("1", "Red");
        assertThat(accepted(levels(day, 3))).isEqualTo(1);
        assertThat(levels(day, 4)).isEmpty();
        assertThat(states()).isEqualTo("Alert Minor SUPERSEDED, Update Extreme PLANNING");
    }

    private static List<IntakeResult> levels(GdacsDay day, int hour) {
        server.putTagged("/levels.xml", "application/rss+xml", day.build(hour));
        return round("levels");
    }

    /** Neither the header nor the XML says in which charset it really is. */
    @ParameterizedTest(name = "{0} in {1}, which says {2}")
    @CsvSource({"rss, UTF-8, utf-8", "rss, ISO-8859-1, utf-8", "atom, UTF-8, iso-8859-1", "atom, windows-1252, us-ascii"
    })
    void aPlainFeedIsAnAlertForEachNewEntryAnUpdateWhereItIsGraverAndSilentElse(
            String format, String written, String said) {
        Charset charset = Charset.forName(written);
        String type = "application/" + format + "+xml; charset=" + said;
        String place = "<georss:circle>48.85 2.35 5000</georss:circle>";
        String title = "H\u00f6he 4,2 m";
        String old = entry(format, "old-" + id, title, "yellow", place);
        assertThat(bulletins(format, type, charset, old)).as("the baseline").isEmpty();

        assertThat(accepted(bulletins(format, type, charset, old, entry(format, id, title, "orange", place))))
                .isEqualTo(1);
        assertThat(bulletins(format, type, charset, entry(format, id, title, "orange", place), old))
                .as("only its order and dates are new")
                .isEmpty();
        assertThat(accepted(bulletins(format, type, charset, old, entry(format, id, title, "red", place))))
                .isEqualTo(1);
        assertThat(bulletins(format, type, charset, old, entry(format, id, "Other words", "red", place)))
                .singleElement()
                .isInstanceOf(IntakeResult.Silent.class);
        assertThat(accepted(bulletins(format, type, charset, entry(format, "old-" + id, title, "orange", place))))
                .as("it was known, and is graver now")
                .isEqualTo(1);

        assertThat(states()).isEqualTo("Alert Severe SUPERSEDED, Update Extreme PLANNING, Alert Severe PLANNING");
        assertThat(alerts())
                .allSatisfy(alert -> assertThat(alert.infos().get(0).headline()).isEqualTo(title));
    }

    /** Ann, who is all of the directory, lives at 48.85, 2.35. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <georss:polygon>48.8 2.3 48.9 2.3 48.9 2.4 48.8 2.4 48.8 2.3</georss:polygon> | 1
            <georss:polygon>44.8 2.3 44.9 2.3 44.9 2.4 44.8 2.4 44.8 2.3</georss:polygon> | 0
            <georss:box>48.8 2.3 48.9 2.4</georss:box>                                     | 1
            <georss:box>44.8 2.3 44.9 2.4</georss:box>                                     | 0
            <georss:circle>48.86 2.36 5000</georss:circle>                                 | 1
            <georss:circle>48.86 2.36 50</georss:circle>                                   | 0
            """)
    void whereAnEntryIsIsTheAreaOfItsAlertAndPicksPeople(String place, long people) {
        bulletins("atom", "application/atom+xml", StandardCharsets.UTF_8);
        assertThat(accepted(bulletins(
                        "atom",
                        "application/atom+xml",
                        StandardCharsets.UTF_8,
                        entry("atom", id, "Storm", "red", place))))
                .isEqualTo(1);

        Alert alert = alerts().get(0);
        assertThat(alert.infos().get(0).areas()).singleElement().satisfies(area -> assertThat(
                        area.polygons().size() + area.circles().size())
                .isEqualTo(1));
        Directory directory = hub.bean(Directory.class);
        assertThat(directory.count(directory.audience(alert))).isEqualTo(people);
    }

    private static List<IntakeResult> bulletins(String format, String type, Charset charset, String... entries) {
        String spaces = " xmlns:georss='http://www.georss.org/georss'";
        String start = format.equals("rss")
                ? "<rss version='2.0'" + spaces
                        + "><channel><title>Office</title><link>https://office.example.org</link>"
                        + "<description>Bulletins</description>"
                : "<feed xmlns='http://www.w3.org/2005/Atom'" + spaces + "><id>urn:office</id><title>Office</title>"
                        + "<updated>" + OffsetDateTime.now(ZoneOffset.UTC) + "</updated>";
        String end = format.equals("rss") ? "</channel></rss>" : "</feed>";
        byte[] bytes = (start + String.join("\n", entries) + end).getBytes(charset);
        server.put("/bulletins.xml", exchange -> FeedServer.answer(exchange, 200, type, bytes));
        return round("bulletins");
    }

    private static String entry(String format, String id, String title, String level, String place) {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        return format.equals("rss")
                ? "<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>https://office.example.org/%1$s</link>"
                                .formatted(id, title)
                        + "<category>%s</category><pubDate>%s</pubDate>%s</item>"
                                .formatted(level, now.format(DateTimeFormatter.RFC_1123_DATE_TIME), place)
                : "<entry><id>urn:%s</id><title>%s</title><link href='https://office.example.org/%1$s'/>"
                                .formatted(id, title)
                        + "<category term='%s'/><updated>%s</updated>%s</entry>".formatted(level, now, place);
    }

    /** The same entry all the time, whose link, id and title say nothing of it. */
    @ParameterizedTest
    @ValueSource(strings = {"<content type='application/cap+xml'>%s</content>", "%s"})
    void aCapDocumentInsideAnEntryBecomesAnAlertItsUpdateAndItsCancel(String inside) {
        warnings("");
        String alert = cap("a", "Alert", "Severe", "");
        assertThat(accepted(warnings(inside.formatted(alert)))).isEqualTo(1);
        assertThat(warnings(inside.formatted(alert))).isEmpty();
        assertThat(accepted(warnings(inside.formatted(cap("b", "Update", "Extreme", "a")))))
                .isEqualTo(1);
        assertThat(accepted(warnings(inside.formatted(cap("c", "Cancel", "Extreme", "b")))))
                .isEqualTo(1);
        assertThat(warnings(inside.formatted(cap("c", "Cancel", "Extreme", "b"))))
                .isEmpty();

        assertThat(states()).isEqualTo("Alert Severe SUPERSEDED, Update Extreme CANCELLED, Cancel Extreme PLANNING");
    }

    /** As of a service that keeps an entry for what happens, and puts the address of its newest document into it. */
    @Test
    void anotherDocumentBehindTheSameEntryIsItsUpdateAndItsCancel() {
        warnings("");
        assertThat(accepted(behind(cap("a", "Alert", "Severe", ""), "a"))).isEqualTo(1);
        assertThat(behind(cap("a", "Alert", "Severe", ""), "a")).isEmpty();
        assertThat(accepted(behind(cap("b", "Update", "Severe", "a"), "b"))).isEqualTo(1);
        assertThat(accepted(behind(cap("c", "Cancel", "Severe", "b"), "c"))).isEqualTo(1);

        assertThat(states()).isEqualTo("Alert Severe SUPERSEDED, Update Severe CANCELLED, Cancel Severe PLANNING");
    }

    private List<IntakeResult> behind(String cap, String name) {
        String path = "/" + id + "-" + name + ".xml";
        server.put(path, "application/cap+xml", cap);
        return warnings("<link type='application/cap+xml' href='" + server.url(path) + "'/>");
    }

    /** @param inEntry empty: no entry */
    private List<IntakeResult> warnings(String inEntry) {
        String entry = inEntry.isEmpty()
                ? ""
                : "<entry><id>urn:%s</id><title>Warning</title><updated>%s</updated>%s</entry>"
                        .formatted(
                                id,
                                OffsetDateTime.now(ZoneOffset.UTC),
                                "<link href='https://office.example.org/page'/>" + inEntry);
        server.putTagged(
                "/warnings.xml",
                "application/atom+xml",
                "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:w</id><title>W</title><updated>2026-11-26T05:00:00Z"
                        + "</updated>" + entry + "</feed>");
        return round("warnings");
    }

    private String cap(String name, String type, String severity, String of) {
        String references =
                of.isEmpty() ? "" : "<references>weather@example.org,%s-%s,%s</references>".formatted(id, of, sent);
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s-%s</identifier>
                <sender>weather@example.org</sender><sent>%s</sent><status>Actual</status><msgType>%s</msgType>
                <scope>Private</scope><addresses>flood-zone-a</addresses>%s<info><category>Met</category>
                <event>Storm</event><urgency>Immediate</urgency><severity>%s</severity>
                <certainty>Likely</certainty></info></alert>""".formatted(id, name, sent, type, references, severity);
    }

    private static List<Alert> alerts() {
        return hub
                .jdbc()
                .sql("select cap from alert where state <> 'DONE' order by id")
                .query(String.class)
                .list()
                .stream()
                .map(CapDocument::read)
                .toList();
    }
}
