package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/**
 * The database is away for 20 s (60 s in the long part) while triggers from every source come in: HTTP is told to come again, the broker goes
 * on taking what sensors and incident tools send, nothing is parked, and afterwards everybody gets one message.
 */
class DatabaseAwayIT {
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("faults.away", 20));
    private static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(3);
    private static final Duration GAP = Duration.ofMillis(200);

    private static final Crowd CROWD = Crowd.of(1_000);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static OutsidePostgres database;
    private static Simulator simulator;
    private static HubProcess hub;
    private static TriggerSources sources;

    /** In which way it is away. */
    enum Outage {
        CRASHED(OutsidePostgres::crash, OutsidePostgres::start),
        FROZEN(OutsidePostgres::freeze, OutsidePostgres::thaw);

        private final Consumer<OutsidePostgres> begin;
        private final Consumer<OutsidePostgres> end;

        Outage(Consumer<OutsidePostgres> begin, Consumer<OutsidePostgres> end) {
            this.begin = begin;
            this.end = end;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        CROWD.write(folder);
        database = new OutsidePostgres(folder.resolve("outside"));
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withRetryGaps(Duration.ofMillis(300))
                .withLatency(Duration.ofMillis(300)));
        hub = new HubProcess(
                        simulator,
                        folder,
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=postgres",
                        "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"))
                .launch()
                .awaitReady();
        assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp"))).isTrue();
        sources = new TriggerSources(hub);
    }

    @AfterAll
    static void stop() {
        sources.close();
        hub.close();
        simulator.close();
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void everybodyGetsOneMessageAllTheSame(Outage outage) throws Exception {
        int unavailableBefore = unavailable();
        sources.steadily(CROWD, GAP);
        hub.letLive(BEFORE_AND_AFTER);
        outage.begin.accept(database);
        Set<Member> takenBefore = sources.acknowledged();
        hub.letLive(AWAY);
        Set<Member> taken = sources.acknowledged();
        int unavailable = unavailable() - unavailableBefore;
        outage.end.accept(database);
        hub.letLive(BEFORE_AND_AFTER);
        sources.pause();

        LedgerCount ledger = Settlement.await(sources, CROWD, simulator, database.jdbc());

        PhoneCount phones = PhoneCount.of(CROWD, simulator);
        System.out.printf(
                "DatabaseAwayIT: %s: given %d, taken while it was away: MQTT %d, JMS %d, HTTP %d; 503 %d, in vain %s;"
                        + " reached %d, messages %d, on several channels %d, repeated %s; once unknown %s%n",
                outage,
                sources.given(),
                by(taken, takenBefore, Source.MQTT),
                by(taken, takenBefore, Source.JMS),
                by(taken, takenBefore, Source.API) + by(taken, takenBefore, Source.HOOK),
                unavailable,
                sources.failures(),
                phones.reached().size(),
                phones.accepted(),
                phones.onSeveralChannels(),
                phones.repeats(),
                ledger.onceUnknown());
        assertThat(by(taken, takenBefore, Source.MQTT)).as("sensors heard").isPositive();
        assertThat(by(taken, takenBefore, Source.JMS))
                .as("incident tools heard")
                .isPositive();
        assertThat(unavailable).as("HTTP told to come again").isPositive();
        assertThat(sources.failures().keySet()).as("refusals").isSubsetOf("API 503", "HOOK 503");
        Settlement.assertNothingAmissOrRepeated(sources, phones, ledger);
        assertThat(hub.get("/api/parked", Hub.OPERATOR_KEY).body()).isEqualTo("{\"parked\":[]}");
    }

    /** Whatever transaction a connection is in. */
    @Test
    void connectionsAreCutAgainAndAgain() throws Exception {
        sources.steadily(CROWD, GAP);
        long end = System.nanoTime() + AWAY.dividedBy(4).toNanos();
        while (System.nanoTime() < end) {
            hub.letLive(Duration.ofMillis(150));
            database.cutConnections();
        }
        hub.letLive(BEFORE_AND_AFTER);
        sources.pause();

        LedgerCount ledger = Settlement.await(sources, CROWD, simulator, database.jdbc());
        Settlement.assertNothingAmissOrRepeated(sources, PhoneCount.of(CROWD, simulator), ledger);
    }

    private static int unavailable() {
        return sources.failures("API 503") + sources.failures("HOOK 503");
    }

    private static long by(Set<Member> taken, Set<Member> before, Source source) {
        return taken.stream()
                .filter(member -> member.source() == source && !before.contains(member))
                .count();
    }
}
