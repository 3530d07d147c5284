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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.Settlement;

/**
 * Yesterday's state of the database is put back while no hub runs. What the hub keeps beside its database tells it so at its
 * start: nothing is sent until a person says {@code send}, and then only to those whom the older state calls unfinished. What
 * counts is what the providers got.
 */
class DatabaseRestoredLongIT {
    private final Crowd crowd = Crowd.of(16);
    private final Member waiting = crowd.get(0);
    private final Member doneBefore = crowd.get(2);
    private final Member doneAfter = crowd.get(8);
    private final Member whileHeld = crowd.get(10);

    private Simulator simulator;
    private HubProcess hub;

    @Test
    void nothingIsSentBeforeAPersonSaysSendAndThenOnlyWhatTheOlderStateCallsUnfinished(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        crowd.write(folder);
        Path data = folder.resolve("outside");
        Path backup = folder.resolve("backup");
        try (Simulator providers = Simulator.start(SimulatorSettings.defaults());
                OutsidePostgres database = new OutsidePostgres(data);
                HubProcess process = new HubProcess(
                        providers,
                        folder,
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=postgres",
                        "--tocsin.delivery-plan=src/test/resources/plan/watch.yaml",
                        "--tocsin.duty.group=" + crowd.get(4).id(),
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"))) {
            simulator = providers;
            hub = process;
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            simulator.whatsApp().fault(waiting.phone(), new Fault.Offline(Duration.ofHours(1)));
            alert(doneBefore);
            Settlement.nothingOpen(database.jdbc());
            alert(waiting);
            eventually().until(() -> whatsApps(waiting) == 1);
            database.close();
            run("cp", "-a", data.toString(), backup.toString()); // in the middle of the wait for the next rung
            database.start();
            eventually().until(() -> sms(waiting) == 1);
            alert(doneAfter);
            eventually().until(() -> whatsApps(doneAfter) == 1);
            Settlement.nothingOpen(database.jdbc());
            hub.kill();

            database.close();
            run("rm", "-rf", data.toString());
            run("mv", backup.toString(), data.toString());
            database.start();
            hub.launch();
            eventually()
                    .ignoreExceptions()
                    .until(() -> hub.get("/api/hold", Hub.OPERATOR_KEY).body().contains("\"held\":true"));

            alert(whileHeld);
            // Longer than the wait for the next rung, which is over by now in any case.
            await().during(Duration.ofSeconds(12))
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(this::nothingMore);
            assertThat(post("/api/hold/release", Hub.OPERATOR_KEY, "{\"unsent\": \"send\"}"))
                    .isEqualTo(200);

            eventually().until(() -> whatsApps(whileHeld) == 1);
            Settlement.nothingOpen(database.jdbc());
            assertThat(sms(waiting)).as("got it after the backup, and again").isEqualTo(2);
            assertThat(whatsApps(waiting))
                    .as("the rung before is not tried again")
                    .isEqualTo(1);
            for (Member member : List.of(doneBefore, doneAfter, whileHeld)) {
                assertThat(whatsApps(member)).as("%s", member).isEqualTo(1);
                assertThat(sms(member)).as("%s", member).isZero();
            }
            assertThat(simulator.smsc().journal().all()).as("SMS").allMatch(sent -> List.of(
                            waiting.phone(), crowd.get(4).phone())
                    .contains(sent.to()));
            assertThat(simulator.mail().journal().attempts()).isZero();
        }
    }

    private void nothingMore() {
        assertThat(whatsApps(whileHeld)).isZero();
        assertThat(simulator.whatsApp().journal().attempts()).isEqualTo(3);
        assertThat(simulator.smsc().journal().attempts()).isEqualTo(1);
    }

    private int whatsApps(Member member) {
        return simulator.whatsApp().journal().messagesTo(member.phone()).size();
    }

    private int sms(Member member) {
        return simulator.smsc().journal().messagesTo(member.phone()).size();
    }

    private void alert(Member member) {
        String json = Cap.named("own-" + member.id(), "Flood", "Flood in the lower town", member.id());
        eventually().ignoreExceptions().until(() -> post("/api/alerts", Hub.TRIGGER_KEY, json) == 202);
    }

    private int post(String path, String key, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url(path)))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor())
                .as(() -> Arrays.toString(command))
                .isZero();
    }
}
