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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Rules;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Rates;
import org.tocsin.testing.Stalls;

/**
 * A crowd, a number with a rate, and a portfolio of a few hundred people a day: what the provider saw decides. The long part
 * is {@code -Dfaults.rate=1000 -Dfaults.places=2000 -Dfaults.crowd=10000}.
 */
@Isolated
class LimitsOfTheProviderIT {
    private static final int RATE = Integer.getInteger("faults.rate", 80);
    private static final int PLACES = Integer.getInteger("faults.places", 250);
    private static final int CROWD = Integer.getInteger("faults.crowd", 300);
    private static final int URGENT = PLACES * 3 / 5;
    private static final int OVERFLOW = CROWD - PLACES;
    /** Of another test, with a place from the start. */
    private static final String OTHER = "+33639972000";

    private static final int WORKERS = 16;
    private static final String FICTION = "+3363998";

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        Rules rules = new Rules(null, false, new Rules.Portfolio(PLACES + 1, null), null, null, null);
        hub = Hub.start(
                SimulatorSettings.defaults()
                        .withLatency(Duration.ofMillis(200))
                        .withRules(rules)
                        .withJournalLimit(100_000),
                "--tocsin.whatsapp.messages-per-second=" + RATE,
                "--tocsin.whatsapp.people-per-day=" + (PLACES + 1),
                "--tocsin.whatsapp.reserved-share=0");
        Path contacts = hub.folder.resolve("contacts.csv");
        Stream<String> crowd = IntStream.range(0, CROWD)
                .mapToObj(n -> contact("q" + n, phone(n), n < URGENT ? "first" : "second", "whatsapp;sms"));
        Stream<String> silent =
                IntStream.range(0, WORKERS + 8).mapToObj(n -> contact("silent" + n, silent(n), "silent", "sms"));
        Files.writeString(
                contacts,
                Stream.of(crowd, silent, Stream.of(contact("other", OTHER, "others", "whatsapp;sms")))
                        .flatMap(s -> s)
                        .collect(Collectors.joining()),
                StandardOpenOption.APPEND);
        hub.context.getBean(ContactsCsv.class).load(contacts);
        post(Cap.alert("Patience", "others"));
        await().atMost(Duration.ofSeconds(40))
                .until(() ->
                        !hub.simulator.whatsApp().journal().messagesTo(OTHER).isEmpty());
    }

    private static String contact(String id, String phone, String group, String channels) {
        return "%s,Somebody,en,%s,,%s,,,%s%n".formatted(id, phone, group, channels);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void theMostUrgentGoByWhatsAppWithinTheRateAndTheOverflowBySmsAtOnce() {
        hub.jdbc().update("update sender_rate set rate = per_second"); // what another test had cut
        // What follows, foretold.
        String plan = hub.post(
                        "/api/alerts/plan",
                        Hub.TRIGGER_KEY,
                        "application/json",
                        Cap.alert("Patience", "first", "second"))
                .body();
        assertThat(plan)
                .contains("\"firstMessages\":{\"sms\":" + OVERFLOW + ",\"whatsapp\":" + PLACES + "}")
                .contains("\"whatsAppPlaces\":{\"perDay\":%d,\"free\":%d,\"wanted\":%d,\"overflow\":%d}"
                        .formatted(PLACES + 1, PLACES, CROWD, OVERFLOW));
        Stalls stalls = new Stalls();
        Instant began = Instant.now();
        post(Cap.alert("Patience", "first"));
        post(Cap.alert("Patience", "second").replace("\"Severe\"", "\"Minor\""));

        await().atMost(Duration.ofSeconds(90))
                .until(() -> sms().size() >= OVERFLOW && whatsApp().size() >= PLACES);
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        whatsApp().size() + sms().size())
                .isEqualTo(CROWD));

        assertThat(whatsApp()).as("refused by the provider").allMatch(Sent::acceptedByProvider);
        assertThat(people(whatsApp()))
                .hasSize(PLACES)
                .containsAll(IntStream.range(0, URGENT).boxed().toList());
        assertThat(people(sms())).hasSize(OVERFLOW).doesNotContainAnyElementsOf(people(whatsApp()));
        Instant last = last(whatsApp());
        System.out.printf(
                "%d people, %d places: the last by WhatsApp after %d ms, the last by SMS after %d ms%n",
                CROWD,
                PLACES,
                Duration.between(began, last).toMillis(),
                Duration.between(began, last(sms())).toMillis());
        assertThat(last(sms())).as("10 minutes is what WhatsApp has to deliver").isBefore(last.plusSeconds(60));
        atTheRate(stalls);
    }

    private static Instant last(List<Sent> sent) {
        return sent.stream().map(Sent::at).max(Instant::compareTo).orElseThrow();
    }

    @Test
    void aNumberThatIsTooFastSlowsDown() {
        hub.simulator.whatsApp().fault(OTHER, Fault.refused(130429));
        post(Cap.alert("Patience", "other"));
        await().atMost(Duration.ofSeconds(40))
                .until(() -> hub.jdbc()
                                .queryForObject("select count(*) from sender_rate where cut_at is not null", Long.class)
                        == 1);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> hub.simulator.smsc().journal().messagesTo(OTHER).size() == 1);
    }

    /** The window of the bind. The response timeout of the tests is 2 s. */
    @Test
    void notMoreSubmitsThanThereAreWorkersWaitForTheSmsc() {
        IntStream.range(0, WORKERS + 8).forEach(n -> hub.simulator.smsc().fault(silent(n), SmscFault.silent()));
        post(Cap.alert("Patience", "silent"));
        await().atMost(Duration.ofSeconds(40)).until(() -> toTheSilent().size() >= WORKERS + 8);
        List<Instant> times = toTheSilent();
        for (int i = WORKERS; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - WORKERS), times.get(i))).isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    private static List<Instant> toTheSilent() {
        return hub.simulator.smsc().journal().all().stream()
                .filter(sent -> sent.to().startsWith(silent(0).substring(0, 9)))
                .map(Sent::at)
                .sorted()
                .toList();
    }

    /** Lateness only lowers the rate: whatever the machine does, the hub hands over no more in any second. */
    private static void atTheRate(Stalls stalls) {
        stalls.close();
        List<Instant> seen = whatsApp().stream().map(Sent::at).toList();
        List<Instant> handed =
                hub.jdbc().query("""
                        select s.handed_at from attempt_result s join attempt_order o on o.id = s.id
                        join alert a on a.id = o.alert_id
                        where o.channel = 'whatsapp' and s.handed_at is not null and a.cap::text ~ '"(first|second)"'""", (row, n) -> row.getTimestamp(1).toInstant());
        System.out.printf(
                "WhatsApp at %d/s: at most %d handed over, %d seen in a sliding second, stalls worth %d, %.1f/s in all%n",
                RATE,
                Rates.mostInASecond(handed),
                Rates.mostInASecond(seen),
                stalls.worth(RATE),
                Rates.perSecond(seen));
        assertThat(handed).hasSize(PLACES);
        // One whose thread was put aside between its turn and its writing falls into the second after.
        int most = RATE + Math.max(2, RATE / 100);
        assertThat(Rates.mostInASecond(handed)).isLessThanOrEqualTo(most);
        // The simulator is in this JVM: what its own thread was late for, up to a tenth of a second, it sees all at
        // once.
        assertThat(Rates.mostInASecond(seen)).isLessThanOrEqualTo(most + Math.max(stalls.worth(RATE), RATE / 10));
    }

    private static void post(String alert) {
        var answer = hub.postAlert(alert);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static String phone(int n) {
        return "%s%04d".formatted(FICTION, n);
    }

    private static String silent(int n) {
        return "+336399700%02d".formatted(n);
    }

    private static Set<Integer> people(List<Sent> messages) {
        return messages.stream()
                .map(sent -> Integer.valueOf(sent.to().substring(FICTION.length())))
                .collect(Collectors.toSet());
    }

    private static List<Sent> whatsApp() {
        return ofTheCrowd(hub.simulator.whatsApp().journal().all());
    }

    private static List<Sent> sms() {
        return ofTheCrowd(hub.simulator.smsc().journal().all());
    }

    private static List<Sent> ofTheCrowd(List<Sent> all) {
        return all.stream().filter(sent -> sent.to().startsWith(FICTION)).toList();
    }
}
