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
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.Town;

/**
 * The address of the webhooks was unreachable while 20,000 people were told, and then all 100,000 of them come at once, as
 * fast as the hub takes them: sent, delivered and read of each, of a third of the people three times, of a third in the wrong
 * order. In the middle of it the hub is killed: what it had confirmed is durable, so that every fact is known in the end,
 * also those that were posted once and confirmed. Nobody hears anything because of it.
 */
class BacklogOfReceiptsLongIT {
    private static final int EVENTS = Integer.getInteger("faults.backlog", 100_000);
    private static final int PEOPLE = EVENTS / 5;
    /** The heap is 512 MB ({@link HubProcess}); a JVM needs about 300 beside it. */
    private static final long MOST_MEGABYTES = 900;

    private static final Duration SOON = Duration.ofSeconds(3);
    /** The first seconds of a JVM, which has a backlog to take. */
    private static final Duration SOON_AFTER_A_START = Duration.ofSeconds(10);

    private static final String MARKER = "The river rises";

    @Test
    void allAreTakenAndNobodyHearsAnythingBecauseOfThem(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        Town.write(PEOPLE, folder);
        Path plan = folder.resolve("plan.yaml");
        Files.writeString(
                plan,
                Files.readString(Path.of("src/test/resources/plan/receipts.yaml"))
                        .replace("delivered-within: 25s", "delivered-within: 10m"));
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
                HubProcess hub = new HubProcess(simulator, folder, "--tocsin.delivery-plan=" + plan)) {
            for (int n = 0; n < PEOPLE; n++) {
                if (n % 3 > 0) {
                    simulator.whatsApp().fault(Town.phone(n), n % 3 == 1 ? Fault.duplicated(3) : Fault.reordered());
                }
            }
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            simulator.whatsApp().webhookOutage(true);
            Town town = new Town(PEOPLE, hub, simulator);
            town.post(Cap.named("town", "Flood", MARKER, "town"));
            eventually().until(() -> simulator.whatsApp().journal().accepted() == PEOPLE);
            // The last "read" is due 2 s after its message.
            hub.letLive(Duration.ofSeconds(4));

            long from = System.nanoTime();
            simulator.whatsApp().webhookOutage(false);
            town.extremesUntil(() -> simulator.whatsApp().webhooksConfirmed() > EVENTS / 3);
            long confirmed = simulator.whatsApp().webhooksConfirmed();
            double seconds = (System.nanoTime() - from) / 1e9;
            Duration longest = town.longestExtreme();
            long peak = hub.peakMegabytes();
            hub.kill();
            hub.launch().awaitReady();
            town.extremesUntil(() -> known(hub) == PEOPLE);
            eventually().until(() -> number(hub, "select count(*) from inbox") == 0);
            peak = Math.max(peak, hub.peakMegabytes());

            System.out.printf(
                    Locale.ROOT,
                    "BacklogOfReceiptsLongIT: %d webhooks for %d people: %.0f/s confirmed until the kill, all known"
                            + " after %.0f s with the restart; answers p99 %.0f ms; %s, before the kill %d; hub's memory"
                            + " %d MB at most%n",
                    EVENTS,
                    PEOPLE,
                    confirmed / seconds,
                    (System.nanoTime() - from) / 1e9,
                    simulator.whatsApp().webhookAnswerMillis(0.99),
                    town.extremes(),
                    longest.toMillis(),
                    peak);
            assertThat(longest).as("an Extreme alert meanwhile").isLessThan(SOON);
            assertThat(town.longestExtreme())
                    .as("an Extreme alert after the restart")
                    .isLessThan(SOON_AFTER_A_START);
            assertThat(peak).as("megabytes").isLessThan(MOST_MEGABYTES);
            assertThat(hub.output()).doesNotContain("OutOfMemoryError");
            assertEverybodyWasToldOnce(simulator);
            Settlement.nothingOpen(hub.jdbc());
        }
    }

    private static void assertEverybodyWasToldOnce(Simulator simulator) {
        assertThat(simulator.whatsApp().journal().all().stream()
                        .filter(BacklogOfReceiptsLongIT::ofTown)
                        .map(Sent::to))
                .hasSize(PEOPLE)
                .doesNotHaveDuplicates();
        assertThat(simulator.smsc().journal().all()).noneMatch(BacklogOfReceiptsLongIT::ofTown);
        assertThat(simulator.mail().journal().all()).noneMatch(BacklogOfReceiptsLongIT::ofTown);
    }

    private static boolean ofTown(Sent sent) {
        return (sent.text() + sent.params()).contains(MARKER);
    }

    /** People of whom all three facts are known. */
    private static long known(HubProcess hub) {
        return number(hub, """
                select count(*) from attempt a join alert on alert.id = a.alert_id
                where alert.identifier = 'town' and a.state = 'READ'
                    and a.sent_at is not null and a.delivered_at is not null and a.read_at is not null""");
    }

    private static long number(HubProcess hub, String sql) {
        Long found = hub.jdbc().queryForObject(sql, Long.class);
        return found == null ? -1 : found;
    }
}
