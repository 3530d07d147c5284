package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/**
 * The disk of the database is full: what HTTP hands in is told to come again, nothing that was acknowledged is lost, and
 * all goes on when there is room and the database runs again. Needs the right to mount a small file system.
 */
class DiskFullLongIT {
    private static final Duration FULL = Duration.ofSeconds(20);
    private static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(5);
    private static final Duration GAP = Duration.ofMillis(100);

    private final Crowd crowd = Crowd.withEnds(1_000);

    @Test
    void nothingAcknowledgedIsLost(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString()))
                .as("a small file system can be mounted here")
                .isZero();
        try {
            fill(folder, disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fill(Path folder, Path disk) throws Exception {
        crowd.write(folder);
        try (OutsidePostgres database = new OutsidePostgres(disk.resolve("postgres"));
                Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
                HubProcess hub = new HubProcess(
                        simulator,
                        folder,
                        "--spring.datasource.url=" + database.url(),
                        "--spring.datasource.username=postgres",
                        "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"));
                TriggerSources sources = new TriggerSources(hub)) {
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            crowd.silenceWhatEnds(simulator);
            sources.steadily(crowd, GAP);
            hub.letLive(BEFORE_AND_AFTER);

            Path ballast = disk.resolve("ballast");
            run("sh", "-c", "cat /dev/zero > " + ballast); // ends when there is no room
            Set<Member> before = sources.acknowledged();
            hub.letLive(FULL);
            int refused = sources.failures("API 503") + sources.failures("HOOK 503");
            long taken = sources.acknowledged().size() - before.size();
            Files.delete(ballast);
            database.crash(); // as it did by itself, when it could not write its log
            database.start();
            hub.letLive(BEFORE_AND_AFTER);
            sources.pause();

            LedgerCount ledger = Settlement.await(sources, crowd, simulator, database.jdbc());
            PhoneCount phones = PhoneCount.of(crowd, simulator);
            System.out.printf(
                    "DiskFullLongIT: given %d, taken while it was full %d, 503 %d, in vain %s; messages %d, repeated %s%n",
                    sources.given(), taken, refused, sources.failures(), phones.accepted(), phones.repeats());
            assertThat(refused).as("HTTP told to come again").isPositive();
            assertThat(sources.failures().keySet()).as("refusals").isSubsetOf("API 503", "HOOK 503");
            Settlement.assertNothingAmiss(sources, phones, ledger);
            assertThat(phones.repeats()).as("repeats").isEmpty();
        }
    }

    /**
     * The disk of the hub's own folder: its PostgreSQL, its broker's journal, its log. Sensors and incident tools get no
     * acknowledgement, HTTP is told to come again, and all of them are heard when there is room.
     */
    @Test
    void nothingAcknowledgedIsLostWhereItsOwnServersHaveTheDisk(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        // The broker wants 256 MB to be free.
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=700m", "tmpfs", disk.toString()))
                .as("a small file system can be mounted here")
                .isZero();
        try {
            fillItsOwn(Files.createDirectory(disk.resolve("hub")), disk.resolve("ballast"));
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fillItsOwn(Path folder, Path ballast) throws Exception {
        crowd.write(folder);
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
                HubProcess hub = new HubProcess(
                        simulator,
                        folder,
                        "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                        "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"));
                TriggerSources sources = new TriggerSources(hub)) {
            hub.launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            crowd.silenceWhatEnds(simulator);
            sources.steadily(crowd, GAP);
            hub.letLive(BEFORE_AND_AFTER);

            run("sh", "-c", "cat /dev/zero > " + ballast); // ends when there is no room
            hub.letLive(BEFORE_AND_AFTER);
            Set<Member> before = sources.acknowledged();
            hub.letLive(FULL);
            int refused = sources.failures("API 503") + sources.failures("HOOK 503");
            Map<Source, Long> taken = sources.acknowledged().stream()
                    .filter(member -> !before.contains(member))
                    .collect(Collectors.groupingBy(Member::source, Collectors.counting()));
            Files.delete(ballast);
            long room = System.nanoTime();
            Set<Member> full = sources.acknowledged();
            for (Source source : Source.values()) {
                Settlement.eventually().until(() -> sources.acknowledged().stream()
                        .anyMatch(member -> member.source() == source && !full.contains(member)));
            }
            Duration heard = Duration.ofNanos(System.nanoTime() - room);
            hub.awaitReady();
            sources.pause();

            LedgerCount ledger = Settlement.await(sources, crowd, simulator, hub.jdbc());
            PhoneCount phones = PhoneCount.of(crowd, simulator);
            System.out.printf(
                    "DiskFullLongIT: its own: given %d, taken while it was full %s, 503 %d, in vain %s; every source heard"
                            + " again after %d ms; messages %d, repeated %s, once unknown %s%n",
                    sources.given(),
                    taken,
                    refused,
                    sources.failures(),
                    heard.toMillis(),
                    phones.accepted(),
                    phones.repeats(),
                    ledger.onceUnknown());
            assertThat(refused).as("HTTP told to come again").isPositive();
            assertThat(sources.failures().keySet())
                    .as("refusals other than 'not now'")
                    .allMatch(what -> what.endsWith(" 503") || what.matches("(MQTT|JMS) failed"));
            Settlement.assertNothingAmiss(sources, phones, ledger);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
