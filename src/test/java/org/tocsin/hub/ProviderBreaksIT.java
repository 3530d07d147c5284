package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;

/**
 * WhatsApp breaks for everybody, in three ways. What counts is the providers' journals. Deadlines of the ladder are ten
 * minutes here, so that whoever goes on to SMS does so because the circuit is open.
 */
class ProviderBreaksIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(3);

    private static final int TOWN = 200;
    /** In the group with the others, and with no other channel than WhatsApp. */
    private static final int WHATSAPP_ALONE = 5;

    private static final List<String> DUTY = List.of("+33199001002", "+33199001008");
    private static final String EVENT = "Patience";

    @TempDir
    static Path folder;

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.contacts=" + contacts(),
                "--tocsin.whatsapp.max-calls=10",
                "--tocsin.whatsapp.health-period-ms=300",
                "--tocsin.circuit.channel-down-in-a-row=3",
                "--tocsin.circuit.minimum-calls=20",
                "--tocsin.circuit.silence-minimum=20",
                "--tocsin.circuit.silence-after=2s",
                "--tocsin.circuit.silence-window=3s",
                "--tocsin.circuit.probe-every=1s",
                "--tocsin.circuit.trial-timeout=10s",
                "--tocsin.circuit.drain-per-second=50");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void sound() {
        hub.simulator.whatsApp().clearFaults();
        hub.simulator.whatsApp().refuseConnections(false);
        if (!state().equals("CLOSED")) {
            send("sound-again", ids(0, 3));
        }
        awaitState("CLOSED");
    }

    @Test
    void theAccountIsLocked() {
        hub.simulator.whatsApp().faultForAll(Fault.refused(131031));
        send("locked", "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms("locked"));
        awaitState("OPEN");

        // Three answers, and what was being called meanwhile; the rest of the town is not tried.
        int calls = of("locked", whatsApp()).size();
        assertThat(calls).as("calls of WhatsApp").isBetween(3, 30);
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            everybodyHasOneSms("locked");
            assertThat(of("locked", whatsApp())).hasSize(calls);
            assertThat(of("locked", mail())).isEmpty();
        });
        for (String phone : DUTY) {
            await().atMost(LONG)
                    .until(() ->
                            of("is broken: 131031", sms().messagesTo(phone)).size() == 1);
        }
        assertThat(of("is broken: 131031", whatsApp())).isEmpty();

        hub.simulator.whatsApp().clearFaults();
        awaitState("CLOSED");
        whoHasNoOtherWayGetsIt("locked");
        itWorksAgain("unlocked");
        assertThat(of("locked", sms())).hasSize(TOWN);
    }

    @Test
    void connectionsAreRefused() {
        hub.simulator.whatsApp().refuseConnections(true);
        send("refused", "town");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneSms("refused"));
        awaitState("OPEN");
        assertThat(of("refused", whatsApp())).isEmpty();

        hub.simulator.whatsApp().refuseConnections(false);
        awaitState("CLOSED");
        whoHasNoOtherWayGetsIt("refused");
        itWorksAgain("listening");
        assertThat(of("refused", sms())).hasSize(TOWN);
    }

    @Test
    void messagesAreAcceptedAndNotDelivered() {
        send("delivered", "town");
        await().atMost(LONG).until(() -> hub.jdbc()
                .queryForObject(
                        "select exists (select from provider_circuit where receipts_seen_at is not null)",
                        Boolean.class));
        // Older than what is looked at, or the silence would be a smaller share.
        await().atMost(LONG).until(() -> hub.jdbc()
                .queryForObject("select max(outcome_at) < now() - interval '5 s' from attempt_result", Boolean.class));

        hub.simulator.whatsApp().faultForAll(Fault.noReceipts());
        ids(0, 10).forEach(id -> hub.simulator.whatsApp().fault(phone(id))); // theirs arrive
        send("silent", "town");
        await().atMost(LONG).untilAsserted(() -> assertThat(of("silent", sms())).hasSize(TOWN - 10));
        awaitState("OPEN");
        await().during(QUIET).atMost(LONG).untilAsserted(() -> {
            assertThat(of("silent", sms()))
                    .extracting(Sent::to)
                    .doesNotHaveDuplicates()
                    .hasSize(TOWN - 10);
            assertThat(of("silent", sms()))
                    .extracting(Sent::to)
                    .as("theirs arrived")
                    .doesNotContainAnyElementsOf(
                            ids(0, 10).stream().map(this::phone).toList());
            assertThat(of("silent", mail())).isEmpty();
        });
        assertThat(of("silent", whatsApp()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(TOWN + WHATSAPP_ALONE);

        hub.simulator.whatsApp().clearFaults();
        send("trial", ids(0, 3));
        awaitState("CLOSED");
        itWorksAgain("loud");
        assertThat(of("silent", sms())).hasSize(TOWN - 10);
    }

    private void everybodyHasOneSms(String marker) {
        assertThat(of(marker, sms()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(TOWN);
    }

    private void whoHasNoOtherWayGetsIt(String marker) {
        for (String id : ids(TOWN, TOWN + WHATSAPP_ALONE)) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(of(marker, whatsApp().onPhoneOf(phone(id))))
                            .hasSize(1));
        }
        assertThat(of(marker, whatsApp()).stream().filter(Sent::onPhone))
                .as("nobody else gets it twice")
                .hasSize(WHATSAPP_ALONE);
    }

    private void itWorksAgain(String marker) {
        send(marker, "town");
        await().atMost(LONG).untilAsserted(() -> assertThat(of(marker, whatsApp()))
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(TOWN + WHATSAPP_ALONE));
        assertThat(of(marker, sms())).isEmpty();
    }

    private static void send(String marker, String... addresses) {
        send(marker, List.of(addresses));
    }

    private static void send(String marker, List<String> addresses) {
        var answer = hub.postAlert(Cap.named(marker, EVENT, "Flood, mark-" + marker, addresses.toArray(String[]::new)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static void awaitState(String state) {
        await().atMost(LONG).until(() -> state().equals(state));
    }

    /** No row: it never was anything else. */
    private static String state() {
        return hub
                .jdbc()
                .queryForList("select state from provider_circuit where channel = 'whatsapp'", String.class)
                .stream()
                .findFirst()
                .orElse("CLOSED");
    }

    private static Journal whatsApp() {
        return hub.simulator.whatsApp().journal();
    }

    private static Journal sms() {
        return hub.simulator.smsc().journal();
    }

    private static Journal mail() {
        return hub.simulator.mail().journal();
    }

    private static List<Sent> of(String marker, Journal journal) {
        return of(marker, journal.all());
    }

    private static List<Sent> of(String marker, List<Sent> sent) {
        String text = marker.contains(" ") ? marker : "mark-" + marker;
        return sent.stream()
                .filter(s -> (s.text() + " " + s.params()).contains(text))
                .toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj("h%03d"::formatted).toList();
    }

    private String phone(String id) {
        return "+33639987" + id.substring(1);
    }

    private static Path contacts() throws IOException {
        StringBuilder rows = new StringBuilder(Files.readString(Path.of("config/contacts.csv")));
        for (int n = 0; n < TOWN + WHATSAPP_ALONE; n++) {
            String id = "h%03d".formatted(n);
            rows.append("%s,Town %s,en,+33639987%03d,%s@people.example.org,town,,,%s%n"
                    .formatted(id, id, n, id, n < TOWN ? "whatsapp;sms;email" : "whatsapp"));
        }
        return Files.writeString(folder.resolve("contacts.csv"), rows);
    }
}
