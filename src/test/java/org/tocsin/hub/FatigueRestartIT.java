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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;

/** {@code kill -9} between the alerts that are withheld and their digest: nothing is lost, nothing told twice. */
class FatigueRestartIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String PHONE = "+33639980001";

    @Test
    void whatWasWithheldBeforeAKillIsInOneDigestAfterItAndTheBudgetIsNotForgotten(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Files.writeString(folder.resolve("contacts.csv"), """
                        id,name,language,phone,email,groups,lat,lon,opt_in
                        one,One,fr,%s,one@people.example.org,duty,,,whatsapp;sms;email
                        """.formatted(PHONE));
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                HubProcess hub = new HubProcess(
                        simulator, folder, "--tocsin.fatigue.alerts=2", "--tocsin.fatigue.digest-after=10s")) {
            hub.launch().awaitReady();
            simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp"));
            for (int n = 1; n <= 4; n++) {
                post(hub, n);
            }
            await().atMost(LONG).until(() -> messages(simulator).size() == 2);
            await().atMost(LONG)
                    .until(() -> hub.jdbc().queryForObject("select count(*) from withheld", Long.class) == 2);
            hub.kill();
            hub.launch().awaitReady();
            await().atMost(LONG).until(() -> messages(simulator).size() == 3);
            assertThat(messages(simulator).get(2).kind()).isEqualTo("template:tocsin_digest/fr");
            assertThat(messages(simulator).get(2).params())
                    .containsEntry("count", "2")
                    .containsEntry("description", "Lift 4; Lift 3");
            // What the person had before the kill still counts.
            post(hub, 5);
            await().atMost(LONG).until(() -> messages(simulator).size() == 4);
            assertThat(messages(simulator).get(3).params())
                    .containsEntry("count", "1")
                    .containsEntry("description", "Lift 5");
            await().during(Duration.ofSeconds(5)).atMost(LONG).untilAsserted(() -> assertThat(messages(simulator))
                    .hasSize(4));
        }
    }

    private static List<Sent> messages(Simulator simulator) {
        return simulator.whatsApp().journal().messagesTo(PHONE);
    }

    private static void post(HubProcess hub, int n) throws Exception {
        String body = Cap.named(UUID.randomUUID().toString(), "Building", "Lift " + n, "one")
                .replace("\"Severe\"", "\"Minor\"")
                .replace("\"Immediate\"", "\"Expected\"");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(hub.url("/api/alerts")))
                                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }
}
