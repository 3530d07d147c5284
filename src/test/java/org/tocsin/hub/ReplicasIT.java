package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.tocsin.testing.Settlement.eventually;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Hub;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/**
 * Equal hubs, each a process of its own, on one PostgreSQL and one broker, behind a load balancer that also takes the
 * webhooks. All of them start at the same moment on an empty database. In the middle of one large alert one is stopped
 * for longer than its leases and goes on; in the middle of the next, one is killed and not restarted; sensors, incident
 * tools and scripts hand in triggers all the while.
 *
 * <p>{@code -Dtocsin.hubs=3 -Dtocsin.people=3000 -Dtocsin.stopped=60} is what the long part runs.
 */
class ReplicasIT {
    private static final int HUBS = Integer.getInteger("tocsin.hubs", 2);
    private static final int PEOPLE = Integer.getInteger("tocsin.people", 600);
    /** Leases last 20 s. */
    private static final Duration STOPPED = Duration.ofSeconds(Integer.getInteger("tocsin.stopped", 25));

    private static final Duration GAP = Duration.ofMillis(200);

    private final Crowd crowd = Crowd.of(PEOPLE);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
                        "--tocsin.whatsapp.max-in-flight=" + PEOPLE / 20);
                TriggerSources sources = new TriggerSources(replicas.entrance())) {
            replicas.launch();
            assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                    .isTrue();
            sources.steadily(crowd, GAP);

            alert(replicas, HUBS - 1, "first");
            awaitMiddle(simulator, "first");
            replicas.get(0).freeze();
            await().pollDelay(STOPPED).atMost(STOPPED.plusSeconds(30)).until(() -> true);
            replicas.get(0).thaw();

            alert(replicas, HUBS - 1, "second");
            awaitMiddle(simulator, "second");
            replicas.get(HUBS - 1).kill();
            if (HUBS > 2) {
                whenTheFirstIsCalledWhileOthersAreBeingPlanned(replicas, simulator);
            }

            eventually().untilAsserted(() -> assertThat(missing(simulator, "second"))
                    .isZero());
            sources.pause();
            Settlement.allTaken(sources);
            LedgerCount ledger = Settlement.nothingOpen(replicas.jdbc());
            PhoneCount single = PhoneCount.ofOwn(crowd, simulator);
            print(replicas, sources, simulator, ledger);

            List<String> markers = HUBS > 2 ? List.of("first", "second", "third") : List.of("first", "second");
            for (String marker : markers) {
                assertNothingAmiss(PhoneCount.ofAll(crowd, text(marker), simulator), crowd.members(), ledger);
            }
            assertNothingAmiss(single, sources.acknowledged(), ledger);
            assertThat(ledger.alerts())
                    .as("alerts: one a trigger, the two large ones, and notices to the duty group")
                    .isEqualTo(sources.given() + markers.size() + ledger.notices());
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

    /** Then the next one is killed. */
    private void whenTheFirstIsCalledWhileOthersAreBeingPlanned(Replicas replicas, Simulator simulator)
            throws Exception {
        eventually()
                .untilAsserted(() -> assertThat(missing(simulator, "second")).isZero());
        alert(replicas, 0, "third");
        eventually().pollInterval(Duration.ofMillis(5)).until(() -> missing(simulator, "third") < PEOPLE);
        replicas.get(1).kill();
        eventually().untilAsserted(() -> assertThat(missing(simulator, "third")).isZero());
    }

    /** One alert to everybody. */
    private void alert(Replicas replicas, int hub, String marker) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(replicas.get(hub).url("/api/alerts")))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Cap.named("all-" + marker, "Flood", text(marker), "crowd")))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(202);
    }

    private static String text(String marker) {
        return "Everybody " + marker + "everybody";
    }

    private void awaitMiddle(Simulator simulator, String marker) {
        eventually()
                .pollInterval(Duration.ofMillis(50))
                .until(() -> crowd.size() - missing(simulator, marker) >= PEOPLE / 8);
    }

    /** How many have not got it yet. */
    private int missing(Simulator simulator, String marker) {
        return PhoneCount.ofAll(crowd, text(marker), simulator)
                .lost(crowd.members())
                .size();
    }

    private static void assertNothingAmiss(
            PhoneCount phones, java.util.Collection<Crowd.Member> told, LedgerCount ledger) {
        assertThat(phones.lost(told))
                .as(() -> "lost: "
                        + phones.lost(told).stream()
                                .limit(5)
                                .map(ledger::storyOf)
                                .toList())
                .isEmpty();
        assertThat(phones.astray()).as("messages to anybody else").isEmpty();
        for (PhoneCount.Repeat repeat : phones.repeats()) {
            assertThat(repeat.times()).as("%s", repeat).isEqualTo(2);
            assertThat(repeat.channel())
                    .as("on the last rung: %s", repeat)
                    .isEqualTo(repeat.member().lastChannel());
            assertThat(ledger.repeatsOf(repeat.member()))
                    .as("the record says so: %s", repeat)
                    .contains(repeat.channel() + " repeat after an unknown outcome");
        }
    }

    private void print(Replicas replicas, TriggerSources sources, Simulator simulator, LedgerCount ledger) {
        PhoneCount first = PhoneCount.ofAll(crowd, text("first"), simulator);
        PhoneCount second = PhoneCount.ofAll(crowd, text("second"), simulator);
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
