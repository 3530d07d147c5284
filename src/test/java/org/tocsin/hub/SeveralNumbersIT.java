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
import java.util.Set;
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
import org.tocsin.simulator.SmscFault;
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

    /** Who is reached by SMS alone; more of them than the window of the bind (16) are not answered when a test says so. */
    private static final int TEXTS = 200;

    /** How long a provider, or one of its answers, is waited for; and by when those who do not need it are told. */
    private static final Duration HANGS = Duration.ofSeconds(8);

    private static final Duration SOON = Duration.ofSeconds(4);

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
                "--tocsin.sms.response-timeout-ms=" + HANGS.toMillis(),
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
    void theUrgentIsCalledWhileAProviderHoldsAllCallsOfTheOthersAndSoIsEverybodyOfAnotherProvider() {
        hub.simulator.whatsApp().faultForAll(new Fault.Late(HANGS, false));
        String moderate = send("town", "Moderate");
        await().atMost(LONG).until(() -> journal(moderate).size() == NOT_URGENT_CALLS);
        Instant before = Instant.now();
        String texts = send("texts", "Minor");
        await().atMost(LONG).until(() -> sms(texts).size() == TEXTS);
        assertThat(lastOf(sms(texts))).isBefore(before.plus(SOON));

        String severe = send("few", "Severe", "Expected");
        await().atMost(LONG).until(() -> journal(severe).size() >= 2);
        assertThat(journal(moderate)).as("nothing else was called meanwhile").hasSize(NOT_URGENT_CALLS);
        hub.simulator.whatsApp().clearFaults();
        whatsApp(moderate, TOWN);
        whatsApp(severe);
    }

    /** Three of the town, and one in eight of those who are told by SMS: 25, and the window of the bind is 16. */
    @Test
    void whoIsHealthyIsToldAtOnceWhileTheProvidersHangOnOthers() {
        Set<String> slow = IntStream.range(0, TOWN)
                .filter(n -> n % 60 == 7)
                .mapToObj(SeveralNumbersIT::phoneOfTown)
                .collect(Collectors.toSet());
        slow.forEach(phone -> hub.simulator.whatsApp().fault(phone, new Fault.Late(HANGS, false)));
        Set<String> silent = IntStream.range(0, TEXTS)
                .filter(n -> n % 8 == 7)
                .mapToObj(SeveralNumbersIT::phoneOfTexts)
                .collect(Collectors.toSet());
        silent.forEach(phone -> hub.simulator.smsc().fault(phone, SmscFault.silent()));

        Instant before = Instant.now();
        String texts = send("texts", "Moderate");
        await().atMost(LONG)
                .until(() ->
                        sms(texts).stream().filter(Sent::acceptedByProvider).count() == TEXTS - silent.size());
        Duration bySms = Duration.between(before, lastOf(acceptedBut(silent, sms(texts))));
        hub.simulator.smsc().clearFaults(); // for their repeats
        Instant again = Instant.now();
        String town = send("town", "Severe");
        whatsApp(town, TOWN);
        Duration byWhatsApp = Duration.between(again, lastOf(acceptedBut(slow, journal(town))));
        System.out.printf(
                "the last healthy one by SMS after %d ms, by WhatsApp at %d/s after %d ms%n",
                bySms.toMillis(), 2 * RATE, byWhatsApp.toMillis());
        assertThat(bySms).as("SMS").isLessThan(SOON);
        assertThat(byWhatsApp).as("WhatsApp").isLessThan(SOON.plusSeconds(TOWN / (2 * RATE)));
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
        Instant last = lastOf(journal(few));
        long meanwhile =
                journal(town).stream().filter(sent -> sent.at().isBefore(last)).count() - before;
        assertThat(meanwhile).as("a second of both numbers").isLessThanOrEqualTo(2L * RATE);
        whatsApp(town, TOWN);
    }

    private static List<Sent> acceptedBut(Set<String> phones, List<Sent> all) {
        return all.stream()
                .filter(Sent::acceptedByProvider)
                .filter(sent -> !phones.contains(sent.to()))
                .toList();
    }

    private static Instant lastOf(List<Sent> sent) {
        return sent.stream().map(Sent::at).max(Instant::compareTo).orElseThrow();
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
        String everything = "whatsapp;sms;email";
        IntStream.range(0, TOWN).forEach(n -> rows.append(row("n", n, phoneOfTown(n), "town", everything)));
        IntStream.range(0, FEW).forEach(n -> rows.append(row("f", n, "+33639985%03d".formatted(n), "few", everything)));
        IntStream.range(0, TEXTS).forEach(n -> rows.append(row("s", n, phoneOfTexts(n), "texts", "sms")));
        return Files.writeString(folder.resolve("contacts.csv"), rows);
    }

    private static String row(String prefix, int n, String phone, String group, String channels) {
        String id = "%s%03d".formatted(prefix, n);
        return "%s,Somebody %s,en,%s,%s@people.example.org,%s,,,%s%n".formatted(id, id, phone, id, group, channels);
    }

    private static String phoneOfTown(int n) {
        return "+33639986%03d".formatted(n);
    }

    private static String phoneOfTexts(int n) {
        return "+33639984%03d".formatted(n);
    }
}
