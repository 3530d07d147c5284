package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Halt;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.LargeAlert;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Rates;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.Stalls;
import org.tocsin.testing.TriggerSources;

/**
 * Equal hubs, each a process of its own, on one PostgreSQL and one broker, behind a load balancer that also takes the
 * webhooks. All of them start at the same moment on an empty database. In the middle of one large alert one is stopped
 * for longer than its leases and goes on; in the middle of the next, the one that plans it is killed, with some chunks of the plan
 * committed and the people of these being called, and not restarted; sensors, incident tools and scripts hand in triggers all the
 * while. The number they send by has a rate, and a portfolio that not all of them have a place in: both hold for all hubs
 * together, whatever happens to one.
 *
 * <p>{@code -Dfaults.hubs=3 -Dfaults.people=3000 -Dfaults.stopped=60} is what the long part runs.
 */
class ReplicasIT {
    private static final int HUBS = Integer.getInteger("faults.hubs", 2);
    private static final int PEOPLE = Integer.getInteger("faults.people", 600);
    /** Leases last 20 s. */
    private static final Duration STOPPED = Duration.ofSeconds(Integer.getInteger("faults.stopped", 25));

    /** Each hub alone could do nearly as much: its calls take 300 ms. */
    private static final int RATE = PEOPLE / 10;
    /** Half of the crowd has WhatsApp. */
    private static final int PLACES = PEOPLE * 2 / 5;

    private static final Duration GAP = Duration.ofMillis(200);

    private final Crowd crowd = Crowd.of(PEOPLE);

    @Test
    void nobodyIsLostAndNothingIsSentTwiceWhenOneIsStoppedAndOneIsKilled(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withRetryGaps(Duration.ofMillis(300))
                .withLatency(Duration.ofMillis(300));
        try (Simulator simulator = Simulator.start(settings);
                Replicas replicas = new Replicas(
                        simulator,
                        folder,
                        crowd,
                        HUBS,
                        // So that a large alert lasts some seconds, and each fault finds messages under way.
                        "--tocsin.whatsapp.max-calls=" + PEOPLE / 40,
                        "--tocsin.whatsapp.max-in-flight=" + PEOPLE / 20,
                        "--tocsin.whatsapp.messages-per-second=" + RATE,
                        "--tocsin.whatsapp.people-per-day=" + PLACES,
                        "--tocsin.whatsapp.reserved-share=0");
                Stalls stalls = new Stalls();
                TriggerSources sources = new TriggerSources(replicas.entrance())) {
            replicas.launch();
            assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                    .isTrue();
            sources.steadily(crowd, GAP);

            LargeAlert first = LargeAlert.toAll(crowd, simulator, "first");
            first.handTo(replicas.get(HUBS - 1));
            first.awaitReached(PEOPLE / 8);
            replicas.get(0).freeze();
            await().pollDelay(STOPPED).atMost(STOPPED.plusSeconds(30)).until(() -> true);
            replicas.get(0).thaw();

            // In the second chunk of its plan, while those of the first are being called.
            Halt planning = Halt.at(replicas.jdbc(), Halt.Point.SECOND_CHUNK, Halt.Moment.BEFORE_COMMIT);
            first.awaitAll();
            planning.arm();
            LargeAlert second = LargeAlert.toAll(crowd, simulator, "second");
            second.handTo(replicas.get(0));
            HubProcess planner = replicas.named(planning.awaitHub());
            second.awaitReached(1); // read by a provider, and not answered for 300 ms
            planner.kill();
            planning.end();

            second.awaitAll();
            sources.pause();
            Settlement.allTaken(sources);
            LedgerCount ledger = Settlement.nothingOpen(replicas.jdbc());
            PhoneCount single = PhoneCount.ofOwn(crowd, simulator);
            print(replicas, sources, first.phones(), second.phones(), ledger);

            first.assertNothingAmiss(ledger);
            second.assertNothingAmiss(ledger);
            Settlement.assertNothingAmiss(single, sources.acknowledged(), ledger);
            stalls.close();
            assertBudgets(simulator, stalls);
            assertThat(ledger.alerts())
                    .as("alerts: one a trigger, the two large ones, and notices to the duty group")
                    .isEqualTo(sources.given() + 2 + ledger.notices());
            assertThat(ledger.parked()).as("parked").isZero();
            assertThat(sources.failures().keySet())
                    .as("refusals other than 'not now'")
                    .allMatch(what -> what.matches("(API|HOOK) (502|503|failed)"));
            assertThat(IntStream.range(0, HUBS)
                            .map(i -> replicas.balancer().answeredBy(replicas.get(i)))
                            .min()
                            .orElse(0))
                    .as("requests that each hub answered, webhooks among them")
                    .isPositive();
        }
    }

    /** By the provider's journal, also of those that it answered to a hub that was killed. */
    private static void assertBudgets(Simulator simulator, Stalls stalls) {
        List<Sent> sent = simulator.whatsApp().journal().all();
        int most = Rates.mostInASecond(sent.stream().map(Sent::at).toList());
        long people = sent.stream().map(Sent::to).distinct().count();
        System.out.printf(
                "ReplicasIT: at %d/s for all hubs at most %d in a sliding second, stalls worth %d; %d of %d places used%n",
                RATE, most, stalls.worth(RATE), people, PLACES);
        assertThat(most).as("messages in a second").isBetween(RATE / 2, RATE * 11 / 10 + stalls.worth(RATE));
        // A place that a hub took for somebody whom it then could not write to stays taken.
        assertThat(people).as("people in the portfolio").isBetween(PLACES * 3L / 4, (long) PLACES);
    }

    private static void print(
            Replicas replicas, TriggerSources sources, PhoneCount first, PhoneCount second, LedgerCount ledger) {
        System.out.printf(
                "ReplicasIT: %d hubs, %d people, stopped for %s; messages %d and %d, on several channels %d and %d,"
                        + " repeated %s and %s; triggers %d, tried in vain %s; once unknown %s; requests by hub %s%n",
                HUBS,
                PEOPLE,
                STOPPED,
                first.accepted(),
                second.accepted(),
                first.onSeveralChannels(),
                second.onSeveralChannels(),
                first.repeats(),
                second.repeats(),
                sources.given(),
                Map.copyOf(sources.failures()),
                ledger.onceUnknown(),
                IntStream.range(0, HUBS)
                        .mapToObj(i -> replicas.balancer().answeredBy(replicas.get(i)))
                        .toList());
    }
}
