package org.tocsin.intake.heartbeats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.intake.Format;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.sensors.Sensors;

/** A source or device that is silent for too long is told once, and its return too. */
class HeartbeatsTest {
    private static final String TOPIC = "sensors/roof/held-7";

    private IntakeBench bench;
    private HeartbeatRows rows;

    @BeforeEach
    void start() {
        bench = new IntakeBench(Path.of("src/test/resources/sensors/terms.yaml"));
        rows = new HeartbeatRows(
                new JdbcTemplate(bench.dataSource),
                new TransactionTemplate(new JdbcTransactionManager(bench.dataSource)),
                "main");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aDeviceThatIsSilentForTooLongIsToldOnceAndItsReturnToo() throws Exception {
        bench.intake.accept(bench.reading(TOPIC, "{\"level\": 1}"));
        bench.heartbeats.flush();
        pass(Duration.ofMinutes(9));
        bench.heartbeats.look();
        assertThat(told()).isEmpty();

        pass(Duration.ofMinutes(2));
        bench.heartbeats.look();
        bench.heartbeats.look();
        restarted().look();
        assertThat(told()).containsExactly("held-7 of sensor:held is silent");

        Heartbeats again = restarted();
        again.seen("sensor:held", "held-7");
        again.flush();
        again.look();
        assertThat(told()).containsExactly("held-7 of sensor:held is silent", "held-7 of sensor:held is heard again");

        pass(Duration.ofMinutes(11));
        again.look();
        assertThat(told()).hasSize(3);
    }

    @Test
    void aSourceThatWasNeverHeardIsToldAndOneOfWhichNothingIsExpectedIsNot() {
        rows.expect(List.of(new Heartbeats.Key("feed-x", "")));
        bench.heartbeats.seen("feed-y", "");
        bench.heartbeats.flush();
        pass(Duration.ofHours(1));
        bench.heartbeats.look();

        assertThat(told()).containsExactly("feed-x is silent");
        assertThat(bench.one("select detail from hub_event")).isEqualTo("feed-x (never heard).");
    }

    /** Only devices must be understood to be alive: a tool that sends what nobody can read is there. */
    @ParameterizedTest(name = "among many: {0}")
    @ValueSource(booleans = {false, true})
    void aSourceIsHeardWhateverItSays(boolean amongMany) {
        Submission poison = new Submission(
                "feed-x",
                Format.CAP_XML,
                "<alert/>".getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null);
        if (amongMany) {
            bench.intake.acceptAll(List.of(poison, poison));
        } else {
            assertThatThrownBy(() -> bench.intake.accept(poison)).isInstanceOf(UnacceptableSubmission.class);
        }
        bench.heartbeats.flush();
        assertThat(bench.one("select source || device from heartbeat where seen_at is not null"))
                .isEqualTo("feed-x");

        pass(Duration.ofMinutes(12));
        bench.heartbeats.look();
        assertThat(told()).containsExactly("feed-x is silent");
    }

    @Test
    void manyAtATimeAreOneNoticeAndNamesAreMadeHarmless() {
        for (int i = 0; i < 20; i++) {
            bench.heartbeats.seen("sensor:held", "held-" + i + "\n${jndi:x}");
        }
        bench.heartbeats.flush();
        pass(Duration.ofHours(1));
        bench.heartbeats.look();

        assertThat(told()).containsExactly("20 sensors or sources are silent");
        assertThat(bench.one("select detail from hub_event"))
                .contains("and 15 more.")
                .doesNotContain("\n")
                .doesNotContain("$");
    }

    @Test
    void theTimeInWhichNoHubListenedIsNobodysSilence() {
        rows.tick();
        bench.heartbeats.seen("feed-x", "");
        bench.heartbeats.flush();
        pass(Duration.ofHours(2));
        bench.jdbc()
                .sql("update heartbeat_tick set at = at - interval '2 hours'")
                .update();
        rows.tick();
        bench.heartbeats.look();
        assertThat(told()).isEmpty();

        pass(Duration.ofMinutes(11));
        rows.tick();
        bench.heartbeats.look();
        assertThat(told()).hasSize(1);
    }

    @Test
    void whatABrokerRepeatsFromItsMemoryAndWhatNobodyCanReadAreNoSignsOfLife() throws Exception {
        Submission fresh = bench.reading(TOPIC, "{\"level\": 1}");
        Map<String, String> attributes = new HashMap<>(fresh.attributes());
        attributes.put(Submission.RETAINED, "true");
        bench.intake.accept(
                new Submission(fresh.source(), fresh.format(), fresh.payload(), attributes, fresh.principal(), null));
        bench.intake.acceptAll(List.of(bench.reading(TOPIC, "{\"level\": \"high\"}")));
        bench.heartbeats.flush();

        assertThat(bench.count("heartbeat")).isZero();
    }

    @Test
    void manySignsOfLifeAreOneWrite() throws Exception {
        bench.intake.accept(bench.reading(TOPIC, "{\"level\": 1}"));
        bench.heartbeats.flush();
        String first = bench.one("select waits_from from heartbeat");
        for (int i = 0; i < 100; i++) {
            bench.intake.accept(bench.reading(TOPIC, "{\"level\": 1}", Instant.now()));
        }
        bench.heartbeats.flush();

        assertThat(bench.one("select waits_from from heartbeat")).isEqualTo(first);
    }

    /** Another hub, or this one after a restart. */
    @Test
    void devicesOfAQuorumThatWereNeverHeardAreTold() throws Exception {
        String file = Files.readString(Path.of("src/test/resources/sensors/terms.yaml"));
        Sensors sensors = Sensors.read(
                IntakeBench.temporary("sensors.yaml", file.replace("quorum:", "heartbeat: 10m\n    quorum:")));
        Heartbeats ofGroup = Heartbeats.of(rows, Map.of(), sensors);
        ofGroup.round();
        ofGroup.seen("sensor:agreed", "smoke-2");
        ofGroup.flush();
        pass(Duration.ofMinutes(9));
        ofGroup.look();
        assertThat(told()).isEmpty();

        pass(Duration.ofMinutes(2));
        bench.jdbc()
                .sql("update heartbeat set waits_from = now() where device = 'smoke-2'")
                .update();
        ofGroup.look();

        assertThat(told()).containsExactly("2 sensors or sources are silent");
        assertThat(bench.one("select detail from hub_event"))
                .contains("smoke-1 of sensor:agreed (never heard)", "smoke-3 of sensor:agreed (never heard)");
    }

    private Heartbeats restarted() {
        return Heartbeats.of(rows, Map.of("feed-x", Duration.ofMinutes(10)), bench.sensors);
    }

    private void pass(Duration time) {
        bench.jdbc()
                .sql(
                        "update heartbeat set waits_from = waits_from - make_interval(secs => ?), seen_at = seen_at - make_interval(secs => ?)")
                .params(List.of(time.toSeconds(), time.toSeconds()))
                .update();
    }

    private List<String> told() {
        return bench.jdbc()
                .sql("select what from hub_event order by id")
                .query(String.class)
                .list();
    }
}
