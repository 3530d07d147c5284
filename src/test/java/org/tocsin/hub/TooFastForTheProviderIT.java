package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Rules;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Rates;

/** A number that may do less than is configured, a person who is told too often, an SMSC that is busy: the journals decide. */
@Execution(ExecutionMode.CONCURRENT)
class TooFastForTheProviderIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int CONFIGURED = 200;
    private static final int ALLOWED = 40;
    private static final int CROWD = 400;
    private static final int FEW = 150;
    private static final int SMS_PER_SECOND = 50;
    private static final String FICTION = "+33639981";

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        hub = Hub.start(
                SimulatorSettings.defaults().withLatency(Duration.ofMillis(50)).withJournalLimit(100_000),
                "--tocsin.delivery-plan=src/test/resources/plan/limits.yaml",
                "--tocsin.whatsapp.messages-per-second=" + CONFIGURED,
                "--tocsin.whatsapp.health-period-ms=500",
                "--tocsin.sms.messages-per-second=" + SMS_PER_SECOND);
        Path contacts = hub.folder.resolve("contacts.csv");
        Files.writeString(
                contacts,
                Stream.of(
                                group("crowd", 0, CROWD, "whatsapp;sms"),
                                group("during", CROWD, FEW, "whatsapp;sms"),
                                group("pair", 900, 1, "whatsapp;sms"),
                                group("neighbour", 901, 1, "whatsapp;sms"),
                                group("village", 910, 80, "sms"))
                        .flatMap(s -> s)
                        .collect(Collectors.joining()),
                StandardOpenOption.APPEND);
        hub.context.getBean(ContactsCsv.class).load(contacts);
        post("warm", "Flood", "during"); // a cold hub is not fast enough to be refused
        await().atMost(LONG).untilAsserted(() -> everybodyOnce("warm", FEW));
    }

    private static Stream<String> group(String group, int from, int size, String channels) {
        return IntStream.range(from, from + size)
                .mapToObj(n -> "z%d,Somebody,en,%s,,%s,,,%s%n".formatted(n, phone(n), group, channels));
    }

    private static String phone(int n) {
        return "%s%03d".formatted(FICTION, n);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    /** 200/s configured, 40/s allowed, then 1,000/s, with two seconds of maintenance before. */
    @Test
    @ResourceLock("whatsapp")
    void theRateFollowsWhatTheNumberMayDoDownAndUpAgain() {
        hub.simulator.whatsApp().keep(rules(new Rules.Throughput(ALLOWED, null, 1_000, Duration.ofSeconds(2)), false));
        post("down", "Flood", "crowd");
        await().atMost(LONG).untilAsserted(() -> everybodyOnce("down", CROWD));
        List<Sent> down = of("down", whatsApp());
        long refused = down.stream().filter(sent -> !sent.acceptedByProvider()).count();
        System.out.printf(
                "%d/s configured, %d/s allowed: %d told at %.0f/s, %d refused, %d by SMS%n",
                CONFIGURED,
                ALLOWED,
                CROWD,
                Rates.perSecond(times(down.stream().filter(Sent::acceptedByProvider))),
                refused,
                of("down", sms()).size());
        // A hub that does not slow down is refused 160 times a second for the 10 s that 400 need: 1,600 times.
        assertThat(refused).isBetween(5L, (long) CROWD);

        await().atMost(LONG).until(() -> channels()
                .contains("80 messages a second, and tocsin.whatsapp.messages-per-second is 200"));

        hub.simulator.whatsApp().upgradeThroughput();
        post("during", "Haste", "during");
        await().atMost(LONG).untilAsserted(() -> everybodyOnce("during", FEW));
        assertThat(of("during", sms())).as("131057 asks for 15 s").isNotEmpty();

        post("up", "Flood", "crowd");
        await().atMost(LONG).untilAsserted(() -> everybodyOnce("up", CROWD));
        List<Instant> up = times(of("up", whatsApp()).stream());
        System.out.printf("the limit raised: at most %d in a second%n", Rates.mostInASecond(up));
        assertThat(up).as("none refused").hasSize(CROWD);
        assertThat(Rates.mostInASecond(up)).as("it comes back by itself").isGreaterThan(ALLOWED + 10);
        await().atMost(LONG).until(() -> channels().contains("1000 messages a second, and"));
    }

    /** Two messages at once borrow 12 s; the third, after the 6 s of the burst, is refused until these are over. */
    @Test
    @ResourceLock("whatsapp")
    void whoIsToldTooOftenWaitsFourTimesAsLongEachTimeAndNobodyElseDoes() {
        hub.simulator.whatsApp().keep(rules(null, true));
        post("pair-1", "Flood", "pair");
        post("pair-2", "Flood", "pair");
        await().atMost(LONG).until(() -> of("pair-2", whatsApp()).size() == 1);
        Instant began = of("pair-1", whatsApp()).get(0).at();
        await().atMost(LONG).until(() -> Instant.now().isAfter(began.plusMillis(7_200)));
        post("pair-3", "Flood", "pair");
        post("neighbour", "Flood", "neighbour");

        await().atMost(LONG).until(() -> of("pair-3", whatsApp()).stream().anyMatch(Sent::acceptedByProvider));
        List<Sent> tried = of("pair-3", whatsApp());
        assertThat(tried).extracting(Sent::acceptedByProvider).containsExactly(false, false, true);
        assertThat(Duration.between(tried.get(0).at(), tried.get(1).at()))
                .isBetween(Duration.ofMillis(950), Duration.ofMillis(2_500));
        assertThat(Duration.between(tried.get(1).at(), tried.get(2).at()))
                .isBetween(Duration.ofMillis(3_950), Duration.ofMillis(5_500));
        assertThat(of("pair-", sms())).isEmpty();
        assertThat(of("neighbour", whatsApp())).singleElement().satisfies(sent -> {
            assertThat(sent.acceptedByProvider()).isTrue();
            assertThat(sent.at()).isBefore(tried.get(1).at());
        });
        assertThat(hub.jdbc()
                        .queryForObject(
                                "select count(*) from sender_rate where cut_at > now() - interval '8 s' and sender <> 'Tocsin'",
                                Long.class))
                .as("the number is not slowed down for one person")
                .isZero();
    }

    @Test
    void anSmscThatIsBusyIsAskedLessOftenAndEverybodyIsToldOnce() {
        hub.simulator.smsc().faultForAll(SmscFault.throttled());
        Instant began = Instant.now();
        post("busy", "Flood", "village");
        await().atMost(LONG).until(() -> Instant.now().isAfter(began.plusSeconds(5)));
        hub.simulator.smsc().clearFaults();
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        of("busy", sms()).stream().filter(Sent::onPhone).map(Sent::to))
                .doesNotHaveDuplicates()
                .hasSize(80));
        List<Instant> refused = times(of("busy", sms()).stream().filter(sent -> !sent.acceptedByProvider()));
        long first = refused.stream()
                .filter(at -> at.isBefore(refused.get(0).plusSeconds(1)))
                .count();
        long last = refused.stream()
                .filter(at -> at.isAfter(refused.get(0).plusMillis(3_800))
                        && at.isBefore(refused.get(0).plusMillis(4_800)))
                .count();
        System.out.printf(
                "SMSC busy for 5 s: %d refused, %d in the first second, %d in the fifth%n",
                refused.size(), first, last);
        assertThat(last).isLessThan(first / 2 + 1);
        assertThat(of("busy", hub.simulator.mail().journal())).isEmpty();
    }

    private static Rules rules(Rules.Throughput throughput, boolean pairLimit) {
        return new Rules(throughput, pairLimit, null, null, null, null);
    }

    private static void post(String marker, String event, String group) {
        var answer = hub.postAlert(Cap.named(marker, event, "Flood, mark-" + marker + "-", group));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static String channels() {
        return hub.get("/api/channels", Hub.OPERATOR_KEY).body();
    }

    private static void everybodyOnce(String marker, int people) {
        List<String> told = Stream.of(whatsApp(), sms())
                .flatMap(journal -> of(marker, journal).stream())
                .filter(Sent::acceptedByProvider)
                .map(Sent::to)
                .toList();
        assertThat(told).doesNotHaveDuplicates().hasSize(people);
    }

    private static List<Instant> times(Stream<Sent> sent) {
        return sent.map(Sent::at).sorted().toList();
    }

    private static Journal whatsApp() {
        return hub.simulator.whatsApp().journal();
    }

    private static Journal sms() {
        return hub.simulator.smsc().journal();
    }

    private static List<Sent> of(String marker, Journal journal) {
        return journal.all().stream()
                .filter(sent -> (sent.text() + " " + sent.params()).contains("mark-" + marker))
                .toList();
    }
}
