package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;
import org.tocsin.testing.Hub;
import org.tocsin.testing.HubProcess;
import org.tocsin.testing.MachineClock;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.TriggerSources;

/**
 * The clock of the machine on which a hub runs jumps by two hours and back, and by an hour the other way, in the middle of waits:
 * beside a database on another machine, whose clock is right, and together with its embedded one. What counts is what the phones
 * show, and when; the phones' clock is right.
 */
class MachineClockJumpsLongIT {
    /** {@code delivered-within} of plan/watch.yaml. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Crowd crowd = Crowd.of(64);
    private int nextOfAll;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private MachineClock clock;
    private Simulator simulator;
    private HubProcess hub;

    @ParameterizedTest
    @ValueSource(ints = {7_200, -3_600})
    void besideADatabaseWhoseClockIsRight(int seconds) throws Exception {
        try (OutsidePostgres database = new OutsidePostgres(folder.resolve("outside"))) {
            run(seconds, true, "--spring.datasource.url=" + database.url(), "--spring.datasource.username=postgres");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7_200, -3_600})
    void togetherWithThatOfItsEmbeddedDatabase(int seconds) throws Exception {
        run(seconds, false);
    }

    /** @param right whether there is a clock that is right */
    private void run(int seconds, boolean right, String... more) throws Exception {
        crowd.write(folder);
        clock = new MachineClock(folder);
        Map<String, String> environment = clock.environment();
        List<String> arguments = new java.util.ArrayList<>(List.of(more));
        arguments.add("--tocsin.delivery-plan=src/test/resources/plan/watch.yaml");
        arguments.add("--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"));
        try (Simulator providers = Simulator.start(SimulatorSettings.defaults());
                HubProcess process = new HubProcess(providers, folder, arguments.toArray(String[]::new))) {
            simulator = providers;
            hub = process.with(environment).launch().awaitReady();
            assertThat(simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp")))
                    .isTrue();
            waitsAndLivesKeepTheirLength(Duration.ofSeconds(seconds));
            whatComesNowIsTold();
            if (right) {
                whatComesWithAnEndOfItsOwnIsJudgedByTheRightClock();
            }
            clock.jumpTo(Duration.ZERO);
            whatComesNowIsTold();
        }
    }

    private void waitsAndLivesKeepTheirLength(Duration jump) throws Exception {
        Member waiting = whoseWhatsAppIsNotDelivered();
        Member expiring = nextOnWhatsApp(); // by SMS: no WhatsApp template ends so soon
        simulator.smsc().fault(expiring.phone(), SmscFault.noReceipt());
        Instant told = Instant.now();
        alert(waiting, "Flood", Duration.ofMinutes(30));
        alert(expiring, "SMS first", Duration.ofSeconds(7));
        eventually().until(() -> !simulator
                .whatsApp()
                .journal()
                .messagesTo(waiting.phone())
                .isEmpty());
        eventually().until(() -> !sms(expiring).isEmpty());

        clock.jumpTo(jump);

        eventually().until(() -> !sms(waiting).isEmpty());
        assertThat(Duration.between(told, sms(waiting).get(0).at()))
                .as("from alert to SMS")
                .isBetween(WAIT, WAIT.plusSeconds(10));
        await().during(Duration.ofSeconds(5))
                .atMost(LONG)
                .until(() ->
                        simulator.mail().journal().messagesTo(expiring.email()).isEmpty());
        assertThat(sms(waiting)).hasSize(1);
        assertThat(sms(expiring)).hasSize(1);
        System.out.printf(
                "MachineClockJumpsLongIT: by %s: the wait of %s took %s%n",
                jump, WAIT, Duration.between(told, sms(waiting).get(0).at()));
    }

    /** From every source, with no end of life of its own. */
    private void whatComesNowIsTold() throws Exception {
        try (TriggerSources sources = new TriggerSources(hub)) {
            for (Source source : Source.values()) {
                Member member = next(source);
                Instant from = Instant.now();
                sources.give(member);
                eventually().until(() -> onPhone(member));
                assertThat(Duration.between(from, Instant.now()))
                        .as("by %s", source)
                        .isLessThan(Duration.ofSeconds(20));
            }
        }
    }

    private void whatComesWithAnEndOfItsOwnIsJudgedByTheRightClock() throws Exception {
        Member live = nextOnWhatsApp();
        Member over = nextOnWhatsApp();
        alert(over, "Flood", Duration.ofMinutes(-10));
        alert(live, "Flood", Duration.ofMinutes(10));
        eventually().until(() -> onPhone(live));
        await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> !onPhone(over));
    }

    private Member whoseWhatsAppIsNotDelivered() {
        Member member = nextOnWhatsApp();
        simulator.whatsApp().fault(member.phone(), new Fault.Offline(Duration.ofHours(3)));
        return member;
    }

    private Member nextOnWhatsApp() {
        return next(null);
    }

    private Member next(Source source) {
        while (!crowd.get(nextOfAll).channels().startsWith("whatsapp")
                || source != null && crowd.get(nextOfAll).source() != source) {
            nextOfAll++;
        }
        return crowd.get(nextOfAll++);
    }

    private boolean onPhone(Member member) {
        return !simulator.whatsApp().journal().onPhoneOf(member.phone()).isEmpty()
                || sms(member).stream().anyMatch(Sent::onPhone);
    }

    private List<Sent> sms(Member member) {
        return simulator.smsc().journal().messagesTo(member.phone());
    }

    private void alert(Member member, String event, Duration life) throws IOException, InterruptedException {
        String expires = Cap.at(OffsetDateTime.now(ZoneOffset.UTC).plus(life));
        String json = Cap.named("own-" + member.id(), event, "Flood in the lower town", member.id())
                .replace("\"headline\"", "\"expires\":\"" + expires + "\",\"headline\"");
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url("/api/alerts")))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(202);
    }

    private static ConditionFactory eventually() {
        return await().dontCatchUncaughtExceptions().ignoreExceptions().atMost(LONG);
    }
}
