package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.testing.Settlement.eventually;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.Town;

/**
 * An alert has reached 100,000 people; then its Update, and then the Cancel of that, go to each of them. How long it takes until the
 * last message of the Update and of the Cancel is in the queue, and on its way; Extreme alerts meanwhile are called at once.
 */
class CancelOfALargeAlertLongIT {
    private static final int PEOPLE = Integer.getInteger("faults.told", 100_000);
    private static final Duration SOON = Duration.ofSeconds(3);
    /** Of the ladder of faults.yaml: nobody goes on to the next rung meanwhile. */
    private static final String LONG_WAIT = "delivered-within: 60m";

    private static final String SENDER = "tests@example.org";

    @Test
    void thoseWhoWereToldLearnOfItAndAnExtremeAlertDoesNotWait(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        Town.write(PEOPLE, folder);
        Path plan = folder.resolve("plan.yaml");
        Files.writeString(
                plan,
                Files.readString(Path.of("src/test/resources/plan/faults.yaml"))
                        .replace("delivered-within: 60s", LONG_WAIT));
        // No webhook: what receipts cost is another figure.
        try (Simulator simulator = Simulator.start(
                        SimulatorSettings.defaults().withQuietReceipts(true).withJournalLimit(PEOPLE + 10_000));
                HubProcess hub = new HubProcess(simulator, folder, "--tocsin.delivery-plan=" + plan)) {
            hub.launch().awaitReady();
            Town town = new Town(PEOPLE, hub, simulator);
            String sent = Cap.now();
            long from = System.nanoTime();
            town.post(Cap.from(SENDER, "original", sent, "Flood", "The river rises", "town"));
            eventually().until(() -> simulator.whatsApp().journal().accepted() >= PEOPLE);
            System.out.printf(
                    Locale.ROOT,
                    "CancelOfALargeAlertLongIT: %d people told in %.1f s%n",
                    PEOPLE,
                    (System.nanoTime() - from) / 1e9);

            String updated = Cap.now();
            follow(
                    town,
                    simulator,
                    hub,
                    "update",
                    Cap.from(SENDER, "update", updated, "Flood", "The river rises faster", "town")
                            .replace("\"msgType\":\"Alert\"", "\"msgType\":\"Update\"")
                            .replace(
                                    "\"scope\"",
                                    "\"references\":[\"" + SENDER + ",original," + sent + "\"],\"scope\""));
            follow(town, simulator, hub, "cancel", Cap.cancel(SENDER, "cancel", SENDER, "update", updated));
            assertThat(town.longestExtreme()).as("an Extreme alert meanwhile").isLessThan(SOON);
        }
    }

    private static void follow(Town town, Simulator simulator, HubProcess hub, String identifier, String json)
            throws Exception {
        eventually()
                .until(() -> simulator.whatsApp().journal().attempts()
                        == simulator.whatsApp().journal().accepted());
        simulator.whatsApp().journal().clear();
        long from = System.nanoTime();
        town.post(json);
        double acknowledged = (System.nanoTime() - from) / 1e9;
        int extremes = 0;
        while (simulator.whatsApp().journal().accepted() < PEOPLE + extremes) {
            town.extreme();
            extremes++;
            hub.letLive(Duration.ofMillis(200));
        }
        double called = (System.nanoTime() - from) / 1e9;
        eventually().until(() -> isPlanned(hub, identifier));
        System.out.printf(
                Locale.ROOT,
                "CancelOfALargeAlertLongIT: %s: acknowledged after %.2f s, the last of %d orders planned after %.1f s,"
                        + " called after %.1f s; %s%n",
                identifier,
                acknowledged,
                PEOPLE,
                plannedAfter(hub, identifier),
                called,
                town.extremes());
        assertThat(simulator.whatsApp().journal().all().stream()
                        .map(org.tocsin.simulator.Sent::to)
                        .filter(to -> to.contains("33639"))
                        .toList())
                .as("told of the %s", identifier)
                .hasSize(PEOPLE)
                .doesNotHaveDuplicates();
    }

    private static boolean isPlanned(HubProcess hub, String identifier) {
        return Boolean.TRUE.equals(hub.jdbc()
                .queryForObject(
                        "select planned_at is not null from alert where identifier = ?", Boolean.class, identifier));
    }

    private static double plannedAfter(HubProcess hub, String identifier) {
        Double seconds = hub.jdbc()
                .queryForObject(
                        "select extract(epoch from planned_at - received_at) from alert where identifier = ?",
                        Double.class,
                        identifier);
        return seconds == null ? -1 : seconds;
    }
}
