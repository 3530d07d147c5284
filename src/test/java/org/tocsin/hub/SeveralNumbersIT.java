package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Rates;
import org.tocsin.testing.Stalls;

/** Two numbers of one portfolio, added by a comma in the configuration; a few calls at a time, some of them for the urgent. */
@Isolated
class SeveralNumbersIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final String ONE = "106540352242922";
    private static final String OTHER = "106540352242923";
    private static final int TOWN = 160;
    private static final int FEW = 12;
    private static final int RATE = 30;
    /** 10 at a time, of which each number has half, and one of these for the urgent. */
    private static final int CALLS = 10;

    private static final int NOT_URGENT_CALLS = 8;

    @TempDir
    static Path folder;

    private static Hub hub;
    private static int alerts;

    @BeforeAll
    static void start() throws IOException {
        hub = Hub.start(
                SimulatorSettings.defaults().withPhoneNumberId(ONE, OTHER),
                "--tocsin.contacts=" + contacts(),
                "--tocsin.whatsapp.messages-per-second=" + RATE,
                "--tocsin.whatsapp.max-calls=" + CALLS,
                "--tocsin.whatsapp.max-in-flight=40",
                "--tocsin.whatsapp.response-timeout-ms=20000",
                "--tocsin.whatsapp.health-period-ms=300",
                "--tocsin.circuit.channel-down-in-a-row=3",
                "--tocsin.circuit.probe-every=500ms",
                "--tocsin.circuit.drain-per-second=100");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void sound() {
        hub.simulator.whatsApp().clearFaults();
        await().atMost(LONG).until(() -> {
            if (closed()) {
                return true;
            }
            whatsApp(send("few", "Severe")); // somebody whom it may be tried on
            return false;
        });
    }

    @Test
    void theNumbersShareTheWorkEachWithinItsRateAndAPersonKeepsTheirs() {
        whatsApp(send("town", "Severe"), TOWN);
        Stalls stalls = new Stalls();
        String alert = send("town", "Severe");
        whatsApp(alert, TOWN);
        stalls.close();

        Map<String, List<Instant>> byNumber = journal(alert).stream()
                .collect(Collectors.groupingBy(Sent::sender, Collectors.mapping(Sent::at, Collectors.toList())));
        assertThat(byNumber).containsOnlyKeys(ONE, OTHER);
        byNumber.forEach((number, times) -> {
            System.out.printf(
                    "%d of %d by number %s: at most %d in a sliding second, %.1f/s%n",
                    times.size(), TOWN, number, Rates.mostInASecond(times), Rates.perSecond(times));
            assertThat(times).hasSizeGreaterThan(TOWN / 4);
            assertThat(Rates.mostInASecond(times)).isLessThanOrEqualTo(RATE + 2 + stalls.worth(RATE));
        });

        // Where it is not too busy for a moment, it is the number that the person has had before.
        Map<String, String> numbers = numbers("few");
        assertThat(numbers("few")).isEqualTo(numbers);
    }

    @Test
    void theOtherNumberTakesOverBeforeSmsDoes() {
        hub.simulator.whatsApp().faultForNumber(ONE, Fault.refused(131031));
        String alert = send("town", "Severe");
        await().atMost(LONG).untilAsserted(() -> everybodyHasOneByTheOther(alert));
        await().during(QUIET).atMost(LONG).untilAsserted(() -> everybodyHasOneByTheOther(alert));

        List<Sent> refused =
                journal(alert).stream().filter(s -> !s.acceptedByProvider()).toList();
        // Three answers, and what was being called meanwhile.
        assertThat(refused).hasSizeBetween(3, 3 + CALLS);
        assertThat(sms(alert)).isEmpty();
        hub.simulator.whatsApp().clearFaults();
    }

    private static void everybodyHasOneByTheOther(String alert) {
        List<Sent> accepted =
                journal(alert).stream().filter(Sent::acceptedByProvider).toList();
        assertThat(accepted).hasSize(TOWN).allMatch(sent -> OTHER.equals(sent.sender()));
        assertThat(accepted).extracting(Sent::to).doesNotHaveDuplicates();
    }

    /** Moderate, but Immediate, and before it: it can take nothing that is kept for what is Severe. */
    @Test
    void theUrgentIsCalledWhileAProviderHoldsAllCallsOfTheOthers() {
        hub.simulator.whatsApp().faultForAll(new Fault.Late(Duration.ofSeconds(8), false));
        String moderate = send("town", "Moderate");
        await().atMost(LONG).until(() -> journal(moderate).size() == NOT_URGENT_CALLS);

        String severe = send("few", "Severe", "Expected");
        await().atMost(LONG).until(() -> journal(severe).size() >= 2);
        assertThat(journal(moderate)).as("nothing else was called meanwhile").hasSize(NOT_URGENT_CALLS);
        hub.simulator.whatsApp().clearFaults();
        whatsApp(moderate, TOWN);
        whatsApp(severe);
    }

    @ParameterizedTest
    @CsvSource({"Minor, Immediate, Extreme, Future", "Moderate, Immediate, Severe, Expected"})
    void theUrgentTakesTheTurnsOfThoseWhoWait(
            String severityOfTheTown, String urgencyOfTheTown, String severity, String urgency) {
        String town = send("town", severityOfTheTown, urgencyOfTheTown);
        await().atMost(LONG).until(() -> journal(town).size() >= 20);
        long before = journal(town).size();
        String few = send("few", severity, urgency);
        whatsApp(few);
        Instant last = journal(few).stream().map(Sent::at).max(Instant::compareTo).orElseThrow();
        long meanwhile =
                journal(town).stream().filter(sent -> sent.at().isBefore(last)).count() - before;
        assertThat(meanwhile).as("a second of both numbers").isLessThanOrEqualTo(2L * RATE);
        whatsApp(town, TOWN);
    }

    private static Map<String, String> numbers(String group) {
        String alert = send(group, "Severe");
        whatsApp(alert);
        Map<String, String> numbers = new HashMap<>();
        journal(alert).forEach(sent -> numbers.put(sent.to(), sent.sender()));
        return numbers;
    }

    private static boolean closed() {
        return hub.jdbc().queryForList("select state from provider_circuit", String.class).stream()
                .allMatch("CLOSED"::equals);
    }

    private static String send(String group, String severity) {
        return send(group, severity, "Immediate");
    }

    private static String send(String group, String severity, String urgency) {
        String marker = "mark-" + ++alerts + "-";
        var answer = hub.postAlert(Cap.named(marker, "Patience", marker, group)
                .replace(quoted("Severe"), quoted(severity))
                .replace(quoted("Immediate"), quoted(urgency)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return marker;
    }

    private static String quoted(String severity) {
        return "\"" + severity + "\"";
    }

    /** The few. */
    private static void whatsApp(String alert) {
        whatsApp(alert, FEW);
    }

    private static void whatsApp(String alert, int people) {
        await().atMost(LONG)
                .until(() -> journal(alert).stream()
                                .filter(Sent::acceptedByProvider)
                                .map(Sent::to)
                                .distinct()
                                .count()
                        == people);
    }

    private static List<Sent> journal(String alert) {
        return of(alert, hub.simulator.whatsApp().journal().all());
    }

    private static List<Sent> sms(String alert) {
        return of(alert, hub.simulator.smsc().journal().all());
    }

    private static List<Sent> of(String alert, List<Sent> all) {
        return all.stream()
                .filter(sent -> (sent.text() + " " + sent.params()).contains(alert))
                .toList();
    }

    private static Path contacts() throws IOException {
        StringBuilder rows = new StringBuilder(Files.readString(Path.of("config/contacts.csv")));
        IntStream.range(0, TOWN)
                .forEach(n -> rows.append("n%03d,Town %03d,en,+33639986%03d,n%03d@people.example.org,town,,,%s%n"
                        .formatted(n, n, n, n, "whatsapp;sms;email")));
        IntStream.range(0, FEW)
                .forEach(n -> rows.append("f%03d,Few %03d,en,+33639985%03d,f%03d@people.example.org,few,,,%s%n"
                        .formatted(n, n, n, n, "whatsapp;sms;email")));
        return Files.writeString(folder.resolve("contacts.csv"), rows);
    }
}
