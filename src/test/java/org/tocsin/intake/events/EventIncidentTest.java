package org.tocsin.intake.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Circle;
import org.tocsin.alert.ContentHash;
import org.tocsin.alert.Info;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Value;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.alerts.CapDocument;
import org.tocsin.intake.ledger.Sha256;

/** Events of a tool that says of each when it happened ({@code timed}), and of one that does not ({@code plain}). */
class EventIncidentTest {
    private static final String REST = """
                identity: [/id]
                state: {at: /state, closed: [done]}
                sender: tickets@example.org
                event: {at: /kind, words: {fire: Fire, water: Flood}, otherwise: IT outage}
                category: {at: /cat, words: {ground: Geo, weather: Met}, otherwise: Other}
                severity: {at: /p, words: {extreme: Extreme, high: Severe, low: Minor}}
                urgency: {at: /when, words: {soon: Expected, later: Future}, otherwise: Immediate}
                certainty: {at: /sure, words: {likely: Likely, maybe: Possible}, otherwise: Observed}
                addresses: [flood-zone-a]
                addresses-by: {at: /team, words: {b: [p1]}, otherwise: []}
                area: {description: "around {{/id}}", latitude: /lat, longitude: /lon, radius-km: /r, max-radius-km: 20,
                  polygon: /polygon, geocodes: {SAME: /same}}
                parameters: {room: /room}
                web: /link
                expires: /until
                text:
                  en: {headline: "Ticket {{/id}} {{/title}}"}
                closed-text:
                  en: {headline: "Over: {{/id}}"}
            """;
    private static final String FILE = """
            events:
              - name: timed
                source: hook:timed
                observed-at: /at
            """ + REST + """
              - name: plain
                source: hook:plain
                split: /all
            """ + REST + """
              - name: cancelled
                source: hook:cancelled
                closes-with: Cancel
                started-at: /from
                closed-at: /to
                substance: [/title]
            """ + REST;
    private static final IntakeBench bench =
            new IntakeBench(Path.of("config/sensors.yaml"), IntakeBench.temporary("events.yaml", FILE));

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String id = UUID.randomUUID().toString();

