package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.tocsin.alert.Area;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Info;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.alerts.CapDocument;

/** Hold time, quorum and distance: what must hold beside a threshold, by {@code terms.yaml}; earthquakes: IncidentTest. */
class SensorTermsTest {
    private static final Path FILE = Path.of("src/test/resources/sensors/terms.yaml");
    private static final IntakeBench bench = new IntakeBench(FILE);

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String site = UUID.randomUUID().toString().substring(0, 8);

    /** Severe from 4, Extreme from 6, over at 3.5; each for 30 s. Steps are seconds:value, by the sensor's own clock. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    0:4.2                               | -
                    0:4.2 29:4.2                        | - -
                    0:4.2 30:4.2                        | - Alert
                    0:4.2 15:3.9 30:4.2                 | - - -
                    0:4.2 15:3.9 30:4.2 60:4.2          | - - - Alert
                    0:4.2 15:3.0 45:4.2                 | - - -
                    0:4.2 30:6.1 60:6.1                 | - Alert Update
                    0:6.1 30:4.2                        | - Alert
                    0:6.1 30:6.1                        | - Alert
                    0:4.2 30:4.2 40:6.1 50:4.2 70:6.1   | - Alert - - -
                    0:4.2 30:4.2 40:3.0 50:4.2          | - Alert - -
                    0:4.2 30:4.2 40:3.0 50:4.2 80:4.2   | - Alert - - Alert
                    20:4.2 0:4.2 30:4.2                 | - - -
                    20:4.2 10:3.0 50:4.2                | - - Alert
                    """)
    void aValueMustStayBeyondItsThresholdForItsHoldTime(String readings, String expected) throws Exception {
        Instant start = bench.clock.instant();
        bench.clock.advance(Duration.ofSeconds(100));
        List<String> raised = new ArrayList<>();
        for (String step : readings.trim().split(" +")) {
            String[] parts = step.split(":");
            raised.add(word(level("held-1", parts[1], start.plusSeconds(Long.parseLong(parts[0])))));
        }

        assertThat(String.join(" ", raised)).isEqualTo(expected);
    }

    @Test
    void whoSaysNothingMoreDuringItsHoldTimeIsTakenAtItsWord() throws Exception {
        level("held-1", "6.1", bench.clock.instant());
        bench.holds.handIn();
        assertThat(alerts()).as("its time is not over").isZero();

        bench.clock.advance(Duration.ofSeconds(36));
        holdTimeIsOver();
        bench.holds.handIn();
        bench.holds.handIn();

        assertThat(bench.one("select string_agg(severity, ' ') from alert where incident_key like ?", like()))
                .isEqualTo("Extreme");
        assertThat(bench.count("held_reading where key like '%" + site + "%'")).isZero();
        assertThat(word(level("held-1", "6.1", bench.clock.instant())))
                .as("it is known")
                .isEqualTo("-");
    }

    @Test
    void whoSaysThatAllIsWellDuringItsHoldTimeIsNot() throws Exception {
        Instant start = bench.clock.instant();
        level("held-1", "4.2", start);
        HeldReadings.Due read = due();
        bench.clock.advance(Duration.ofSeconds(10));
        level("held-1", "3.0", start.plusSeconds(10));
        assertThat(bench.count("held_reading where key like '%" + site + "%'")).isZero();

        bench.clock.advance(Duration.ofSeconds(60));
        bench.intake.accept(read.submission());

        assertThat(alerts()).as("a hub that read it before").isZero();
        assertThat(bench.count("held_reading where key like '%" + site + "%'")).isZero();
    }

    @Test
    void aHubThatWasAwayForLongerThanTheAlertWouldLiveRaisesNothing() throws Exception {
        level("held-1", "4.2", bench.clock.instant());
        bench.clock.advance(Duration.ofHours(7));
        holdTimeIsOver();
        bench.holds.handIn();

        assertThat(alerts()).isZero();
        assertThat(bench.count("held_reading where key like '%" + site + "%'")).isZero();
    }

    private void holdTimeIsOver() {
        assertThat(bench.jdbc()
                        .sql("update held_reading set due_at = now() where key like ?")
                        .param(like())
                        .update())
                .isEqualTo(1);
    }

    private HeldReadings.Due due() {
        holdTimeIsOver();
        return new HeldReadings(new org.springframework.jdbc.core.JdbcTemplate(bench.dataSource), bench.parking, "main")
                .due().stream()
                        .filter(due -> due.key().contains(site))
                        .findFirst()
                        .orElseThrow();
    }

    /** Two of three within five minutes; Severe from 50, Extreme from 90, over at 20. Steps are minutes:device:value. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    0:1:60                          | -
                    0:1:60 1:1:70                   | - -
                    0:1:60 1:2:60                   | - Alert
                    0:1:60 1:2:60 2:3:60            | - Alert -
                    0:1:60 5:2:60                   | - Alert
                    0:1:60 6:2:60                   | - -
                    0:1:60 6:2:60 7:1:60            | - - Alert
                    0:1:60 1:1:10 2:2:60            | - - -
                    0:1:95 1:2:60 2:2:95            | - Alert Update
                    0:1:60 1:4:60                   | - -
                    0:1:60 1:2:60 2:2:10 3:2:60     | - Alert - -
                    0:1:60 1:2:60 2:2:10 3:1:10 4:1:60 5:2:60 | - Alert - - - Alert
                    """)
    void soManyDevicesMustAgreeWithinTheWindow(String readings, String expected) throws Exception {
        Instant start = bench.clock.instant();
        List<String> raised = new ArrayList<>();
        for (String step : readings.trim().split(" +")) {
            String[] parts = step.split(":");
            Instant at = start.plus(Duration.ofMinutes(Long.parseLong(parts[0])));
            bench.clock.advance(Duration.between(bench.clock.instant(), at));
            raised.add(word(bench.intake.accept(smoke(Integer.parseInt(parts[1]), parts[2]))));
        }

        assertThat(String.join(" ", raised)).isEqualTo(expected);
    }

    /** Both devices send all again that was not confirmed to them: "all is well" of before, and the alarm after it. */
    @Test
    void whatSeveralDevicesSendAgainIsOneAlert() throws Exception {
        List<String> raised = new ArrayList<>();
        for (String step :
                "11 1:10 21 2:10 12 1:60 22 2:60 11 1:10+ 12 1:60+ 21 2:10+ 22 2:60+".split(" (?=\\d\\d )")) {
            String[] parts = step.split("[ :+]");
            bench.clock.advance(Duration.ofSeconds(1));
            raised.add(word(bench.intake.accept(
                    smoke(Integer.parseInt(parts[1]), parts[2], parts[0].substring(1), step.endsWith("+")))));
        }

        assertThat(String.join(" ", raised)).isEqualTo("- - - Alert - - - -");
        assertThat(bench.one("select open from incident where key like ?", "%quorum:agreed%" + site + "%"))
                .isEqualTo("true");
    }

