package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Silent;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;

/** Several readings in one submission, and one reading that comes several ways. */
class SensorPackTest {
    private static final IntakeBench bench = new IntakeBench(Path.of("src/test/resources/sensors/formats.yaml"));

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String name = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void twoDevicesOfOnePackAreTwoAlertsOfOneCommit() throws Exception {
        int before = bench.transactions.get();

        IntakeResult result = bench.intake.accept(rows(null, "a", "4,2", "b", "4,3", "c", "1,0"));

        assertThat(result).isInstanceOfSatisfying(Accepted.class, accepted -> assertThat(accepted.reason())
                .contains("one of 2 alerts"));
        assertThat(alerts()).isEqualTo(2);
        assertThat(bench.transactions.get() - before).isEqualTo(1);
        assertThat(bench.intake.accept(rows(null, "a", "4,2", "b", "4,3", "c", "1,0")))
                .isInstanceOf(Silent.class);
        assertThat(alerts()).isEqualTo(2);
    }

    @Test
    void aRiseWithinAPackIsAnUpdate() throws Exception {
        long now = bench.clock.instant().getEpochSecond();
        String pack = """
                [{"bn":"urn:dev:gauge:%s:","bt":%d,"n":"level","t":-20,"v":4.2},{"n":"level","t":-10,"v":6.2},
                 {"n":"level","v":6.1}]""".formatted(name, now);

        bench.intake.accept(submission("sensors/r/senml", pack, bench.clock.instant()));

        assertThat(bench.one(
                        "select string_agg(msg_type, ' ' order by id) from alert where incident_key like ?",
                        "%" + name + "%"))
                .isEqualTo("Alert Update");
    }

    @Test
    void whatIsUnreadableInAPackIsParkedBesideItsAlertsAndStaysSoWhenReplayed() throws Exception {
        long parked = bench.count("parked");
        IntakeResult result = bench.intake.accept(rows(null, "a", "4,2", "b", "high"));

        assertThat(result).isInstanceOfSatisfying(Accepted.class, accepted -> assertThat(accepted.reason())
                .contains("1 of its records could not be read"));
        assertThat(bench.count("parked") - parked).isEqualTo(1);
        long id = Long.parseLong(bench.one("select max(id) from parked"));
        assertThat(bench.one("select reason from parked where id = ?", id)).isEqualTo("row 2 /level: a number");
        assertThatThrownBy(() -> bench.intake.replay(id, IntakeBench.OPERATOR))
                .isInstanceOf(UnacceptableSubmission.class);
        assertThat(bench.one("select state from parked where id = ?", id)).isEqualTo("PARKED");
        assertThat(alerts()).isEqualTo(1);
    }

    @Test
    void aPackWithAKeyIsTakenOnce() throws Exception {
        String key = "key-" + name;
        List<IntakeResult> results =
                bench.intake.acceptAll(List.of(rows(key, "a", "4,2", "b", "4,3"), rows(key, "a", "4,2", "b", "4,3")));

        assertThat(results.get(0)).isInstanceOf(Accepted.class);
        assertThat(results.get(1)).isInstanceOf(IntakeResult.Duplicate.class);
        assertThat(bench.intake.accept(rows(key, "a", "4,2", "b", "4,3"))).isInstanceOf(IntakeResult.Duplicate.class);
        assertThat(bench.intake.accept(rows(key, "a", "4,4"))).isInstanceOf(IntakeResult.Conflict.class);
        assertThat(alerts()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chirpstack", "ttn"})
    void severalGatewaysAndALateCopyOfAnUplinkAreOneReading(String server) throws Exception {
        assertThat(uplink(server, 4200, 10)).isInstanceOf(Accepted.class);
        assertThat(uplink(server, 4200, 10)).isInstanceOf(Silent.class);
        bench.clock.advance(Duration.ofSeconds(1));
        assertThat(uplink(server, 1000, 11)).isInstanceOf(Silent.class);
        bench.clock.advance(Duration.ofSeconds(1));
        assertThat(uplink(server, 4200, 10))
                .as("a slow gateway's copy of the alarm")
                .isInstanceOf(Silent.class);
        assertThat(uplink(server, 4200, 12)).as("the next flood").isInstanceOf(Accepted.class);
        bench.clock.advance(Duration.ofSeconds(1));
        uplink(server, 1000, 13);
        bench.clock.advance(Duration.ofMinutes(11));
        assertThat(uplink(server, 4200, 0)).as("a device that counts anew").isInstanceOf(Accepted.class);
    }

    @Test
    void whatTheBrokerRepeatsFromItsMemoryIsNoNewEpisode() throws Exception {
        String topic = "sensors/" + name + "/plain-1";
        Instant start = bench.clock.instant();
        assertThat(bench.intake.accept(submission(topic, "4.2", start))).isInstanceOf(Accepted.class);
        bench.clock.advance(Duration.ofHours(25));

        assertThat(bench.intake.accept(retained(topic, "4.2"))).isInstanceOf(Silent.class);
        assertThat(bench.intake.accept(submission(topic, "4.2", bench.clock.instant())))
                .as("after a day of silence, from the device itself")
                .isInstanceOf(Accepted.class);
        assertThat(bench.intake.accept(retained("sensors/" + name + "/plain-2", "4.2")))
                .as("the last word of a device that nobody has heard")
                .isInstanceOf(Accepted.class);
    }

    private IntakeResult uplink(String server, int millimetres, int counter) throws UnacceptableSubmission {
        Instant now = bench.clock.instant();
        if (server.equals("chirpstack")) {
            String json = SensorFormatsTest.chirpStack(2, millimetres, counter)
                    .replaceFirst("\"time\":\"[^\"]+\"", "\"time\":\"" + now + "\"");
            return bench.intake.accept(submission("sensors/chirpstack/" + name + "/event/up", json, now));
        }
        String json = SensorFormatsTest.theThingsStack(name, millimetres, counter)
                .replaceFirst("\"received_at\":\"[^\"]+\"", "\"received_at\":\"" + now + "\"");
        return bench.intake.accept(new Submission(
                "hook:ttn",
                Format.MAPPED_JSON,
                json.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null));
    }

    /** Of gauges with this name before their own. */
    private Submission rows(@Nullable String key, String... gaugesAndLevels) {
        StringBuilder csv = new StringBuilder("gauge;time;level\n");
        for (int i = 0; i < gaugesAndLevels.length; i += 2) {
            csv.append(name + gaugesAndLevels[i])
                    .append(";;")
                    .append(gaugesAndLevels[i + 1])
                    .append('\n');
        }
        return new Submission(
                "hook:gauges",
                Format.MAPPED_JSON,
                csv.toString().getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                key);
    }

    private static Submission submission(String topic, String payload, Instant arrived) {
        return IntakeBench.reading(topic, payload, arrived);
    }

    private static Submission retained(String topic, String payload) {
        Submission fresh = submission(topic, payload, bench.clock.instant());
        Map<String, String> attributes = new HashMap<>(fresh.attributes());
        attributes.put(Submission.RETAINED, "true");
        return new Submission(fresh.source(), fresh.format(), fresh.payload(), attributes, fresh.principal(), null);
    }

    private long alerts() {
        return bench.count("alert where incident_key like '%" + name + "%'");
    }
}
