package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;

/** The hub is killed, and stopped, in the middle of the wait from one rung to the next: the wait keeps its length. */
class RestartInAWaitLongIT {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Crowd crowd = Crowd.of(1);

    @Test
    void theNextRungIsTriedWhenItWasToBe(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        crowd.write(folder);
        Path plan = folder.resolve("plan.yaml");
        Files.writeString(
                plan,
                Files.readString(Path.of("src/test/resources/plan/watch.yaml")).replace("within: 10s", "within: 60s"));
        String phone = crowd.get(0).phone();
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                HubProcess hub = new HubProcess(
                        simulator,
                        folder,
                        "--tocsin.delivery-plan=" + plan,
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"))) {
            simulator.whatsApp().fault(phone, new Fault.Offline(Duration.ofHours(1)));
            hub.launch().awaitReady();
            HttpRequest alert = HttpRequest.newBuilder(URI.create(hub.url("/api/alerts")))
                    .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            Cap.named("wait", "Flood", "River", crowd.get(0).id())))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(alert, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(202);
            eventually()
                    .until(() ->
                            !simulator.whatsApp().journal().messagesTo(phone).isEmpty());
            Instant told =
                    simulator.whatsApp().journal().messagesTo(phone).get(0).at();
            // Its outcome is written: what is killed now is a wait, not a message.
            eventually()
                    .until(() -> hub.jdbc()
                                    .queryForObject("select count(*) from attempt where state = 'ACCEPTED'", Long.class)
                            == 1);
            hub.restart();
            hub.stop();
            hub.launch().awaitReady();
            assertThat(simulator.smsc().journal().messagesTo(phone)).isEmpty();

            eventually()
                    .until(() -> !simulator.smsc().journal().messagesTo(phone).isEmpty());
            List<Sent> sms = simulator.smsc().journal().messagesTo(phone);
            assertThat(Duration.between(told, sms.get(0).at())).isBetween(WAIT, WAIT.plusSeconds(10));
            await().during(Duration.ofSeconds(3))
                    .atMost(LONG)
                    .until(() -> simulator.smsc().journal().messagesTo(phone).size() == 1
                            && simulator.whatsApp().journal().messagesTo(phone).size() == 1);
        }
    }

    private static ConditionFactory eventually() {
        return await().dontCatchUncaughtExceptions().ignoreExceptions().atMost(LONG);
    }
}
