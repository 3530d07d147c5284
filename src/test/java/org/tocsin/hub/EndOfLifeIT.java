package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** Nothing arrives after the end of its alert: what each provider is told of it. */
@Execution(ExecutionMode.CONCURRENT)
class EndOfLifeIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(5);
    /** Of the SMS provider: what waits for its turn waits long. */
    private static final int PER_SECOND = 2;

    private static final int QUEUE = 60;

    /** How long after a refusal the same channel is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        String plan = Files.readString(Path.of("src/test/resources/plan/quick.yaml"))
                .replace("retry-delay: 200ms", "retry-delay: " + RETRY.toSeconds() + "s");
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.sms.messages-per-second=" + PER_SECOND,
                "--tocsin.delivery-plan=" + Files.writeString(folder.resolve("plan.yaml"), plan));
        Person first =
                Person.of(hub, "en", "sms"); // what ends within seconds must not meet a hub that has just started
        post(Cap.alert("Patience", first.id()));
        await().atMost(LONG).until(() -> first.smsOnPhone() == 1);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void whatsAppGetsTheTemplateThatItGivesUpInTime() {
        Person person = Person.of(hub);
        send("Flood", Duration.ofMinutes(30), person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        assertThat(person.whatsApp()).extracting(Sent::kind).containsExactly("template:tocsin_flood_short/en");
    }

    @Test
    void whereNoTemplateIsGivenUpInTimeTheSmsFollowsAtOnceAndIsBounded() {
        Person person = Person.of(hub);
        send("Patience", Duration.ofMinutes(5), person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.whatsApp()).isEmpty();
            assertThat(person.sms()).hasSize(1);
        });
        assertThat(validityOf(person)).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }

    /** {@code tocsin.alert.max-age}. */
    @Test
    void withoutExpiresTheMaximumAgeOfItsSeverityBoundsIt() {
        Map<String, Duration> ages = Map.of(
                "Extreme", Duration.ofHours(24),
                "Severe", Duration.ofHours(12),
                "Moderate", Duration.ofHours(6),
                "Unknown", Duration.ofHours(6),
                "Minor", Duration.ofHours(3));
        Map<String, Person> people = new HashMap<>();
        ages.keySet().forEach(severity -> {
            Person person = Person.of(hub, "en", "sms");
            people.put(severity, person);
            post(Cap.alert("Patience", person.id()).replace("\"Severe\"", "\"" + severity + "\""));
        });
        Person onMail = Person.of(hub, "en", "email");
        post(Cap.alert("Patience", onMail.id()));
        await().atMost(LONG).until(() -> onMail.mailsInBox() == 1);
        assertThat(onMail.mail().get(0).text()).contains("Valid until: ");
        people.forEach((severity, person) -> {
            await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
            Duration age = ages.get(severity);
            assertThat(validityOf(person)).as(severity).isBetween(age.minusMinutes(2), age);
        });
    }

    /**
     * Half a minute's work, and ten seconds to live: what is still in the queue then stays there. What could not arrive any
     * more is refused shortly before, so that nobody is called in the last moment; the ladder of these ends EXHAUSTED.
     */
    @Test
    void whatWaitsForItsTurnWhenTheAlertEndsIsNotSent() {
        List<Person> people = IntStream.range(0, QUEUE)
                .mapToObj(n -> Person.of(hub, "en", "sms"))
                .toList();
        OffsetDateTime expires = inWholeSeconds(Duration.ofSeconds(10));
        String ids = people.stream().map(Person::id).collect(Collectors.joining("\",\""));
        post(until(expires, Cap.alert("Patience", ids)).replace("\"Severe\"", "\"Minor\""));
        await().atMost(LONG).until(() -> states(people).get("EXPIRED") != null);
        staysSo(() -> {
            List<Sent> sent = people.stream().flatMap(p -> p.sms().stream()).toList();
            assertThat(sent).hasSizeBetween(1, 10 * PER_SECOND + 2);
            assertThat(sent).extracting(Sent::at).allMatch(at -> !at.isAfter(expires.toInstant()));
            Map<String, Long> states = states(people);
            assertThat(states.get("EXPIRED") + states.getOrDefault("EXHAUSTED", 0L))
                    .as(() -> sent.size() + " sent, the others not: " + states)
                    .isEqualTo(QUEUE - sent.size());
        });
    }

    /** Refused for now; the next try would come after the end. */
    @Test
    void aRetryThatWouldComeAfterTheEndIsNotMade() {
        Person person = Person.of(hub, "en", "sms");
        hub.simulator.smsc().fault(person.phone(), SmscFault.rejected(SmscFault.SYSTEM_ERROR));
        send("Patience", RETRY.minusSeconds(1), person);
        await().atMost(LONG).until(() -> person.sms().size() == 1);
        Duration retried = RETRY.plusSeconds(2);
        await().during(retried).atMost(retried.plus(LONG)).untilAsserted(() -> assertThat(person.sms())
                .hasSize(1));
        await().atMost(LONG).until(() -> states(List.of(person)).equals(Map.of("EXHAUSTED", 1L)));
    }

    /** The same, with time enough: or the test above could not fail. */
    @Test
    void aRetryThatComesBeforeTheEndIsMade() {
        Person person = Person.of(hub, "en", "sms");
        hub.simulator.smsc().fault(person.phone(), SmscFault.rejected(SmscFault.SYSTEM_ERROR));
        send("Patience", RETRY.multipliedBy(10), person);
        await().atMost(LONG).until(() -> person.sms().size() == 2);
    }

    private static Map<String, Long> states(List<Person> people) {
        return hub
                .jdbc()
                .queryForList("""
                        select r.state from recipient r join contact c on c.person_id = r.person_id
                        where c.ext_id = any (string_to_array(?, ','))""", String.class, people.stream().map(Person::id).collect(Collectors.joining(",")))
                .stream()
                .collect(Collectors.groupingBy(state -> state, Collectors.counting()));
    }

    private static OffsetDateTime inWholeSeconds(Duration life) {
        return OffsetDateTime.now(ZoneOffset.UTC).plus(life).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String until(OffsetDateTime expires, String alert) {
        return alert.replace("\"headline\"", "\"expires\":\"" + Cap.at(expires) + "\",\"headline\"");
    }

    private static void send(String event, Duration life, Person person) {
        post(until(inWholeSeconds(life), Cap.alert(event, person.id())));
    }

    private static void post(String alert) {
        var answer = hub.postAlert(alert);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    /** {@code YYMMDDhhmmss000R}: relative. */
    private static Duration validityOf(Person person) {
        String period = person.sms().get(0).params().get("validity_period");
        assertThat(period).matches("0000[0-9]{8}000R");
        return Duration.ofDays(Integer.parseInt(period.substring(4, 6)))
                .plusHours(Integer.parseInt(period.substring(6, 8)))
                .plusMinutes(Integer.parseInt(period.substring(8, 10)))
                .plusSeconds(Integer.parseInt(period.substring(10, 12)));
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }
}
