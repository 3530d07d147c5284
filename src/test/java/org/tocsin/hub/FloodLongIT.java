package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.MqttLine;
import org.tocsin.testing.OutsidePostgres;

/**
 * More readings than the hub can take, which has no database meanwhile and the smallest heap that README names: they wait on
 * its disk, not in its memory, and it goes on where it was.
 */
class FloodLongIT {
    private static final int HEAP = 256;
    private static final int GATEWAYS = 8;
    private static final int EACH = 15_000;
    private static final int DEVICES = 500;
    /** {@code tocsin.intake.mqtt-consumers}, and fifty messages in each transaction. */
    private static final int UNDER_WAY = 8 * 50;

    @Test
    void aFloodThatIsAcknowledgedWhileTheDatabaseIsAwayIsTakenAfterwards(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Files.writeString(
                folder.resolve("contacts.csv"),
                "id,name,language,phone,email,groups,lat,lon,opt_in\n"
                        + "p1,P,en,+33612345678,p1@example.org,flood-zone-a,,,whatsapp\n");
        Files.writeString(folder.resolve("sensors.yaml"), """
                sensors:
                  - name: gauge
                    source: mqtt-sensors
                    topic: sensors/flood/*
                    value: /level
                    sender: sensors@tocsin.example
                    event: Flood
                    category: Met
                    levels: [{raise-at: 4, severity: Severe, urgency: Immediate, certainty: Observed}]
                    clear-at: 3
                    addresses: [flood-zone-a]
                    text: {en: {headline: "River {{/note}}", instruction: "Go to higher ground."}}
                """);
        try (OutsidePostgres database = new OutsidePostgres(folder.resolve("outside"));
                Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                HubProcess hub = new HubProcess(
                        simulator,
                        folder,
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=postgres",
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"))) {
            hub.withHeap(HEAP).launch().awaitReady();
            database.crash();
            flood(hub);
            database.start();
            try (MqttLine gauge = new MqttLine(hub.mqttPort, "last", "sensor", "sensor-password")) {
                gauge.publish("sensors/flood/last", 1, false, "{\"level\": 4.5, \"note\": \"mark\"}");
            }

            eventually().until(() -> simulator.whatsApp().journal().accepted() == 1);
            eventually().until(() -> taken(database) >= GATEWAYS * EACH + 1);
            assertThat(taken(database))
                    .as("once each, but for those whose confirmation the crash took away")
                    .isLessThanOrEqualTo(GATEWAYS * EACH + 1 + UNDER_WAY);
            assertThat(Files.readString(folder.resolve("hub.log"))).doesNotContain("OutOfMemoryError");
        }
    }

    /** Returns when all of it was acknowledged. */
    private static void flood(HubProcess hub) throws Exception {
        ExecutorService gateways = Executors.newFixedThreadPool(GATEWAYS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int g = 0; g < GATEWAYS; g++) {
                int gateway = g;
                running.add(gateways.submit(() -> {
                    publish(hub, gateway);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(10, TimeUnit.MINUTES);
            }
        } finally {
            gateways.shutdownNow();
        }
    }

    private static void publish(HubProcess hub, int gateway) throws IOException {
        try (MqttLine line = new MqttLine(hub.mqttPort, "gateway-" + gateway, "sensor", "sensor-password")) {
            for (int i = 0; i < EACH; i++) {
                String device = "d" + gateway + "-" + i % DEVICES;
                line.publish("sensors/flood/" + device, 1 + i % 60_000, false, "{\"level\": 1." + i + "}");
            }
        }
    }

    private static long taken(OutsidePostgres database) {
        Long count = database.jdbc()
                .queryForObject(
                        "select coalesce(sum(accepted + silent + grouped + held + again), 0) from intake_count"
                                + " where source = 'mqtt-sensors'",
                        Long.class);
        return count == null ? 0 : count;
    }
}