    /** Each step is minute:severity, the severity "done" is the end; each expected word is what that event raised. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
            0:high                          | Alert
            0:high 1:high 2:high            | Alert - -
            0:low 1:extreme 2:low           | Alert Update Update
            0:high 1:done                   | Alert AllClear
            0:high 1:done 2:done            | Alert AllClear -
            0:high 1:done 1:high 0:high     | Alert AllClear Alert -
            0:high 1:done 2:high 3:done     | Alert AllClear Alert AllClear
            0:high 1:done 0:high            | Alert AllClear -
            1:done                          | -
            1:done 0:high                   | - -
            1:done 2:high                   | - Alert
            5:low 4:extreme 6:low           | Alert - -
            5:low 4:done 6:low              | Alert - -
            0:high 1439:high 2878:high      | Alert - -
            0:high 1441:high                | Alert Alert
            """)
    void whatASequenceOfEventsRaises(String steps, String expected) throws Exception {
        // Finer than the ledger keeps it, as the tools written in Go are.
        Instant start = bench.clock.instant().truncatedTo(ChronoUnit.MICROS).plusNanos(789);
        List<String> raised = new ArrayList<>();
        for (String step : steps.trim().split(" +")) {
            String[] parts = step.split(":");
            Instant at = start.plus(Duration.ofMinutes(Long.parseLong(parts[0])));
            if (at.isAfter(bench.clock.instant())) {
                bench.clock.advance(Duration.between(bench.clock.instant(), at));
            }
            raised.add(word(accept("timed", event(parts[1], "\"at\": \"" + at + "\""))));
        }

        assertThat(String.join(" ", raised)).isEqualTo(expected);
    }

    @Test
    void anUpdateReferencesTheLastAlertAndAnAllClearIsAsGraveAsIt() throws Exception {
        Accepted first = (Accepted) accept("plain", several(event("low", "")));
        Accepted second = (Accepted) accept("plain", several(event("extreme", "")));
        Accepted over = (Accepted) accept("plain", several(event("done", "")));

        assertThat(cap(second).references()).containsExactly(cap(first).reference());
        assertThat(cap(over).references()).containsExactly(cap(second).reference());
        assertThat(cap(over).isAllClear()).isTrue();
        assertThat(cap(over).severity()).hasToString("Extreme");
        assertThat(cap(over).infos().get(0).headline()).isEqualTo("Over: " + id);
        assertThat(bench.state(first.id())).isEqualTo("SUPERSEDED");
        assertThat(bench.one("select tells from alert where id = ?", over.id())).isEqualTo("REACHED");
        assertThat(ContentHash.of(cap(second)))
                .isEqualTo(bench.one("select content_hash from alert where id = ?", second.id()));
    }

    @Test
    void aCancelTakesBackWhatWasAlertedAndOneByHandIsNotRepeated() throws Exception {
        Accepted first = (Accepted) accept("cancelled", event("high", ""));
        Accepted cancel = (Accepted) accept("cancelled", event("done", ""));
        assertThat(bench.state(first.id())).isEqualTo("CANCELLED");
        assertThat(bench.one("select msg_type from alert where id = ?", cancel.id()))
                .isEqualTo("Cancel");

        Accepted again = (Accepted) accept("cancelled", event("high", ""));
        bench.jdbc()
                .sql("update alert set state = 'CANCELLED' where id = ?")
                .param(again.id())
                .update();
        assertThat(word(accept("cancelled", event("done", "")))).isEqualTo("-");
        assertThat(word(accept("cancelled", event("high", "")))).isEqualTo("Alert");
    }

    @Test
    void whatBeganBeforeTheLastEndIsALateCopy() throws Exception {
        Instant start = bench.clock.instant();
        bench.clock.advance(Duration.ofHours(1));
        String first = event("high", "\"from\": \"" + start + "\"");
        String end = event("done", "\"from\": \"" + start + "\", \"to\": \"" + start.plusSeconds(600) + "\"");
        String second = event("high", "\"from\": \"" + start.plusSeconds(900) + "\"");

        List<String> raised = new ArrayList<>();
        for (String json : List.of(first, first, end, first, second, end, second)) {
            raised.add(word(accept("cancelled", json)));
        }

        assertThat(raised).containsExactly("Alert", "-", "Cancel", "-", "Alert", "-", "-");
    }

    @Test
    void onlyWhatTheMappingCallsSubstanceIsAnUpdateButARiseAlwaysIs() throws Exception {
        assertThat(word(accept("cancelled", event("high", "\"title\": \"a\"")))).isEqualTo("Alert");
        assertThat(word(accept("cancelled", event("high", "\"title\": \"a\", \"room\": 7"))))
                .isEqualTo("-");
        assertThat(word(accept("cancelled", event("low", "\"title\": \"a\"")))).isEqualTo("-");
        assertThat(word(accept("cancelled", event("high", "\"title\": \"b\"")))).isEqualTo("Update");
        assertThat(word(accept("cancelled", event("extreme", "\"title\": \"b\""))))
                .isEqualTo("Update");
    }

    @Test
    void onePayloadIsSeveralAlertsInOneTransactionAndTheSameAgainIsNone() throws Exception {
        String both =
                "{\"all\": [" + event("high", "") + ", " + event("low", "").replace(id, "x" + id) + "]}";
        int before = bench.transactions.get();

        Accepted first = (Accepted) accept("plain", both);
        int after = bench.transactions.get();
        IntakeResult again = accept("plain", both);

        assertThat(first.reason()).isEqualTo("It is one of 2 alerts of this submission.");
        assertThat(bench.count("alert where incident_key like '%" + id + "'")).isEqualTo(2);
        assertThat(after - before).isEqualTo(1);
        assertThat(again).isInstanceOf(IntakeResult.Silent.class);
    }

    @Test
    void aBadEventAmongGoodOnesIsParkedAndTheGoodOnesGoOn() throws Exception {
        String both = "{\"all\": [" + event("sky-high", "").replace(id, "x" + id) + ", " + event("high", "") + "]}";

        Accepted result = (Accepted) accept("plain", both);

        assertThat(result.reason())
                .isEqualTo("1 of its records could not be read; they are parked."
                        + " The first: /all/0/p, expected one of extreme, high, low.");
        assertThat(bench.count("parked where reason like '/all/0/p: one of extreme, high, low%'"))
                .isEqualTo(1);
    }

    @Test
    void oneIdempotencyKeyOfSeveralEventsGivesOneResult() throws Exception {
        String both =
                "{\"all\": [" + event("high", "") + ", " + event("low", "").replace(id, "x" + id) + "]}";
        Submission keyed = submission("plain", both, id);

        List<IntakeResult> batch = bench.intake.acceptAll(List.of(keyed, keyed));

        assertThat(batch.get(0)).isInstanceOf(Accepted.class);
        assertThat(batch.get(1)).isInstanceOf(IntakeResult.Duplicate.class);
        assertThat(bench.intake.accept(keyed)).isInstanceOf(IntakeResult.Duplicate.class);
        assertThat(bench.count("alert where incident_key like '%" + id + "'")).isEqualTo(2);
    }

    @Test
    void manyThreadsWithOneEventRaiseOneAlert() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Callable<IntakeResult>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(() -> accept("plain", several(event("high", ""))));
        }
        int raised = 0;
        for (Future<IntakeResult> result : threads.invokeAll(calls)) {
            raised += result.get() instanceof Accepted ? 1 : 0;
        }
        threads.shutdown();

        assertThat(raised).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "id": 7                             | ok   |
            "id": ""                            | /id  | names the incident
            "id": null                          | /id  | names the incident
            "id": {"a": 1}                      | /id  | names the incident
            "p": "sky-high"                     | /p   | one of extreme, high, low
            "p": 5                              | /p   | one of
            "p": " HIGH "                       | ok   |
            "lat": 91, "lon": 0, "r": 1         | /lat | between -90.0 and 90.0
            "lat": 48, "lon": 2                 | /r   | between 0 and 20.0
            "lat": 48, "lon": 2, "r": 20000     | /r   | between 0 and 20.0
            "lat": "NaN", "lon": 2, "r": 1      | /lat | a number
            "lat": 48.1, "lon": "2.1", "r": 3.5 | ok   |
            "polygon": "1,1 2,2"                | /polygon | at least four pairs
            "polygon": "1,1 1,2 2,2 1,1"        | ok   |
            "same": ["006109", "006037"]        | ok   |
            "state": null                       | /state | the state of the incident
            """)
    void aFieldThatCannotBeUsedIsNamed(String field, String element, String expected) throws Exception {
        String json = event("high", "").replaceFirst("\\{.*?\"id\": \"[^\"]+\"", "{\"id\": \"" + id + "\"");
        String name = field.substring(1, field.indexOf('"', 1));
        String with = json.replaceAll("\"" + name + "\": (\"[^\"]*\"|[^,}]+),? ?", "");
        String changed = "{" + field + ", " + with.substring(1).replaceAll(",? *}$", "}");

        if (element.equals("ok")) {
            assertThat(word(accept("timed", changed))).isEqualTo("Alert");
            return;
        }
        assertThatThrownBy(() -> accept("timed", changed))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, poison -> {
                    assertThat(poison.problems().get(0).element()).isEqualTo(element);
                    assertThat(poison.problems().get(0).expected()).contains(expected);
                });
    }

    @Test
    void whatTheEventSaysIsInTheAlertAndNothingOfItIsEvaluated() throws Exception {
        String hostile = "{{/room}} ${bean:x} {{sys:user.home}} ' or 1=1; <b>\\u0000\\u202e";
        Accepted accepted = (Accepted) accept(
                "timed",
                event(
                        "high",
                        "\"title\": \"" + hostile + "\", \"room\": \"R\", \"team\": \"b\", \"kind\": \"water\","
                                + " \"link\": \"https://example.org/i/1\", \"lat\": 48.1, \"lon\": 2.1, \"r\": 2"));

        Alert cap = cap(accepted);
        assertThat(cap.infos().get(0).headline())
                .isEqualTo("Ticket " + id + " {{/room}} ${bean:x} {{sys:user.home}} ' or 1=1; <b>\u202e");
        assertThat(cap.infos().get(0).parameter("room")).isEqualTo("R");
        assertThat(cap.infos().get(0).web()).isEqualTo("https://example.org/i/1");
        assertThat(cap.event()).isEqualTo("Flood");
        assertThat(cap.addresses()).containsExactly("flood-zone-a", "p1");
        assertThat(cap.infos().get(0).areas().get(0).areaDesc()).isEqualTo("around " + id);
        assertThat(cap.infos().get(0).areas().get(0).circles().get(0).radiusKm())
                .isEqualTo(2.0);
        assertThat(words(cap)).isEqualTo("Other Severe Immediate Observed");
    }

    @Test
    void theWordsTheEndAndThePlacesOfTheEventAreThoseOfTheAlertAndItsAllClearHasNoneOfThePlaces() throws Exception {
        Instant until = bench.clock.instant().plusSeconds(5_400).truncatedTo(ChronoUnit.SECONDS);
        String more = "\"cat\": \"Ground\", \"when\": \"soon\", \"sure\": \"maybe\", \"until\": \"" + until + "\","
                + " \"polygon\": \"48.1,2.1 48.2,2.1 48.2,2.3 48.1,2.1\", \"same\": [\"006109\", \"006110\"],"
                + " \"lat\": 48.5, \"lon\": \"2.5\", \"r\": 20";

        Alert alert = cap((Accepted) accept("timed", event("low", more)));
        Alert over = cap((Accepted) accept("timed", event("done", more)));

        assertThat(words(alert)).isEqualTo("Geo Minor Expected Possible");
        assertThat(alert.scope()).isEqualTo(Scope.Private);
        assertThat(alert.expires()).isEqualTo(until.atOffset(ZoneOffset.UTC));
        assertThat(alert.infos().get(0).areas())
                .containsExactly(new Area(
                        "around " + id,
                        List.of(new Polygon(List.of(
                                new Position(48.1, 2.1),
                                new Position(48.2, 2.1),
                                new Position(48.2, 2.3),
                                new Position(48.1, 2.1)))),
                        List.of(new Circle(new Position(48.5, 2.5), 20)),
                        List.of(new Value("SAME", "006109"), new Value("SAME", "006110")),
                        null,
                        null));
        assertThat(words(over)).isEqualTo("Geo Minor Past Observed");
        assertThat(over.infos().get(0).areas()).as("whom it is for is known").isEmpty();
        assertThat(over.expires().toInstant())
                .isEqualTo(bench.clock.instant().plus(Duration.ofHours(6)).truncatedTo(ChronoUnit.SECONDS));
    }

    @Test
    void withoutAnEndOfItsOwnTheAlertEndsAfterTheTimeOfTheFile() throws Exception {
        Alert alert = cap((Accepted) accept("timed", event("high", "")));

        assertThat(alert.expires().toInstant())
                .isEqualTo(bench.clock.instant().plus(Duration.ofHours(6)).truncatedTo(ChronoUnit.SECONDS));
        assertThat(alert.infos().get(0).areas()).isEmpty();
    }

    private static String words(Alert cap) {
        Info info = cap.infos().get(0);
        return info.categories().get(0) + " " + info.severity() + " " + info.urgency() + " " + info.certainty();
    }

    @ParameterizedTest
    @CsvSource({"javascript:alert(1)", "file:///etc/passwd", "https://user:pw@example.org/", "not a link"})
    void aLinkThatIsNoWebAddressIsLeftOut(String link) throws Exception {
        Accepted accepted = (Accepted) accept("timed", event("high", "\"link\": \"" + link + "\""));

        assertThat(cap(accepted).infos().get(0).web()).isNull();
    }

    @Test
    void whatHadExpiredWhenItCameIsSilentAndDoesNotSilenceTheFreshOne() throws Exception {
        Instant now = bench.clock.instant();

        assertThat(word(accept("timed", event("high", "\"until\": \"" + now.minusSeconds(1) + "\""))))
                .isEqualTo("-");
        assertThat(bench.count("journal where what = 'event-recorded-expired' and detail like 'event=timed incident="
                        + Sha256.hex("event|timed|" + id).substring(0, 16) + "%'"))
                .isEqualTo(1);
        assertThat(word(accept("timed", event("high", "\"until\": \"" + now.plusSeconds(60) + "\""))))
                .isEqualTo("Alert");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2099-01-01T00:00:00Z\"",
                "\"0001-01-01T00:00:00Z\"",
                "\"not a time\"",
                "\"9999999999999999999\"",
                "\"-5\"",
                "1e999",
                "-1e999"
            })
    void aToolWithABrokenClockIsHeardInTheOrderOfArrival(String time) throws Exception {
        String field = "\"at\": " + time;
        List<String> raised = new ArrayList<>();
        for (String step : List.of("high", "done", "high")) {
            raised.add(word(accept("timed", event(step, field))));
        }

        assertThat(raised).containsExactly("Alert", "AllClear", "Alert");
    }

    @Test
    void twoLongNamesThatDifferAtTheirEndsAreTwoIncidents() throws Exception {
        String name = "n".repeat(2000) + id;

        assertThat(word(accept("timed", event("high", "").replace(id, name + "a"))))
                .isEqualTo("Alert");
        assertThat(word(accept("timed", event("high", "").replace(id, name + "b"))))
                .isEqualTo("Alert");
        assertThat(word(accept("timed", event("high", "").replace(id, name + "a"))))
                .isEqualTo("-");
    }

    @Test
    void aCloudEventInBinaryModeIsReadAsInStructuredMode() throws Exception {
        Submission binary = new Submission(
                "hook:timed",
                Format.MAPPED_JSON,
                "{\"a\": 1}".getBytes(StandardCharsets.UTF_8),
                Map.of("ce_id", id, "ce_state", "new", "ce_p", "high", "ce_title", "binary"),
                IntakeBench.TRIGGER,
                null);

        Accepted accepted = (Accepted) bench.intake.accept(binary);

        assertThat(cap(accepted).infos().get(0).headline()).isEqualTo("Ticket " + id + " binary");
    }

    private static String several(String event) {
        return "{\"all\": [" + event + "]}";
    }

    private String event(String severity, String more) {
        boolean done = severity.equals("done");
        return "{\"id\": \"" + id + "\", \"state\": \"" + (done ? "done" : "new") + "\", \"p\": \""
                + (done ? "high" : severity) + "\"" + (more.isEmpty() ? "" : ", " + more) + "}";
    }

    private static IntakeResult accept(String source, String json) throws UnacceptableSubmission {
        return bench.intake.accept(submission(source, json, null));
    }

    private static Submission submission(String source, String json, @org.jspecify.annotations.Nullable String key) {
        return new Submission(
                "hook:" + source,
                Format.MAPPED_JSON,
                json.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                key);
    }

    private static Alert cap(Accepted accepted) {
        return CapDocument.read(bench.one("select cap from alert where id = ?", accepted.id()));
    }

    private static String word(IntakeResult result) {
        if (!(result instanceof Accepted accepted)) {
            return "-";
        }
        Alert cap = cap(accepted);
        return cap.isAllClear() ? "AllClear" : cap.msgType().name();
    }
}