    private Submission smoke(int device, String value, String packet, boolean again) {
        Map<String, String> attributes = new HashMap<>(
                Map.of(Submission.TOPIC, "sensors/" + site + "/smoke-" + device, Submission.PACKET, packet));
        if (again) {
            attributes.put(Submission.AGAIN, "true");
        }
        byte[] payload = ("{\"ppm\": " + value + "}").getBytes(StandardCharsets.UTF_8);
        return new Submission("mqtt-sensors", Format.MAPPED_JSON, payload, attributes, IntakeBench.TRIGGER, null);
    }

    @Test
    void devicesOfAnotherSiteDoNotCount() throws Exception {
        bench.intake.accept(smoke(1, "60"));
        IntakeResult other =
                bench.intake.accept(bench.reading("sensors/" + UUID.randomUUID() + "/smoke-2", "{\"ppm\": 60}"));

        assertThat(word(other)).isEqualTo("-");
    }

    /** As with several hubs: each has a writer and transactions of its own. */
    @Test
    void manyThreadsOnTwoHubsRaiseOneAlertOfAGroup() throws Exception {
        Intake second = bench.restarted(FILE);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<IntakeResult>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Intake hub = i % 2 == 0 ? bench.intake : second;
            Submission reading = smoke(1 + i % 3, "60");
            calls.add(() -> hub.accept(reading));
        }
        int raised = 0;
        for (Future<IntakeResult> result : threads.invokeAll(calls)) {
            raised += result.get() instanceof Accepted ? 1 : 0;
        }
        threads.shutdown();
        second.stop();

