package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.LargeAlert;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/**
 * The database goes away for a minute in the middle of an alert to thousands, claimed and called by two hubs, while triggers come
 * from every source; then the same with its connections cut again and again, in whatever transaction they are.
 */
class DatabaseAwayInAFanOutLongIT {
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("faults.away", 60));
    private static final Duration BETWEEN_CUTS = Duration.ofMillis(150);
    private static final int PEOPLE = 4_000;
    private static final Duration GAP = Duration.ofMillis(300);

    private static final Crowd CROWD = Crowd.of(PEOPLE);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static Simulator simulator;
    private static Replicas replicas;
    private static TriggerSources sources;

    enum Outage {
        CRASHED {
            @Override
            void happen(OutsidePostgres database) throws InterruptedException {
                database.crash();
                live(AWAY);
                database.start();
            }
        },
        FROZEN {
            @Override
            void happen(OutsidePostgres database) throws InterruptedException {
                database.freeze();
                live(AWAY);
                database.thaw();
            }
        },
        CUT_AGAIN_AND_AGAIN {
            @Override
            void happen(OutsidePostgres database) throws InterruptedException {
                long end = System.nanoTime() + AWAY.dividedBy(4).toNanos();
                while (System.nanoTime() < end) {
                    database.cutConnections();
                    live(BETWEEN_CUTS);
                }
            }
        };

        /** Returns when it is over. */
        abstract void happen(OutsidePostgres database) throws InterruptedException;

        private static void live(Duration time) throws InterruptedException {
            for (int i = 1; i < replicas.size(); i++) {
                replicas.get(i).letLive(Duration.ZERO);
            }
            replicas.get(0).letLive(time);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withRetryGaps(Duration.ofMillis(300))
                .withLatency(Duration.ofMillis(300)));
        replicas = new Replicas(
                simulator,
                folder,
                CROWD,
                2,
                // So that the alert lasts for some seconds on each channel, and the outage finds it in the middle.
                "--tocsin.whatsapp.max-calls=60",
                "--tocsin.whatsapp.max-in-flight=120");
        replicas.launch();
        assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                .isTrue();
        sources = new TriggerSources(replicas.entrance());
    }

    @AfterAll
    static void stop() throws Exception {
        sources.close();
        replicas.close();
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void everybodyIsToldAllTheSame(Outage outage) throws Exception {
        LargeAlert alert = LargeAlert.toAll(CROWD, simulator, outage.name().toLowerCase(java.util.Locale.ROOT));
        sources.steadily(CROWD, GAP);
        alert.handTo(replicas.get(0));
        alert.awaitReached(PEOPLE / 8);
        int before = alert.reached();
        outage.happen(replicas.database());
        int meanwhile = alert.reached();
        long back = System.nanoTime();
        alert.awaitAll();
        long took = Duration.ofNanos(System.nanoTime() - back).toMillis();
        sources.pause();
        Settlement.allTaken(sources);
        LedgerCount ledger = Settlement.nothingOpen(replicas.jdbc());

        PhoneCount phones = alert.phones();
        System.out.printf(
                "DatabaseAwayInAFanOutLongIT: %s: %d of %d reached before, %d at its end, the last %.1f s after it;"
                        + " messages %d, on several channels %d, repeated %d; triggers %d, in vain %s; once unknown %s%n",
                outage,
                before,
                PEOPLE,
                meanwhile,
                took / 1e3,
                phones.accepted(),
                phones.onSeveralChannels(),
                phones.repeats().size(),
                sources.given(),
                sources.failures(),
                ledger.onceUnknown());
        assertThat(before).as("it was in the middle").isLessThan(PEOPLE);
        if (outage != Outage.CUT_AGAIN_AND_AGAIN) {
            assertThat(meanwhile).as("nobody is called without a claim").isLessThan(PEOPLE);
        }
        alert.assertNothingAmiss(ledger);
        Settlement.assertNothingAmiss(PhoneCount.ofOwn(CROWD, simulator), sources.acknowledged(), ledger);
        assertThat(sources.failures().keySet())
                .as("refusals other than 'not now'")
                .allMatch(what -> what.matches("(API|HOOK) (502|503)"));
        assertThat(ledger.alerts())
                .as("alerts: one a trigger, a large one for each outage, and notices")
                .isEqualTo(sources.given() + outage.ordinal() + 1 + ledger.notices());
        assertThat(ledger.parked()).as("parked").isZero();
    }
}
