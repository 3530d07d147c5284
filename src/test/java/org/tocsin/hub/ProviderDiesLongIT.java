package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.WhatsAppSimulator;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;

/**
 * WhatsApp dies in the middle of ten thousand people. Deadlines of the ladder are ten minutes and more: whoever goes on to
 * SMS does so because the circuit is open. Counted are the providers' journals.
 */
class ProviderDiesLongIT {
    private static final int TOWN = Integer.getInteger("tocsin.town", 10_000);
    private static final int WHATSAPP_PER_SECOND = 1_000;
    /** What the SMSC grants. */
    private static final int SMS_PER_SECOND = 300;

    private static final Duration IN_TIME = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Duration QUIET = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    enum Death {
        LOCKED(whatsApp -> whatsApp.faultForAll(Fault.refused(131031))),
        REFUSING_CONNECTIONS(whatsApp -> whatsApp.refuseConnections(true)),
        ACCEPTING_AND_NOT_DELIVERING(whatsApp -> whatsApp.faultForAll(Fault.noReceipts()));

        private final Consumer<WhatsAppSimulator> blow;

        Death(Consumer<WhatsAppSimulator> blow) {
            this.blow = blow;
        }
    }

    @ParameterizedTest
    @EnumSource(Death.class)
    void theOthersAreReachedBySmsWithinAMinute(Death death) throws IOException {
        try (Hub hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.contacts=" + contacts(),
                "--tocsin.whatsapp.messages-per-second=" + WHATSAPP_PER_SECOND,
                "--tocsin.whatsapp.health-period-ms=1000",
                "--tocsin.sms.messages-per-second=" + SMS_PER_SECOND,
                "--tocsin.circuit.channel-down-in-a-row=3",
                "--tocsin.circuit.minimum-calls=20",
                "--tocsin.circuit.silence-minimum=20",
                "--tocsin.circuit.silence-after=3s",
                "--tocsin.circuit.silence-window=4s")) {
            Journal whatsApp = hub.simulator.whatsApp().journal();
            Journal sms = hub.simulator.smsc().journal();
            hub.postAlert(Cap.named("dies", "Patience", "Flood, mark-dies", "town"));
            await().atMost(LONG).until(() -> of(whatsApp).size() >= TOWN * 2 / 5);
            death.blow.accept(hub.simulator.whatsApp());

            await().atMost(LONG).until(() -> state(hub).equals("OPEN"));
            Instant opened = Instant.now();
            await().atMost(LONG).until(() -> everybodyToldOnce(whatsApp, sms, death));
            Duration took = Duration.between(opened, lastSms(sms));
            System.out.printf(
                    "ProviderDiesLongIT %s: WhatsApp %d, SMS %d, the last of them %d ms after the circuit opened,"
                            + " most in a second %d%n",
                    death, onPhone(whatsApp, death).size(), of(sms).size(), took.toMillis(), mostInASecond(sms));
            assertThat(took).isLessThan(IN_TIME);

            await().during(QUIET).atMost(LONG).untilAsserted(() -> {
                assertThat(of(sms)).extracting(Sent::to).doesNotHaveDuplicates();
                assertThat(numbers(of(sms)))
                        .as("it was on their phones by WhatsApp")
                        .doesNotContainAnyElementsOf(onPhone(whatsApp, death));
                assertThat(of(whatsApp).stream().filter(Sent::acceptedByProvider))
                        .extracting(Sent::to)
                        .doesNotHaveDuplicates();
                assertThat(of(hub.simulator.mail().journal())).isEmpty();
            });
            assertThat(mostInASecond(sms)).as("SMS in a second").isLessThanOrEqualTo(SMS_PER_SECOND * 101 / 100);
        }
    }

    private static boolean everybodyToldOnce(Journal whatsApp, Journal sms, Death death) {
        Set<String> told = new HashSet<>(onPhone(whatsApp, death));
        told.addAll(numbers(of(sms)));
        return told.size() == TOWN;
    }

    /** Those who have it by WhatsApp; what is accepted without a word of delivery counts as not delivered. */
    private static Set<String> onPhone(Journal whatsApp, Death death) {
        return numbers(of(whatsApp).stream()
                .filter(Sent::onPhone)
                .filter(sent -> death != Death.ACCEPTING_AND_NOT_DELIVERING || sent.afterFault() == null)
                .toList());
    }

    private static Instant lastSms(Journal sms) {
        return of(sms).stream().map(Sent::at).max(Instant::compareTo).orElseThrow();
    }

    /** Of the clock. */
    private static long mostInASecond(Journal sms) {
        return of(sms).stream()
                .collect(Collectors.groupingBy(sent -> sent.at().getEpochSecond(), Collectors.counting()))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    /** No row: it never was anything else. */
    private static String state(Hub hub) {
        return hub
                .jdbc()
                .queryForList("select state from provider_circuit where channel = 'whatsapp'", String.class)
                .stream()
                .findFirst()
                .orElse("CLOSED");
    }

    private static List<Sent> of(Journal journal) {
        return journal.all().stream()
                .filter(sent -> (sent.text() + " " + sent.params()).contains("mark-dies"))
                .toList();
    }

    private static Set<String> numbers(List<Sent> sent) {
        return sent.stream().map(Sent::to).collect(Collectors.toSet());
    }

    private static Path contacts() throws IOException {
        StringBuilder rows = new StringBuilder(Files.readString(Path.of("config/contacts.csv")));
        for (int n = 0; n < TOWN; n++) {
            rows.append("h%05d,Town %05d,en,+33639%06d,h%05d@people.example.org,town,,,whatsapp;sms;email%n"
                    .formatted(n, n, 900_000 + n, n));
        }
        return Files.writeString(folder.resolve("contacts.csv"), rows);
    }
}
