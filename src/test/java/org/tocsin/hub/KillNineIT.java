package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.EventReceiver;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.LoadBalancer;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/**
 * {@code kill -9} of the real process at random moments, also while it starts, and at aimed ones: just when a source
 * hands something in, a provider has read a message, has answered it, or posts a webhook. What was acknowledged to a
 * source is held against what the providers got.
 *
 * <p>Three kills; {@code -Dfaults.kills=50}, as in the long part, makes them fifty. {@code -Dfaults.seed=…} repeats the moments of a run,
 * as it printed them; what the process was doing at them is not repeatable.
 */
class KillNineIT {
    private static final int KILLS = Integer.getInteger("faults.kills", 3);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());
    /** At least so many triggers; they go on coming, at the same pace, until the last restart. */
    private static final int TRIGGERS = 200;

    private static final int MOST_TRIGGERS = 2_000;
    private static final String EVENTS = "/events";
    /** About so long from one kill to the next, where a start takes 10 s. */
    private static final Duration ROUND = Duration.ofSeconds(14);

    /** Milliseconds from a provider's reading a message to its answer. */
    private static final int LATENCY = 600;

    private final Crowd crowd = Crowd.withEnds(MOST_TRIGGERS);
    private final Random random = new Random(SEED);

    @Test
    void whatWasAcknowledgedArrivesAndNothingComesTwice(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        System.out.printf("KillNineIT: -Dfaults.kills=%d -Dfaults.seed=%d%n", KILLS, SEED);
        crowd.write(folder);
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withRetryGaps(Duration.ofMillis(300))
                // So that each kill finds messages between request and answer.
                .withLatency(Duration.ofMillis(LATENCY));
        try (Simulator simulator = Simulator.start(settings);
                EventReceiver tool = new EventReceiver();
                HubProcess hub = new HubProcess(
                        simulator,
                        folder,
                        "--tocsin.publish.webhook.url=" + tool.url(EVENTS),
                        "--tocsin.publish.webhook.secrets=" + "c".repeat(44),
                        "--tocsin.publish.webhook.internal-hosts=127.0.0.1",
                        "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"));
                LoadBalancer webhooks = new LoadBalancer(List.of(hub));
                TriggerSources sources = new TriggerSources(hub)) {
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(webhooks.url("/hooks/whatsapp")))
                    .isTrue();
            crowd.silenceWhatEnds(simulator);
            sources.steadily(crowd, ROUND.multipliedBy(KILLS).dividedBy(TRIGGERS));
            killAgainAndAgain(
                    hub,
                    Map.of(
                            Aim.INTAKE,
                            sources::given,
                            Aim.WRITE,
                            () -> journals(simulator),
                            Aim.ANSWER,
                            () -> journals(simulator),
                            Aim.WEBHOOK,
                            webhooks::received));
            eventually().until(() -> sources.given() >= TRIGGERS);
            sources.pause();
            LedgerCount ledger = Settlement.await(sources, crowd, simulator, hub.jdbc());

            PhoneCount phones = PhoneCount.of(crowd, simulator);
            print(sources, phones, ledger);
            assertNothingAmiss(sources, phones, ledger);
            eventually()
                    .untilAsserted(() -> assertEverythingWasTold(
                            tool, ledger, sources.lasting().size()));
            hub.stop();
            eventually().untilAsserted(() -> assertThat(hub.databaseProcesses())
                    .as("PostgreSQL is gone with the hub")
                    .isEmpty());
            assertThat(PhoneCount.of(crowd, simulator).accepted())
                    .as("nothing was sent after the ledger had said that all is done")
                    .isEqualTo(phones.accepted());
        }
    }

    /** The stage that a kill is aimed at, kill by kill in turn; the first ones are those of the fast part. */
    private enum Aim {
        /** While a receipt is made durable, or applied. */
        WEBHOOK,
        /** Before or after the commit of a trigger. */
        INTAKE,
        /** The provider has read a message, and not answered it. */
        WRITE,
        /** About when the answer comes and its outcome is committed. */
        ANSWER,
        NONE
    }

    private static int journals(Simulator simulator) {
        return simulator.whatsApp().journal().all().size()
                + simulator.smsc().journal().all().size()
                + simulator.mail().journal().all().size();
    }

    /** Returns at the moment, or when nothing came to aim at. */
    private void awaitMoment(Aim aim, @Nullable Supplier<Integer> events, HubProcess hub) throws InterruptedException {
        if (events == null) {
            return;
        }
        int before = events.get();
        long patience = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        while (events.get() <= before && System.nanoTime() < patience) {
            hub.letLive(Duration.ofMillis(1));
        }
        int around = aim == Aim.ANSWER ? LATENCY - 10 : 0;
        hub.letLive(Duration.ofMillis(around + random.nextInt(25)));
    }

    private void killAgainAndAgain(HubProcess hub, Map<Aim, Supplier<Integer>> events) throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            boolean whileItStarts = kill > 1 && random.nextInt(4) == 0;
            if (!whileItStarts) {
                hub.awaitReady();
            }
            Duration life = Duration.ofMillis(200 + random.nextInt(6_000));
            hub.letLive(life);
            Aim aim = whileItStarts ? Aim.NONE : Aim.values()[(kill - 1) % Aim.values().length];
            awaitMoment(aim, events.get(aim), hub);
            List<ProcessHandle> orphans = hub.databaseProcesses();
            hub.kill();
            System.out.printf(
                    "KillNineIT: kill %d, %d ms after %s, aimed at %s, leaves %d processes of PostgreSQL%n",
                    kill, life.toMillis(), whileItStarts ? "launch" : "readiness", aim, orphans.size());
            hub.launch();
        }
        hub.awaitReady();
        assertThat(hub.databaseProcesses().stream().filter(process -> process.parent()
                        .filter(hub.databaseProcesses()::contains)
                        .isEmpty()))
                .as("one postmaster, whatever the kills left behind")
                .hasSize(1);
    }

    private void assertNothingAmiss(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertThat(sources.failures().keySet())
                .as("refusals other than 'not now'")
                .allMatch(what -> what.endsWith("failed") || what.endsWith("503"));
        Settlement.assertNothingAmiss(sources, phones, ledger);
    }

    /**
     * At least once, what a kill let come twice under the same id, and the end of no alert before its beginning. Of what was
     * cancelled or had expired before it came, and of the Cancels themselves, there is less to tell.
     */
    private static void assertEverythingWasTold(EventReceiver tool, LedgerCount ledger, int lasting) {
        Map<String, List<String>> told = tool.taken(EVENTS, event -> true).stream()
                .filter(posted -> posted.type().matches(".*\\.alert\\.(accepted|recorded|cancelled|ended)"))
                .collect(Collectors.groupingBy(
                        posted -> posted.event().at("/data/alertId").asText(),
                        Collectors.mapping(posted -> posted.type().replaceFirst(".*\\.", ""), Collectors.toList())));
        assertThat((long) told.size()).as("alerts that were told of").isEqualTo(ledger.alerts() - ledger.notices());
        assertThat(told.values()).allSatisfy(types -> assertThat(String.join(" ", types))
                .matches("accepted ended( ended)?|recorded|ended|cancelled( ended)?"));
        assertThat(told.values().stream().filter(List.of("accepted", "ended")::equals))
                .hasSizeGreaterThanOrEqualTo(lasting);
    }

    private static void print(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        System.out.printf(
                "KillNineIT: given %d, acknowledged %d, tried in vain %s; reached %d, messages %d, on several channels"
                        + " %d, repeated %s; attempts taken %d, once unknown %s, unknown for good %d%n",
                sources.given(),
                sources.acknowledged().size(),
                sources.failures(),
                phones.reached().size(),
                phones.accepted(),
                phones.onSeveralChannels(),
                phones.repeats(),
                ledger.taken(),
                ledger.onceUnknown(),
                ledger.unknown());
    }
}