        assertThat(raised).isEqualTo(1);
        assertThat(bench.count("alert where incident_key like '%quorum:agreed%" + site + "%'"))
                .isEqualTo(1);
    }

    @Test
    void theWordsOfALevelAndTheAreaOfTheFileAreThoseOfTheAlertAndOfItsUpdate() throws Exception {
        String topic = "sensors/" + site + "/dam-1";
        Alert first = alert(bench.intake.accept(bench.reading(topic, "{\"level\": 4.0}")));
        Alert second = alert(bench.intake.accept(bench.reading(topic, "{\"level\": 6.0}")));

        assertThat(words(first)).isEqualTo("Alert Infra Moderate Future Possible");
        assertThat(words(second)).isEqualTo("Update Infra Severe Expected Likely");
        for (Alert alert : List.of(first, second)) {
            Info info = alert.infos().get(0);
            assertThat(info.senderName()).isEqualTo("The dam");
            assertThat(info.expires().toInstant())
                    .isEqualTo(
                            bench.clock.instant().plus(Duration.ofMinutes(30)).truncatedTo(ChronoUnit.SECONDS));
            assertThat(info.parameter("tocsin:audience")).isEqualTo("intersect");
            assertThat(info.areas())
                    .containsExactly(new Area(
                            "Below the dam",
                            List.of(new Polygon(List.of(
                                    new Position(48.8, 2.3),
                                    new Position(48.9, 2.3),
                                    new Position(48.9, 2.4),
                                    new Position(48.8, 2.3)))),
                            List.of(new Circle(new Position(48.85, 2.35), 2.5)),
                            List.of(),
                            null,
                            null));
        }
    }

    private static Alert alert(IntakeResult result) {
        return CapDocument.read(bench.one("select cap from alert where id = ?", ((Accepted) result).id()));
    }

    private static String words(Alert alert) {
        Info info = alert.infos().get(0);
        return alert.msgType() + " " + info.categories().get(0) + " " + info.severity() + " " + info.urgency() + " "
                + info.certainty();
    }

    /** Distances of a sphere that atlases give too: Paris to New York, to London, and across the antimeridian. */
    @ParameterizedTest
    @CsvSource({
        "48.8566, 2.3522, 40.7128, -74.0060, 5837",
        "48.8566, 2.3522, 51.5074, -0.1278, 344",
        "-17.5, 179.5, -17.5, -179.5, 106",
        "0, 0, 0, 180, 20015",
        "10, 10, 10, 10, 0"
    })
    void distancesAreThoseOfTheGlobe(double lat, double lon, double otherLat, double otherLon, double km) {
        assertThat(Distance.km(new Position(lat, lon), new Position(otherLat, otherLon)))
                .isCloseTo(km, within(1.0));
    }

    private IntakeResult level(String device, String value, Instant at) throws UnacceptableSubmission {
        return bench.intake.accept(
                bench.reading("sensors/" + site + "/" + device, "{\"level\": " + value + ", \"t\": \"" + at + "\"}"));
    }

    private Submission smoke(int device, String value) {
        return bench.reading("sensors/" + site + "/smoke-" + device, "{\"ppm\": " + value + "}");
    }

    private long alerts() {
        return bench.count("alert where incident_key like '" + like() + "'");
    }

    private String like() {
        return "%" + site + "%";
    }

    private static String word(IntakeResult result) {
        return result instanceof Accepted accepted
                ? bench.one("select msg_type from alert where id = ?", accepted.id())
                : "-";
    }
}
