package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.tocsin.hub.BreakingTown.DRAIN;
import static org.tocsin.hub.BreakingTown.LONG;
import static org.tocsin.hub.BreakingTown.QUIET;
import static org.tocsin.hub.BreakingTown.SMS_ALONE;
import static org.tocsin.hub.BreakingTown.TOWN;
import static org.tocsin.hub.BreakingTown.VILLAGE;
import static org.tocsin.hub.BreakingTown.WHATSAPP_ALONE;
import static org.tocsin.hub.BreakingTown.ids;
import static org.tocsin.hub.BreakingTown.phone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.testing.Rates;
import org.tocsin.testing.Stalls;

/**
 * A provider breaks for everybody, or a person turns its channel off. What counts is the providers' journals.
 */
class ProviderBreaksIT {
    private static final int FEW = 5;

    @TempDir
    static Path folder;

    private static BreakingTown town;

    @BeforeAll
    static void start() throws IOException {
        town = new BreakingTown(folder);
    }

    @AfterAll
    static void stop() {
        town.close();
    }

    @BeforeEach
    void sound() {
        List.of("whatsapp", "email", "sms").forEach(town::turnOn);
        mend();
        town.hub.simulator.smsc().refuseConnections(false);
        if (!town.state("whatsapp").equals("CLOSED")) {
            town.send("sound-again", ids(0, 3));
        }
        town.awaitState("whatsapp", "CLOSED");
        town.awaitState("sms", "CLOSED");
    }

    private static void mend() {
        town.hub.simulator.whatsApp().clearFaults();
        town.hub.simulator.whatsApp().refuseConnections(false);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {131031, 190})
    void theAccountIsLockedOrItsTokenRevoked(int code) {
        town.hub.simulator.whatsApp().faultForAll(Fault.refused(code));
        String marker = "locked" + code;
        town.send(marker, "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms(marker));
        town.awaitBroken("whatsapp");

        // Three answers, and what was being called meanwhile; the rest of the town is not tried.
        int calls = town.of(marker, town.whatsApp()).size();
        assertThat(calls).as("calls of WhatsApp").isBetween(3, 30);
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            everybodyHasOneSms(marker);
            assertThat(town.of(marker, town.whatsApp())).hasSize(calls);
            assertThat(town.of(marker, town.mail())).isEmpty();
        });
        town.dutyIsTold("is broken: " + code, town.sms(), town.whatsApp());
        assertThat(town.standing("whatsapp").path("state").asText()).isEqualTo("broken");
        assertThat(town.standing("whatsapp").path("brokenFor").asText()).isEqualTo("" + code);

        // Some of those who have no other way wait for this one too; it ends before WhatsApp works again.
        String over = "over" + code;
        town.send(over, ids(TOWN, TOWN + FEW));
        await().atMost(LONG).until(() -> town.setAside(over) == FEW);
        town.hub.jdbc().update("update alert set expires = now() where cap like ?", "%mark-" + over + "%");

