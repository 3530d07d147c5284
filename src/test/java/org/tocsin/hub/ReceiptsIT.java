package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Hub;
import org.tocsin.testing.PhoneCount;

/**
 * No webhook comes while a large alert goes out, and then all of them at once: each several times, some in any order,
 * some never. 5,000 of them; {@code -Dfaults.backlog=100000} is what the long part runs.
 */
class ReceiptsIT {
    private static final int BACKLOG = Integer.getInteger("faults.backlog", 5_000);
    private static final int COPIES = 7;
    /** Half of them have WhatsApp; sent, delivered and read of each, so many times. */
    private static final int PEOPLE = Math.min(9_999, BACKLOG / 10);

    private static final Duration LONG = Duration.ofMinutes(6);
    private static final String MARKER = "Everybody listens";

    private final Crowd crowd = Crowd.of(PEOPLE);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void lostDoubledReorderedAndAllAtOnce() throws Exception {
        crowd.write(folder);
        String plan = Files.readString(Path.of("src/test/resources/plan/receipts.yaml"));
        Path ownPlan = folder.resolve("plan.yaml");
        Files.writeString(ownPlan, BACKLOG > 10_000 ? plan.replace("25s", "180s") : plan);
        try (Hub hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.contacts=" + folder.resolve("contacts.csv"),
                "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"),
                "--tocsin.delivery-plan=" + ownPlan)) {
            List<Member> onWhatsApp = crowd.members().stream()
                    .filter(member -> member.channels().startsWith("whatsapp"))
                    .toList();
            List<Member> unheard = onWhatsApp.subList(0, 10);
            hub.simulator.whatsApp().faultForAll(Fault.duplicated(COPIES));
            onWhatsApp.subList(10, 60).forEach(m -> hub.simulator.whatsApp().fault(m.phone(), Fault.reordered()));
            unheard.forEach(m -> hub.simulator.whatsApp().fault(m.phone(), Fault.noReceipts()));
            hub.simulator.whatsApp().webhookOutage(true);
            assertThat(hub.postAlert(Cap.named("all", "Flood", MARKER, "crowd")).statusCode())
                    .isEqualTo(202);
            eventually().untilAsserted(() -> assertThat(phones(hub).lost(crowd.members()))
                    .isEmpty());

            long from = System.nanoTime();
            hub.simulator.whatsApp().webhookOutage(false);
            int heard = onWhatsApp.size() - unheard.size();
            eventually().until(() -> arrived(hub) == heard);
            eventually().until(() -> count(hub, "inbox") == 0);
            System.out.printf(
                    "ReceiptsIT: %d people on WhatsApp, %d statuses of each %d times, applied in %.1f s%n",
                    heard, 3, COPIES, (System.nanoTime() - from) / 1e9);

            assertThat(phones(hub).onSeveralChannels())
                    .as("who was told on another channel though a receipt was there")
                    .isZero();
            eventually()
                    .untilAsserted(() -> assertThat(onSms(hub, unheard)).containsExactlyInAnyOrderElementsOf(unheard));
            assertThat(phones(hub).repeats()).as("repeats").isEmpty();
            assertThat(phones(hub).astray()).isEmpty();
            assertThat(phones(hub).onSeveralChannels()).isEqualTo(unheard.size());
            eventually().untilAsserted(() -> assertThat((long) phones(hub).accepted())
                    .as("messages that providers took, and those of the ledger")
                    .isEqualTo(number(hub, "select count(*) from attempt where handed_at is not null")));
        }
    }

    private PhoneCount phones(Hub hub) {
        return PhoneCount.ofAll(crowd, MARKER, hub.simulator);
    }

    private Set<Member> onSms(Hub hub, List<Member> members) {
        Set<Member> found = new HashSet<>();
        for (Member member : members) {
            if (hub.simulator.smsc().journal().messagesTo(member.phone()).size() == 1) {
                found.add(member);
            }
        }
        return found;
    }

    private static long arrived(Hub hub) {
        return number(hub, "select count(*) from attempt where channel = 'whatsapp' and state = 'READ'");
    }

    private static long count(Hub hub, String table) {
        return number(hub, "select count(*) from " + table);
    }

    private static long number(Hub hub, String sql) {
        Long found = hub.jdbc().queryForObject(sql, Long.class);
        return found == null ? -1 : found;
    }

    private static ConditionFactory eventually() {
        return await().dontCatchUncaughtExceptions()
                .pollInterval(Duration.ofMillis(300))
                .atMost(LONG);
    }
}
