package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.ShippedBrake;

/**
 * The hub is killed in the middle of a storm, with the brake as it is shipped, and its successor goes on where it was: what
 * says the same stays one message, what is held stays held, and the counts add up to all that was acknowledged.
 */
class KilledInAStormLongIT {
    private static final int EACH = 2_000;
    private static final int BEFORE_THE_KILL = 500;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Crowd crowd = Crowd.of(2);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final ExecutorService tools = Executors.newFixedThreadPool(8);

    @Test
    void theSuccessorKnowsWhatWasToldAndWhatIsHeld(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        crowd.write(folder);
        List<String> arguments = new ArrayList<>(List.of(ShippedBrake.arguments()));
        arguments.add("--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"));
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                HubProcess hub = new HubProcess(simulator, folder, arguments.toArray(String[]::new))) {
            hub.launch().awaitReady();
            String sent = Cap.now();
            List<Future<?>> storm = new ArrayList<>();
            storm.addAll(send(hub, n -> alert(sent, "Pump 7 stands still", 0)));
            storm.addAll(send(hub, n -> alert(sent, "Gauge " + n, 1)));
            eventually()
                    .until(() -> acknowledged.get() >= BEFORE_THE_KILL
                            && messages(simulator, 0) == 1
                            && messages(simulator, 1) == 10
                            && known(hub) == 11);
            int before = acknowledged.get();
            hub.restart();
            assertThat(before).as("the storm goes on").isLessThan(2 * EACH);
            for (Future<?> tool : storm) {
                tool.get(5, TimeUnit.MINUTES);
            }

            assertThat(hub.jdbc()
                            .queryForMap("select sum(accepted) as accepted, sum(held) as held,"
                                    + " sum(grouped) as grouped from intake_count where source = 'api'"))
                    .hasToString("{accepted=11, held=" + (EACH - 10) + ", grouped=" + (EACH - 1) + "}");
            post(hub, alert(sent, "Gauge x", 1).replace("\"Severe\"", "\"Extreme\""));
            eventually().until(() -> messages(simulator, 1) == 11);
            eventually()
                    .during(Duration.ofSeconds(5))
                    .until(() -> messages(simulator, 0) == 1 && messages(simulator, 1) == 11);
            assertThat(hub.jdbc()
                            .queryForObject(
                                    "select count(*) from alert where identifier like 'duty-storm-%'", Long.class))
                    .as("notices of the storm")
                    .isEqualTo(1);
        } finally {
            tools.shutdownNow();
        }
    }

    private String alert(String sent, String headline, int person) {
        return Cap.from(
                "tests@example.org",
                UUID.randomUUID().toString(),
                sent,
                "Patience",
                headline,
                crowd.get(person).id());
    }

    private List<Future<?>> send(HubProcess hub, IntFunction<String> alerts) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            running.add(tools.submit(() -> {
                for (int n = next.getAndIncrement(); n < EACH; n = next.getAndIncrement()) {
                    post(hub, alerts.apply(n));
                }
                return null;
            }));
        }
        return running;
    }

    /** Until it is acknowledged, the same at each try. */
    private void post(HubProcess hub, String alert) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url("/api/alerts")))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(alert))
                .build();
        eventually()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    try {
                        return HTTP.send(request, HttpResponse.BodyHandlers.discarding())
                                                .statusCode()
                                        / 100
                                == 2;
                    } catch (IOException away) {
                        return false;
                    }
                });
        acknowledged.incrementAndGet();
    }

    private long messages(Simulator simulator, int person) {
        Crowd.Member member = crowd.get(person);
        return simulator.whatsApp().journal().messagesTo(member.phone()).size()
                + simulator.smsc().journal().messagesTo(member.phone()).size()
                + simulator.mail().journal().messagesTo(member.email()).size();
    }

    /** Messages of which the ledger knows that the provider has them: the kill makes none of them unknown. */
    private static long known(HubProcess hub) {
        return hub.jdbc().queryForObject("select count(*) from attempt where state = 'ACCEPTED'", Long.class);
    }
}