        Stalls stalls = new Stalls();
        mend();
        town.awaitState("whatsapp", "CLOSED");
        whoHasNoOtherWayGetsItAtAPace(marker, stalls);
        itWorksAgain("unlocked" + code);
        assertThat(town.of(marker, town.sms())).hasSize(TOWN);
        assertThat(town.of(over, town.whatsApp()).stream().filter(Sent::acceptedByProvider))
                .isEmpty();
    }

    @Test
    void connectionsAreRefused() {
        town.hub.simulator.whatsApp().refuseConnections(true);
        town.send("refused", "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms("refused"));
        town.awaitBroken("whatsapp");
        assertThat(town.of("refused", town.whatsApp())).isEmpty();

        Stalls stalls = new Stalls();
        mend();
        town.awaitState("whatsapp", "CLOSED");
        whoHasNoOtherWayGetsItAtAPace("refused", stalls);
        itWorksAgain("listening");
        assertThat(town.of("refused", town.sms())).hasSize(TOWN);
    }

    @Test
    void messagesAreAcceptedAndNotDelivered() {
        town.send("delivered", "town");
        await().atMost(LONG).until(() -> town.hub
                .jdbc()
                .queryForObject(
                        "select exists (select from provider_circuit where receipts_seen_at is not null)",
                        Boolean.class));
        // Older than what is looked at, or the silence would be a smaller share.
        await().atMost(LONG).until(() -> town.hub
                .jdbc()
                .queryForObject("select max(outcome_at) < now() - interval '5 s' from attempt_result", Boolean.class));

        town.hub.simulator.whatsApp().faultForAll(Fault.noReceipts());
        ids(0, 10).forEach(id -> town.hub.simulator.whatsApp().fault(phone(id))); // theirs arrive
        town.send("silent", "town");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(town.of("silent", town.sms())).hasSize(TOWN - 10));
        town.awaitBroken("whatsapp");
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            assertThat(town.of("silent", town.sms()))
                    .extracting(Sent::to)
                    .doesNotHaveDuplicates()
                    .hasSize(TOWN - 10)
                    .as("theirs arrived")
                    .doesNotContainAnyElementsOf(
                            ids(0, 10).stream().map(BreakingTown::phone).toList());
            assertThat(town.of("silent", town.mail())).isEmpty();
        });
        assertThat(town.of("silent", town.whatsApp()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(TOWN + WHATSAPP_ALONE);

        mend();
        town.send("trial", ids(0, 3));
        town.awaitState("whatsapp", "CLOSED");
        itWorksAgain("loud");
        assertThat(town.of("silent", town.sms())).hasSize(TOWN - 10);
    }

    @Test
    void theSmscRefusesConnections() {
        double before = town.tried("sms");
        town.hub.simulator.smsc().refuseConnections(true);
        town.send("no-smsc", "village");
        await().atMost(LONG).untilAsserted(this::everyVillagerHasOneMail);
        // Twenty failures, and what was being called meanwhile, by 16 workers; trials of three.
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(town.tried("sms") - before).isBetween(20.0, 60.0));
        town.awaitBroken("sms");
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            everyVillagerHasOneMail();
            assertThat(town.of("no-smsc", town.sms())).isEmpty();
        });
        town.dutyIsTold("The channel sms is broken", town.whatsApp(), town.sms());

        town.hub.simulator.smsc().refuseConnections(false);
        town.awaitState("sms", "CLOSED");
        await().atMost(LONG).untilAsserted(() -> assertThat(town.onPhones("no-smsc", town.sms()))
                .as("who has SMS alone")
                .hasSize(SMS_ALONE));
        town.send("smsc-again", "village");
        await().atMost(LONG).untilAsserted(() -> assertThat(town.onPhones("smsc-again", town.sms()))
                .hasSize(VILLAGE + SMS_ALONE));
        assertThat(town.of("smsc-again", town.mail())).isEmpty();
        assertThat(town.of("no-smsc", town.sms())).as("nobody else").hasSize(SMS_ALONE);
        everyVillagerHasOneMail();
    }

    private void everyVillagerHasOneMail() {
        assertThat(town.of("no-smsc", town.mail()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(VILLAGE);
    }

    /** The data networks are down, and a person says so: phones accept nothing, though Meta's servers take everything. */
    @Test
    void aPersonTurnsOffAllButSms() {
        List<String> few = ids(20, 30);
        town.hub.simulator.whatsApp().faultForAll(Fault.noReceipts());
        town.send("before-off", few);
        await().atMost(LONG).until(() -> town.of("before-off", town.whatsApp()).size() == few.size());
        mend();

        assertThat(town.turn("whatsapp", "off", "{}")).as("without a reason").isEqualTo(422);
        assertThat(town.turnOff("pigeon")).isEqualTo(404);
        assertThat(town.turnOff("whatsapp")).isEqualTo(200);
        assertThat(town.turnOff("email")).isEqualTo(200);
        assertThat(town.turnOff("sms")).as("the last one").isEqualTo(409);
        assertThat(town.standing("whatsapp").path("state").asText()).isEqualTo("off");
        assertThat(town.standing("whatsapp").path("offBy").asText()).isEqualTo("operator");
        assertThat(town.standing("sms").path("state").asText()).isEqualTo("working");

        await().atMost(LONG).untilAsserted(() -> assertThat(town.onPhones("before-off", town.sms()))
                .as("taken by WhatsApp, and on no phone")
                .hasSize(few.size()));
        town.send("sms-only", "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms("sms-only"));
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            everybodyHasOneSms("sms-only");
            assertThat(town.of("sms-only", town.whatsApp())).isEmpty();
            assertThat(town.of("sms-only", town.mail())).isEmpty();
        });
        town.dutyIsTold("The channel email was turned off", town.sms(), town.whatsApp(), town.mail());
        assertThat(town.hub.jdbc().queryForList("select detail from journal where what = 'channel-off'", String.class))
                .contains("whatsapp by=operator", "email by=operator");

        Stalls stalls = new Stalls();
        assertThat(town.turnOn("whatsapp")).isEqualTo(200);
        assertThat(town.turnOn("email")).isEqualTo(200);
        whoHasNoOtherWayGetsItAtAPace("sms-only", stalls);
        itWorksAgain("all-on");
        everybodyHasOneSms("sms-only");
        assertThat(town.of("sms-only", town.mail())).isEmpty();
    }

    /** Its circuit opened by itself and would close at the next trial. */
    @Test
    void whatAPersonTurnedOffNoTrialTurnsOn() {
        town.hub.simulator.whatsApp().faultForAll(Fault.refused(131042));
        town.send("broken-first", ids(0, 30));
        town.awaitBroken("whatsapp");
        assertThat(town.turnOff("whatsapp")).isEqualTo(200);
        mend();
        town.send("not-tried", "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms("not-tried"));
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            assertThat(town.of("not-tried", town.whatsApp())).isEmpty();
            assertThat(town.state("whatsapp")).isNotEqualTo("CLOSED");
        });

        assertThat(town.turnOn("whatsapp")).isEqualTo(200);
        town.awaitState("whatsapp", "CLOSED");
        await().atMost(LONG).untilAsserted(() -> assertThat(town.onPhones("not-tried", town.whatsApp()))
                .hasSize(WHATSAPP_ALONE));
        everybodyHasOneSms("not-tried");
    }

    private static void everybodyHasOneSms(String marker) {
        assertThat(town.of(marker, town.sms()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(TOWN);
    }

    /** The pace begins at {@link BreakingTown#DRAIN} a second and doubles in five. */
    private static void whoHasNoOtherWayGetsItAtAPace(String marker, Stalls stalls) {
        await().atMost(LONG).untilAsserted(() -> assertThat(town.onPhones(marker, town.whatsApp()))
                .containsExactlyInAnyOrderElementsOf(ids(TOWN, TOWN + WHATSAPP_ALONE).stream()
                        .map(BreakingTown::phone)
                        .toList()));
        stalls.close();
        List<Sent> arrived =
                town.of(marker, town.whatsApp()).stream().filter(Sent::onPhone).toList();
        assertThat(arrived).as("nobody gets it twice").hasSize(WHATSAPP_ALONE);
        int most = Rates.mostInASecond(arrived.stream().map(Sent::at).toList());
        System.out.printf("drained %d people, at most %d in a sliding second%n", arrived.size(), most);
        assertThat(most).isLessThanOrEqualTo(DRAIN * 3 / 2 + stalls.worth(DRAIN));
    }

    private static void itWorksAgain(String marker) {
        List<String> some = ids(TOWN - 30, TOWN + 10);
        town.send(marker, some);
        await().atMost(LONG).untilAsserted(() -> assertThat(town.of(marker, town.whatsApp()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(some.size()));
        assertThat(town.of(marker, town.sms())).isEmpty();
    }
}
