package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.EventReceiver;
import org.tocsin.testing.Halt;
import org.tocsin.testing.Halt.Moment;
import org.tocsin.testing.Halt.Point;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.LargeAlert;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;

/**
 * {@code kill -9} of one of two hubs, exactly when it has written something and not committed it, and exactly when it has sent
 * its commit and has not heard of it: of a trigger, of a chunk of a plan, of a claim, of outcomes, of what a webhook brought, of
 * what follows from that, and of an event that a tool has taken. The other one goes on; the killed one comes back.
 */
class KilledAtEachStageLongIT {
    private static final int MANY = 2_600;
    private static final int SOME = 300;

    private static final Crowd CROWD = Crowd.of(MANY);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final String EVENTS = "/events";

    private static EventReceiver tool;
    private static Simulator simulator;
    private static Replicas replicas;
    private static final Map<Point, Map<Moment, Halt>> HALTS = new EnumMap<>(Point.class);
    private static int alerts;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
        tool = new EventReceiver();
        replicas = new Replicas(
                simulator,
                folder,
                CROWD,
                2,
                "--tocsin.publish.webhook.url=" + tool.url(EVENTS),
                "--tocsin.publish.webhook.secrets=" + "c".repeat(44),
                "--tocsin.publish.webhook.internal-hosts=127.0.0.1");
        replicas.launch();
        assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                .isTrue();
        for (Point point : Point.values()) {
            HALTS.put(point, new EnumMap<>(Moment.class));
            for (Moment moment : Moment.values()) {
                HALTS.get(point).put(moment, Halt.at(replicas.jdbc(), point, moment));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        replicas.close();
        simulator.close();
        tool.close();
    }

    static Stream<Arguments> stages() {
        return Stream.of(Point.values())
                .flatMap(point -> Stream.of(Moment.values()).map(moment -> Arguments.of(point, moment)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stages")
    void everybodyIsToldOnceAllTheSame(Point point, Moment moment) throws Exception {
        String marker = (point + "-" + moment).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        LargeAlert alert = point == Point.SECOND_CHUNK
                ? LargeAlert.toAll(CROWD, simulator, marker)
                : LargeAlert.toFirst(SOME, CROWD, simulator, marker);
        Halt halt = HALTS.get(point).get(moment);
        awaitEverythingPublished();
        halt.arm();
        CompletableFuture<Void> handed = CompletableFuture.runAsync(() -> alert.handUntilTaken(replicas.balancer()));
        alerts++;
        HubProcess halted = replicas.named(halt.awaitHub());
        int reached = alert.reached();
        halted.kill();
        halt.end();
        long killed = System.nanoTime();
        if (point == Point.SECOND_CHUNK) {
            assertThat(reached).as("the rest is not yet planned").isLessThanOrEqualTo(200);
            alert.awaitAll(); // by the other one alone
        }
        halted.launch();
        handed.get(5, TimeUnit.MINUTES);
        alert.awaitAll();
        long took = Duration.ofNanos(System.nanoTime() - killed).toMillis();
        halted.awaitReady();
        LedgerCount ledger = Settlement.nothingOpen(replicas.jdbc());

        PhoneCount phones = alert.phones();
        System.out.printf(
                Locale.ROOT,
                "KilledAtEachStageLongIT: %s %s: %d reached before, all %.1f s after it; messages %d, on several channels"
                        + " %d, repeated %s%n",
                point,
                moment,
                reached,
                took / 1e3,
                phones.accepted(),
                phones.onSeveralChannels(),
                phones.repeats().size());
        alert.assertNothingAmiss(ledger);
        assertThat(ledger.alerts()).as("alerts and notices").isEqualTo(alerts + ledger.notices());
        assertThat(ledger.parked()).as("parked").isZero();
        if (point == Point.TRIGGER) {
            assertThat(phones.accepted())
                    .as("messages: nothing was sent before it")
                    .isEqualTo(SOME);
        }
        awaitEverythingPublished();
        assertToldToTheTool(marker, point, moment);
    }

    private static void awaitEverythingPublished() {
        Settlement.eventually()
                .until(() -> replicas.jdbc().queryForObject("select count(*) from publication", Long.class) == 0);
    }

    /** Each event at least once, and again under the same id where the tool had taken it and the ledger did not know. */
    private static void assertToldToTheTool(String marker, Point point, Moment moment) {
        for (String type : List.of("accepted", "ended")) {
            List<String> ids = tool
                    .posted(
                            EVENTS,
                            event -> event.path("subject").asText().contains(",all-" + marker + ",")
                                    && event.path("type").asText().endsWith(".alert." + type))
                    .stream()
                    .map(EventReceiver.Posted::id)
                    .toList();
            assertThat(ids.stream().distinct()).as("ids of alert." + type).hasSize(1);
            if (point == Point.PUBLISHED && type.equals("accepted")) {
                assertThat(ids).as("times that it came").hasSize(moment == Moment.BEFORE_COMMIT ? 2 : 1);
            }
        }
    }
}
