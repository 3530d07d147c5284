package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * Three less urgent alerts in an hour one by one, what is over that in one digest: never silence, never a second digest,
 * and nothing grave ever waits. Counted in the providers' journals.
 */
@Execution(ExecutionMode.CONCURRENT)
class FatigueIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Longer than from an alert to its digest, and than a rung. */
    private static final Duration QUIET = Duration.ofSeconds(8);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.fatigue.alerts=3",
                "--tocsin.fatigue.window=1h",
                "--tocsin.fatigue.digest-after=5s",
                "--tocsin.time-zone=UTC");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void eightMinorAlertsAreThreeMessagesAndOneDigest() {
        Person person = Person.of(hub);
        List<String> alerts = minor(person, 1, 8);
        await().atMost(LONG).until(() -> person.whatsApp().size() == 4);
        staysSo(() -> {
            assertThat(person.whatsApp()).hasSize(4);
            assertThat(digests(person)).hasSize(1);
            assertThat(person.sms()).isEmpty();
            assertThat(person.mail()).isEmpty();
        });
        Map<String, String> digest = digests(person).get(0).params();
        assertThat(digest).containsEntry("count", "5");
        assertThat(digest.get("description")).isEqualTo("Lift 8; Lift 7; Lift 6; Lift 5; Lift 4");
        assertThat(alerts.subList(0, 3))
                .allSatisfy(id -> assertThat(states(id).keySet()).isSubsetOf("DELIVERED", "READ"));
        await().atMost(LONG).untilAsserted(() -> assertThat(alerts.subList(3, 8))
                .allSatisfy(id -> assertThat(summary(id)).contains("\"state\":\"DONE\"", "\"DIGESTED\":1")));
    }

    @Test
    void whatIsExtremeGoesAtOnceAndLeavesTheBudgetAlone() {
        Person person = Person.of(hub);
        send(person, "Extreme", "Dam breaks 1");
        minor(person, 1, 3);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 4);
        String held = send(person, "Minor", "Lift 4");
        await().atMost(LONG).untilAsserted(() -> assertThat(states(held)).containsOnlyKeys("WITHHELD"));
        send(person, "Extreme", "Dam breaks 2");
        await().atMost(LONG).until(() -> said(person, "Dam breaks 2") == 1);
        await().atMost(LONG).until(() -> digests(person).size() == 1);
        assertThat(said(person, "Dam breaks 1")).isEqualTo(1);
        assertThat(said(person, "Lift 4")).isEqualTo(1);
    }

    @Test
    void anUpdateThatMakesAWithheldAlertSevereGoesOutAtOnceAndTheDigestLeavesItOut() {
        Person person = Person.of(hub);
        minor(person, 1, 3);
        String at = Cap.now();
        String original =
                post(Cap.from("tests@example.org", person.id(), at, "Building", "Smoke in hall 2", person.id())
                        .replace("\"Severe\"", "\"Minor\""));
        String other = send(person, "Minor", "Lift 5");
        await().atMost(LONG).untilAsserted(() -> assertThat(states(other)).containsOnlyKeys("WITHHELD"));
        post(alert(person, "Severe", "Fire in hall 2")
                .replace(
                        "\"msgType\":\"Alert\"",
                        "\"msgType\":\"Update\",\"references\":[\"tests@example.org,%s,%s\"]"
                                .formatted(person.id(), at)));
        await().atMost(Duration.ofSeconds(4)).until(() -> said(person, "Fire in hall 2") == 1);
        await().atMost(LONG).until(() -> digests(person).size() == 1);
        assertThat(digests(person).get(0).params()).containsEntry("count", "1").containsEntry("description", "Lift 5");
        assertThat(states(original)).containsOnlyKeys("CANCELLED");
        assertThat(said(person, "Smoke in hall 2")).isZero();
    }

    @Test
    void aWithheldAlertThatIsCancelledOrEndsIsInNoDigestAndADigestOfNothingIsNotSent() {
        Person person = Person.of(hub);
        minor(person, 1, 3);
        String held = send(person, "Minor", "Lift 4");
        await().atMost(LONG).untilAsserted(() -> assertThat(states(held)).containsOnlyKeys("WITHHELD"));
        cancel(held);
        await().atMost(LONG).untilAsserted(() -> assertThat(states(held)).containsOnlyKeys("CANCELLED"));
        staysSo(() -> assertThat(person.whatsApp()).hasSize(3));
    }

    @Test
    void theOtherChannelsTakeOverWhenWhatsAppFailsForTheDigest() {
        Person person = Person.of(hub);
        minor(person, 1, 3);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 3);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        minor(person, 4, 6);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.sms()).hasSize(1);
            assertThat(person.mail()).isEmpty();
        });
        assertThat(person.sms().get(0).text()).contains("DIGEST, 3 less urgent", "Lift 6; Lift 5; Lift 4");
    }

    @Test
    void whoAnswersADigestAcknowledgesEachAlertInIt() {
        Person person = Person.of(hub);
        List<String> alerts = minor(person, 1, 5);
        await().atMost(LONG).until(() -> digests(person).size() == 1);
        Sent digest = digests(person).get(0);
        hub.simulator
                .whatsApp()
                .tapButton(person.phone(), digest.providerId(), digest.buttons().get(0), "Understood");
        await().atMost(LONG).untilAsserted(() -> assertThat(alerts.subList(3, 5))
                .allSatisfy(id -> assertThat(states(id)).containsOnlyKeys("ACKNOWLEDGED")));
        assertThat(alerts.subList(0, 3))
                .as("what was sent one by one is answered one by one")
                .allSatisfy(id -> assertThat(states(id)).doesNotContainKey("ACKNOWLEDGED"));
    }

    @Test
    void aDigestUnderWayOfWhichAnAlertIsCancelledGoesNoFurtherAndTheRestComesInTheNext() {
        Person person = Person.of(hub);
        minor(person, 1, 3);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 3);
        // Accepted and never delivered: the digest waits for its receipt, and SMS would be next.
        hub.simulator.whatsApp().fault(person.phone(), Fault.noReceipts());
        String cancelled = send(person, "Minor", "Lift 4");
        String valid = send(person, "Minor", "Lift 5");
        await().atMost(LONG).until(() -> digests(person).size() == 1);
        cancel(cancelled);
        // Its Cancel comes too: the person may have the digest that named it.
        await().atMost(LONG).until(() -> digestsBySms(person).size() == 1);
        staysSo(() -> assertThat(digestsBySms(person)).hasSize(1));
        assertThat(digestsBySms(person).get(0))
                .contains("DIGEST, 1 less urgent", "Lift 5")
                .doesNotContain("Lift 4");
        assertThat(states(cancelled)).containsOnlyKeys("CANCELLED");
        await().atMost(LONG).untilAsserted(() -> assertThat(states(valid)).containsOnlyKeys("DIGESTED"));
    }

    @Test
    void whoWasToldOfAnAlertByADigestIsToldOfItsCancel() {
        Person person = Person.of(hub);
        minor(person, 1, 3);
        String at = Cap.now();
        post(Cap.from("tests@example.org", person.id(), at, "Building", "Lift 4", person.id())
                .replace("\"Severe\"", "\"Minor\""));
        await().atMost(LONG).until(() -> digests(person).size() == 1);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 4);
        post(Cap.cancel("tests@example.org", "cancel-" + person.id(), "tests@example.org", person.id(), at));
        await().atMost(LONG).until(() -> person.whatsApp().size() == 5);
        assertThat(person.whatsApp().get(4).kind()).startsWith("template:tocsin_cancelled/");
        staysSo(() -> assertThat(person.whatsApp()).hasSize(5));
    }

    private static List<String> minor(Person person, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(n -> send(person, "Minor", "Lift " + n))
                .toList();
    }

    private static String send(Person person, String severity, String headline) {
        return post(alert(person, severity, headline));
    }

    private static String alert(Person person, String severity, String headline) {
        return Cap.named(UUID.randomUUID().toString(), "Building", headline, person.id())
                .replace("\"Severe\"", "\"" + severity + "\"")
                .replace("\"Immediate\"", "\"Expected\"");
    }

    private static String post(String json) {
        var answer = hub.postAlert(json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.body().replaceAll(".*\"id\":\"?(\\d+).*", "$1");
    }

    private static void cancel(String id) {
        String hash = hub.jdbc()
                .queryForObject("select content_hash from alert where id = ?", String.class, Long.valueOf(id));
        var answer = hub.post(
                "/api/alerts/" + id + "/cancel", Hub.OPERATOR_KEY, "application/json", "{\"hash\":\"" + hash + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String summary(String id) {
        return hub.get("/api/alerts/" + id, Hub.OPERATOR_KEY).body();
    }

    private static Map<String, Long> states(String id) {
        return hub
                .jdbc()
                .queryForList("select state from recipient where alert_id = ?", String.class, Long.valueOf(id))
                .stream()
                .collect(Collectors.groupingBy(s -> s, Collectors.counting()));
    }

    private static List<Sent> digests(Person person) {
        return person.whatsApp().stream()
                .filter(sent -> sent.kind().startsWith("template:tocsin_digest/"))
                .toList();
    }

    private static List<String> digestsBySms(Person person) {
        return person.sms().stream()
                .map(Sent::text)
                .filter(text -> text.startsWith("DIGEST"))
                .toList();
    }

    private static long said(Person person, String words) {
        return person.whatsApp().stream()
                .filter(sent -> sent.params().values().stream().anyMatch(text -> text.contains(words)))
                .count();
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }
}
