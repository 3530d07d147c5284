package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.tocsin.alert.Alert;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.ContentHash;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.alerts.CapDocument;

/**
 * Readings of {@code config/sensors.yaml} as shipped. Of the flood gauge: Severe at 4.0, Extreme at 6.0, over at 3.5, a
 * new flood after 24 h of silence, alerts that live 6 h.
 */
class IncidentTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String topic = "sensors/river/flood-" + UUID.randomUUID();

    /** Each step is minutes:value; each expected word is what that reading raised. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    0:3.9                      | -
                    0:4.0                      | Alert
                    0:4.2 1:4.3 2:4.2          | Alert - -
                    0:4.2 1:3.9 2:4.2          | Alert - -
                    0:4.2 1:3.5 2:4.2          | Alert - Alert
                    0:4.2 1:3.51 2:4.2         | Alert - -
                    0:4.2 1:6.0 2:4.2 3:6.1    | Alert Update - -
                    0:6.5 1:4.2 2:6.5          | Alert - -
                    0:4.2 1:6.5 2:3.0 3:4.2    | Alert Update - Alert
                    0:4.2 1439:4.2 2878:4.2    | Alert - -
                    0:4.2 1440:4.2             | Alert Alert
                    0:4.2 1440:3.0 1441:4.2    | Alert - Alert
                    """)
    void whatASequenceOfReadingsRaises(String readings, String expected) throws Exception {
        Instant start = bench.clock.instant();
        List<String> raised = new ArrayList<>();
        for (String step : readings.trim().split(" +")) {
            String[] parts = step.split(":");
            Instant at = start.plus(Duration.ofMinutes(Long.parseLong(parts[0])));
            bench.clock.advance(Duration.between(bench.clock.instant(), at));
            raised.add(word(accept(parts[1], at)));
        }

        assertThat(String.join(" ", raised)).isEqualTo(expected);
    }

    @Test
    void theSameDeliveriesAgainRaiseNothingEvenAfterTheFloodIsOver() throws Exception {
        Instant start = bench.clock.instant();
        List<Submission> day = new ArrayList<>();
        String[] values = {"1.0", "4.2", "6.5", "3.0", "4.5", "2.0"};
        for (int i = 0; i < values.length; i++) {
            day.add(reading(values[i], start.plusSeconds(i)));
        }
        bench.clock.advance(Duration.ofMinutes(1));
        assertThat(day.stream().map(IncidentTest::accepted).map(this::word))
                .containsExactly("-", "Alert", "Update", "-", "Alert", "-");

        assertThat(day.stream().map(IncidentTest::accepted).map(this::word)).containsOnly("-");
        assertThat(bench.intake.acceptAll(day).stream().map(this::word)).containsOnly("-");
    }

    /**
     * Messages of QoS 1 without a time of the sensor, as identifier:value; +: sent again (DUP); each a second after the one
     * before it, or ten minutes.
     */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    1:4.2 2:1.0 1:4.2+ 2:1.0+                      | Alert - - -
                    1:4.2 2:4.3 3:1.0 1:4.2+ 2:4.3+ 3:1.0+         | Alert - - - - -
                    1:4.2 2:6.5 3:1.0 1:4.2+ 2:6.5+ 3:1.0+ 4:4.2   | Alert Update - - - - Alert
                    1:4.2+ 2:6.5+ 3:1.0+ 4:4.2+                    | Alert Update - Alert
                    1:4.2 2:1.0 3:4.2+                             | Alert - Alert
                    1:4.2 1:1.0 1:4.2+                             | Alert - Alert
                    1:4.2 2:1.0 1:4.3+                             | Alert - Alert
                    1:4.2 2:1.0 1:4.2                              | Alert - Alert
                    1:4.2 2:1.0 10min 1:4.2+                       | Alert - Alert
                    1:1.0 2:4.2 1:1.0+ 2:4.2+ 3:4.3                | - Alert - - -
                    1:1.0 2:4.2 1:1.0+ 2:4.2+ 3:1.0 4:4.2          | - Alert - - - Alert
                    1:1.0 2:4.2 1:1.0+ 3:4.2                       | - Alert - Alert
                    """)
    void aMessageThatIsSentAgainIsKnown(String messages, String expected) {
        assertThat(ofMessages(messages)).isEqualTo(expected);
    }

    /** *: what a broker has kept and sends to a new session, once or again and again. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    1:4.2 2:1.0 3:4.2*                             | Alert - -
                    1:4.2* 2:1.0 3:4.2* 4:1.0 5:4.2 6:1.0 7:4.2*   | Alert - - - Alert - -
                    1:4.2 2:1.0 10min 10min 3:4.2*                 | Alert - -
                    1:4.2 2:6.5 3:1.0 4:6.5* 5:4.2*                | Alert Update - - -
                    1:4.2 2:4.3 3:1.0 4:4.3*                       | Alert - - -
                    1:4.2 2:4.3* 3:1.0 4:4.3*                      | Alert - - -
                    1:4.2 2:1.0 3:4.3*                             | Alert - Alert
                    1:4.2 2:1.0 3:4.2* 4:4.2                       | Alert - - Alert
                    1:4.2 2:6.5*                                   | Alert Update
                    """)
    void aRetainedReadingOfAnIncidentThatIsOverIsKnown(String messages, String expected) {
        assertThat(ofMessages(messages)).isEqualTo(expected);
    }

    private String ofMessages(String messages) {
        List<String> raised = new ArrayList<>();
        for (String message : messages.trim().split(" +")) {
            boolean pause = message.endsWith("min");
            bench.clock.advance(pause ? Duration.ofMinutes(10) : Duration.ofSeconds(1));
            if (!pause) {
                raised.add(word(accepted(message(message))));
            }
        }
        return String.join(" ", raised);
    }

    private Submission message(String text) {
        String[] parts = text.split("[:+*]");
        Map<String, String> attributes = new HashMap<>(Map.of(Submission.TOPIC, topic, Submission.PACKET, parts[0]));
        if (text.endsWith("+")) {
            attributes.put(Submission.AGAIN, "true");
        } else if (text.endsWith("*")) {
            attributes.put(Submission.RETAINED, "true");
        }
        byte[] payload = ("{\"level\": " + parts[1] + "}").getBytes(StandardCharsets.UTF_8);
        return new Submission("mqtt-sensors", Format.MAPPED_JSON, payload, attributes, IntakeBench.TRIGGER, null);
    }

    @Test
    void readingsOfOneBatchAreTakenInTheOrderInWhichTheyWereObserved() {
        Instant start = bench.clock.instant();
        List<Submission> mixed = List.of(
                reading("6.5", start.plusSeconds(2)),
                reading("3.0", start.plusSeconds(3)),
                reading("4.2", start.plusSeconds(1)));
        bench.clock.advance(Duration.ofMinutes(1));

        List<IntakeResult> results = bench.intake.acceptAll(mixed);

        assertThat(results.stream().map(this::word)).containsExactly("Update", "-", "Alert");
        assertThat(bench.state(((Accepted) results.get(2)).id())).isEqualTo("SUPERSEDED");
    }

    @Test
    void aSensorsOwnClockOrdersItsReadings() throws Exception {
        Instant start = bench.clock.instant();

        assertThat(word(observed("4.2", start))).isEqualTo("Alert");
        assertThat(word(observed("3.0", start.minusSeconds(60)))).isEqualTo("-");
        assertThat(bench.one("select open from incident where key like ?", "%" + topic + "%"))
                .isEqualTo("true");
        assertThat(word(observed("3.0", start.plusSeconds(60)))).isEqualTo("-");
        assertThat(bench.one("select open from incident where key like ?", "%" + topic + "%"))
                .isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({"1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "not a time", "9999999999999999999"})
    void aSensorWithABrokenClockIsHeardAllTheSame(String time) throws Exception {
        String json = "{\"level\": %s, \"observed_at\": \"" + time + "\"}";

        assertThat(word(bench.intake.accept(bench.reading(topic, json.formatted("4.2")))))
                .isEqualTo("Alert");
        bench.clock.advance(Duration.ofSeconds(1));
        assertThat(word(bench.intake.accept(bench.reading(topic, json.formatted("3.0")))))
                .isEqualTo("-");
        bench.clock.advance(Duration.ofSeconds(1));
        assertThat(word(bench.intake.accept(bench.reading(topic, json.formatted("4.2")))))
                .isEqualTo("Alert");
    }

    @Test
    void aReadingThatWaitedTooLongDoesNotSilenceTheFreshOne() throws Exception {
        Instant now = bench.clock.instant();

        assertThat(word(accept("4.2", now.minus(Duration.ofHours(7))))).isEqualTo("-");
        assertThat(word(accept("4.2", now))).isEqualTo("Alert");
    }

    @Test
    void manyThreadsWithOneFloodRaiseOneAlert() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        Instant at = bench.clock.instant();
        List<Callable<IntakeResult>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(() -> accept("4.2", at));
        }
        int raised = 0;
        for (Future<IntakeResult> result : threads.invokeAll(calls)) {
            raised += result.get() instanceof Accepted ? 1 : 0;
        }
        threads.shutdown();

        assertThat(raised).isEqualTo(1);
    }

    @Test
    void theAlertOfAReadingSaysWhatTheFileSaysInBothLanguages() throws Exception {
        Accepted accepted = (Accepted) accept("4.2", bench.clock.instant());

        Alert alert = CapDocument.read(bench.one("select cap from alert where id = ?", accepted.id()));
        assertThat(alert.infos().get(0).headline())
                .isEqualTo("Flood warning: " + topic.substring("sensors/river/".length()) + " at 4.2 m");
        assertThat(alert.infos().get(1).language()).isEqualTo("fr");
        assertThat(alert.infos().get(1).description()).contains("(river) mesure un niveau d'eau de 4.2 m");
        assertThat(alert.addresses()).containsExactly("flood-zone-a");
        assertThat(alert.scope()).isEqualTo(Scope.Private);
        assertThat(alert.infos()).hasSize(2).allSatisfy(info -> {
            assertThat(info.event()).isEqualTo("Flood");
            assertThat(info.categories()).containsExactly(Category.Met);
            assertThat(info.severity()).isEqualTo(Severity.Severe);
            assertThat(info.urgency()).isEqualTo(Urgency.Immediate);
            assertThat(info.certainty()).isEqualTo(Certainty.Observed);
            assertThat(info.expires().toInstant())
                    .isEqualTo(bench.clock.instant().plus(Duration.ofHours(6)).truncatedTo(ChronoUnit.SECONDS));
            assertThat(info.areas()).isEmpty();
        });
        assertThat(ContentHash.of(alert))
                .isEqualTo(bench.one("select content_hash from alert where id = ?", accepted.id()));
        assertThat(bench.one("select incident_key from alert where id = ?", accepted.id()))
                .contains(topic);
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    0:{"lel":19.9}                            | -
                    0:{"lel":20}                              | Alert
                    0:{"lel":22} 60:{"lel":41} 90:{"lel":41}  | Alert Update -
                    0:{"lel":22} 60:{"lel":12} 90:{"lel":22}  | Alert - -
                    0:{"lel":22} 60:{"lel":10} 90:{"lel":22}  | Alert - Alert
                    """)
    void gasIsToldAtOnce(String readings, String expected) throws Exception {
        assertThat(sequence("sensors/plant/gas-" + UUID.randomUUID(), readings)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    0:{"smoke":false}                                      | -
                    0:{"smoke":true} 9:{"smoke":false}                     | - -
                    0:{"smoke":true} 9:{"smoke":true} 10:{"smoke":true}    | - - Alert
                    0:{"smoke":true} 10:{"smoke":true} 90000:{"smoke":true} | - Alert -
                    0:{"smoke":true} 10:{"smoke":true} 60:{"smoke":false} 70:{"smoke":true} 80:{"smoke":true} | - Alert - - Alert
                    """)
    void smokeIsToldWhenItStays(String readings, String expected) throws Exception {
        assertThat(sequence("sensors/kitchen/smoke-" + UUID.randomUUID(), readings))
                .isEqualTo(expected);
    }

    /** @param readings seconds:payload */
    private String sequence(String device, String readings) throws Exception {
        Instant start = bench.clock.instant();
        List<String> raised = new ArrayList<>();
        for (String step : readings.trim().split(" +")) {
            String[] parts = step.split(":", 2);
            Instant at = start.plusSeconds(Long.parseLong(parts[0]));
            bench.clock.advance(Duration.between(bench.clock.instant(), at));
            raised.add(word(bench.intake.accept(bench.reading(device, parts[1]))));
        }
        return String.join(" ", raised);
    }

    /** The place is 48.8566 north, 2.3522 east; a degree of latitude is 111.2 km. */
    @ParameterizedTest(name = "M{0} at {1},{2}: {3}")
    @CsvSource({
        "5.5, 49.2163, 2.3522, Extreme",
        "5.4, 49.2163, 2.3522, Severe",
        "3.0, 49.2163, 2.3522, -",
        "3.0, 48.8566, 2.3522, -",
        "5.5, 49.5760, 2.3522, Severe",
        "6.4, 51.0000, 2.3522, -",
        "6.5, 51.0000, 2.3522, Moderate",
        "9.0, 35.7000, 139.70, -"
    })
    void anEarthquakeCountsByMagnitudeAndDistance(String magnitude, String latitude, String longitude, String severity)
            throws Exception {
        IntakeResult result = quake("\"magnitude\":" + magnitude + ",", latitude, longitude);

        assertThat(
                        result instanceof Accepted accepted
                                ? bench.one("select severity || ' ' || state from alert where id = ?", accepted.id())
                                : "-")
                .isEqualTo(severity.equals("-") ? "-" : severity + " PLANNING");
    }

    @Test
    void theTextSaysHowFarAwayAndAWrongPositionIsNamedAndOneWithoutMagnitudeWaitsForIt() throws Exception {
        Accepted accepted = (Accepted) quake("\"magnitude\":5.5,", "49.2163", "2.3522");

        assertThat(bench.one("select cap from alert where id = ?", accepted.id()))
                .contains("Earthquake of magnitude 5.5, 40 km from here", "Séisme de magnitude 5.5, à 40 km d'ici");
        assertThatThrownBy(() -> quake("\"magnitude\":5.5,", "149.21", "2.35"))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .isEqualTo("/point/latitude: degrees from -90 to 90"));
        assertThat(quake("", "49.2163", "2.3522")).isInstanceOf(IntakeResult.Silent.class);
    }

    /** An entry as the feed writes it; FeedPollerTest sends such features through the feed itself. */
    private IntakeResult quake(String magnitude, String latitude, String longitude) throws UnacceptableSubmission {
        String entry = """
                {"id":"us%s","title":"M - 9 km NNW of Somewhere","updated":"%s","published":"%s",%s
                 "point":{"latitude":%s,"longitude":%s},"feature":{"type":"Feature"}}""".formatted(
                        UUID.randomUUID(),
                        bench.clock.instant(),
                        bench.clock.instant().minusSeconds(90),
                        magnitude,
                        latitude,
                        longitude);
        return bench.intake.accept(new Submission(
                "feed-usgs",
                Format.MAPPED_JSON,
                entry.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null));
    }

    private IntakeResult accept(String value, Instant at) throws UnacceptableSubmission {
        return bench.intake.accept(reading(value, at));
    }

    private Submission reading(String value, Instant at) {
        return IntakeBench.reading(topic, "{\"level\": " + value + "}", at);
    }

    private IntakeResult observed(String value, Instant at) throws UnacceptableSubmission {
        return bench.intake.accept(bench.reading(topic, "{\"level\": " + value + ", \"observed_at\": \"" + at + "\"}"));
    }

    private static IntakeResult accepted(Submission submission) {
        try {
            return bench.intake.accept(submission);
        } catch (UnacceptableSubmission e) {
            throw new AssertionError(e);
        }
    }

    private String word(IntakeResult result) {
        return result instanceof Accepted accepted
                ? bench.one("select msg_type from alert where id = ?", accepted.id())
                : "-";
    }
}
