package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** What people and operators do with an alert, and what the providers see of it. */
@Execution(ExecutionMode.CONCURRENT)
class LifeOfAnAlertIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(6);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
    }

    @Test
    void aTapOnTheButtonEndsTheLadder() {
        Person person = Person.of(hub);
        long id = send("Answer wanted", person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        Sent message = person.whatsApp().get(0);
        hub.simulator.whatsApp().tapButton(person.phone(), message.buttons().get(0), "I am safe");
        await().atMost(LONG).until(() -> recipients(id).contains("ACKNOWLEDGED"));
        staysSo(() -> {
            assertThat(person.sms()).isEmpty();
            assertThat(person.mail()).isEmpty();
        });
    }

    @Test
    void aBareTextAnswersTheNewestAlert() {
        Person person = Person.of(hub);
        long first = send("Patience", person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        long second = send("Patience", person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 2);
        await().atMost(LONG)
                .until(() -> !recipients(second).contains("PENDING")); // nobody answers before the hub knows
        hub.simulator.whatsApp().text(person.phone(), "ok", null);
        await().atMost(LONG).until(() -> recipients(second).contains("ACKNOWLEDGED"));
        assertThat(recipients(first)).doesNotContain("ACKNOWLEDGED");
    }

    /** It would be as good as told, and nobody would look after them. */
    @Test
    void aBareTextIsNoAnswerToAnAlertThatTheProviderRefused() {
        Person person = Person.of(hub, "en", "whatsapp");
        long first = send("Patience", person);
        await().atMost(LONG).until(() -> recipients(first).matches(".*(DELIVERED|READ).*"));
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        long second = send("Patience", person);
        await().atMost(LONG).until(() -> recipients(second).contains("EXHAUSTED"));
        hub.simulator.whatsApp().text(person.phone(), "ok", null);
        await().atMost(LONG).until(() -> recipients(first).contains("ACKNOWLEDGED"));
        assertThat(recipients(second)).contains("EXHAUSTED");
    }

    @Test
    void anSmsReplyEndsTheLadderOfEveryChannel() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.noReceipts());
        long id = send("Answer wanted", person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        hub.simulator.smsc().reply(person.phone(), "SAFE");
        await().atMost(LONG).until(() -> recipients(id).contains("ACKNOWLEDGED"));
        staysSo(() -> assertThat(person.mail()).isEmpty());
        assertThat(answerOf(id)).isEqualTo("SAFE");
    }

    @Test
    void theLinkInTheMailAcknowledgesOnlyWhenItsButtonIsPressed() {
        Person person = Person.of(hub, "en", "email");
        long id = send("Flood", person);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        var link = Pattern.compile("http://hub\\.example\\.org(/ack/[A-Za-z0-9._-]+)")
                .matcher(person.mail().get(0).text());
        assertThat(link.find()).isTrue();
        URI page = URI.create(hub.url(link.group(1)));
        assertThat(hub.send(HttpRequest.newBuilder(page)).statusCode()).isEqualTo(200);
        assertThat(recipients(id)).doesNotContain("ACKNOWLEDGED");
        var pressed = hub.send(HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("answer=NEED_HELP")));
        assertThat(pressed.statusCode()).isEqualTo(200);
        await().atMost(LONG).until(() -> recipients(id).contains("ACKNOWLEDGED"));
        assertThat(answerOf(id)).isEqualTo("NEED_HELP");
        URI forged = URI.create(hub.url("/ack/zz.1"));
        assertThat(hub.send(HttpRequest.newBuilder(forged).POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aStrangerWhoSaysWrongNumberIsNoAcknowledgementAndTheNextRungFollows() {
        Person person = Person.of(hub);
        long id = send("Patience", person);
        await().atMost(LONG).until(() -> recipients(id).matches(".*(DELIVERED|READ).*"));
        hub.simulator.whatsApp().text(person.phone(), "Wrong number", null);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        assertThat(recipients(id)).doesNotContain("ACKNOWLEDGED");
        send("Patience", person);
        await().atMost(LONG).until(() -> person.mailsInBox() == 2);
        assertThat(person.whatsApp()).as("the number is used no more").hasSize(1);
        assertThat(person.sms()).as("nor on the other channel").isEmpty();
    }

    @Test
    void stopIsKeptAndIsNoAcknowledgement() {
        Person person = Person.of(hub);
        long id = send("Patience", person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        hub.simulator.whatsApp().text(person.phone(), "STOP", null);
        await().atMost(LONG)
                .until(() -> hub.jdbc()
                                .queryForObject(
                                        "select count(*) from consent_event where source = 'reply:STOP'", Long.class)
                        > 0);
        assertThat(recipients(id)).doesNotContain("ACKNOWLEDGED");
        Person other = Person.of(hub); // the directory file is read again: STOP stays
        send("Patience", other);
        send("Patience", person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        assertThat(person.whatsApp()).hasSize(1);
    }

    @Test
    void aCancelStopsWhatHasNotBeenSent() {
        Person person = Person.of(hub);
        String sent = Cap.now();
        String identifier = UUID.randomUUID().toString();
        hub.simulator.whatsApp().fault(person.phone(), Fault.noReceipts());
        var answer = hub.postAlert(Cap.from("tests@example.org", identifier, sent, "Flood", "Flood", person.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        var cancel = hub.postAlert(
                Cap.cancel("tests@example.org", UUID.randomUUID().toString(), "tests@example.org", identifier, sent));
        assertThat(cancel.statusCode()).as(cancel.body()).isEqualTo(202);
        // No receipt of it came, nor will one of the Cancel: what goes on is the Cancel, and never the alert.
        staysSo(() -> {
            assertThat(person.sms()).allMatch(message -> message.text().startsWith("CANCELLED"));
            assertThat(person.mail())
                    .allMatch(message -> message.params().get("subject").startsWith("CANCELLED"));
        });
    }

    @Test
    void aTriggerKeyCannotCancelAnotherSendersAlert() {
        Person person = Person.of(hub);
        String sent = Cap.now();
        String identifier = UUID.randomUUID().toString();
        hub.postAlert(Cap.from("tests@example.org", identifier, sent, "Patience", "Flood", person.id()));
        String foreign =
                Cap.cancel("bound@example.org", UUID.randomUUID().toString(), "tests@example.org", identifier, sent);
        assertThat(hub.post("/api/alerts", Hub.BOUND_KEY, "application/json", foreign)
                        .statusCode())
                .isEqualTo(403);
        String borrowed =
                Cap.cancel("tests@example.org", UUID.randomUUID().toString(), "tests@example.org", identifier, sent);
        assertThat(hub.post("/api/alerts", Hub.BOUND_KEY, "application/json", borrowed)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void nobodyFoundIsHeldAndTheDutyGroupLearnsOfIt() throws Exception {
        var answer = hub.postAlert(Cap.alert("Flood", "no-such-group-" + UUID.randomUUID()));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(answer.body()).path("state").asText()).isEqualTo("HELD");
        long id = JSON.readTree(answer.body()).path("id").asLong();
        // p08 of the sample directory is on duty, and reachable by SMS.
        await().atMost(LONG).until(() -> hub.simulator.smsc().journal().messagesTo("+33199001008").stream()
                .anyMatch(m -> m.text().contains("Alert " + id + " is HELD")));
    }

    @Test
    void aHeldAlertIsReleasedOnlyByItsHash() throws Exception {
        Person person = Person.of(hub);
        var answer = hub.postAlert(Cap.named(UUID.randomUUID().toString(), "Flood", "TEST TEST flood", person.id()));
        JsonNode held = JSON.readTree(answer.body());
        assertThat(held.path("state").asText()).isEqualTo("HELD");
        String path = "/api/alerts/" + held.path("id").asText();
        String hash = JSON.readTree(hub.get(path, Hub.OPERATOR_KEY).body())
                .path("hash")
                .asText();
        assertThat(hub.post(path + "/release", Hub.TRIGGER_KEY, "application/json", "{\"hash\":\"" + hash + "\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(hub.post(path + "/release", Hub.OPERATOR_KEY, "application/json", "{\"hash\":\"00\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(person.whatsApp()).isEmpty();
        var released = hub.post(path + "/release", Hub.OPERATOR_KEY, "application/json", "{\"hash\":\"" + hash + "\"}");
        assertThat(released.statusCode()).as(released.body()).isEqualTo(200);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
    }

    @Test
    void whoeverIsReachedByNothingIsReportedToTheDutyGroup() throws Exception {
        Person person = Person.of(hub, "en", "sms");
        hub.simulator.smsc().fault(person.phone(), SmscFault.rejected(SmscFault.INVALID_DESTINATION));
        long id = send("Flood", person);
        await().atMost(LONG).until(() -> recipients(id).contains("EXHAUSTED"));
        await().atMost(LONG).until(() -> hub.simulator.smsc().journal().messagesTo("+33199001008").stream()
                .anyMatch(m -> m.text().contains("could not be reached for alert " + id)));
    }

    @Test
    void whatBecameNoAlertIsReportedToTheDutyGroupAndManyAreOneNotice() {
        for (int i = 0; i < 20; i++) {
            hub.publish("sensors/unreadable/flood-" + i, "{\"level\": ");
        }
        await().atMost(LONG.plusSeconds(40)).until(() -> parkedToldTo("+33199001008") >= 20);
        assertThat(hub.simulator.smsc().journal().messagesTo("+33199001008").stream()
                        .filter(m -> m.text().contains("became no alert")))
                .as("messages about 20 parked triggers")
                .hasSizeLessThan(5);
    }

    private static long parkedToldTo(String phone) {
        Pattern told = Pattern.compile("(\\d+) triggers? became no alert");
        return hub.simulator.smsc().journal().messagesTo(phone).stream()
                .flatMap(m -> told.matcher(m.text()).results())
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    @Test
    void theSameAlertAgainIsTheSameAlertAndOtherContentIsAConflict() throws Exception {
        Person person = Person.of(hub);
        String sent = Cap.now();
        String identifier = UUID.randomUUID().toString();
        String alert = Cap.from("tests@example.org", identifier, sent, "Patience", "Flood", person.id());
        JsonNode first = JSON.readTree(hub.postAlert(alert).body());
        var again = hub.postAlert(alert);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(again.body()).path("id")).isEqualTo(first.path("id"));
        var other = hub.postAlert(alert.replace("Flood", "Fire"));
        assertThat(other.statusCode()).isEqualTo(409);
        staysSo(() -> assertThat(person.whatsApp()).hasSize(1));
    }

    @Test
    void theHealthOfTheSendingNumberIsAskedAndMeasured() {
        var metrics = hub.context.getBean(MeterRegistry.class);
        await().atMost(LONG)
                .until(() -> metrics.get("tocsin.whatsapp.can.send").gauge().value() == 1);
    }

    @Test
    void peopleOnlyLearnOfTheirOwnMessage() {
        Person one = Person.of(hub, "en", "email");
        Person two = Person.of(hub, "fr", "email");
        var answer = hub.postAlert(Cap.alert("Flood", one.id(), two.id()));
        assertThat(answer.statusCode()).isEqualTo(202);
        await().atMost(LONG).until(() -> one.mailsInBox() == 1 && two.mailsInBox() == 1);
        assertThat(one.mail().get(0).text()).doesNotContain(two.email());
        assertThat(two.mail().get(0).text()).doesNotContain(one.email());
    }

    @Test
    void eachReadsTheInfoOfTheirOwnLanguageAloneOnEveryChannel() {
        Person english = Person.of(hub, "en-GB", "sms");
        Person french = Person.of(hub, "fr", "whatsapp");
        Person canadian = Person.of(hub, "fr-CA", "email");
        Person german = Person.of(hub, "de", "sms");
        String one = Cap.named(
                UUID.randomUUID().toString(),
                "Patience",
                "River rises",
                english.id(),
                french.id(),
                canadian.id(),
                german.id());
        String info = one.substring(one.indexOf("\"info\":[") + 8, one.lastIndexOf(']'));
        String second = info.replace("\"language\":\"en\"", "\"language\":\"fr\"")
                .replace("River rises", "La rivière monte")
                .replace("Go to the school on the hill.", "Montez à l'école.");

        var answer = hub.postAlert(one.replace(info, info + "," + second));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await().atMost(LONG)
                .until(() -> english.smsOnPhone() == 1
                        && french.whatsAppsOnPhone() == 1
                        && canadian.mailsInBox() == 1
                        && german.smsOnPhone() == 1);
        assertThat(french.whatsApp().get(0).kind()).endsWith("/fr");
        for (Sent sent : List.of(french.whatsApp().get(0), canadian.mail().get(0))) {
            assertThat(sent.text())
                    .contains("La rivière monte", "Montez à l'école.")
                    .doesNotContain("River", "school");
        }
        for (Sent sent : List.of(english.sms().get(0), german.sms().get(0))) {
            assertThat(sent.text()).contains("River rises", "Go to the school").doesNotContain("monte", "Montez");
        }
    }

    private static long send(String event, Person person) {
        var answer = hub.postAlert(Cap.alert(event, person.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        try {
            return JSON.readTree(answer.body()).path("id").asLong();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String recipients(long id) {
        return hub.jdbc()
                .queryForList("select state from recipient where alert_id = ?", String.class, id)
                .toString();
    }

    private static String answerOf(long id) {
        return hub.jdbc().queryForObject("select answer from recipient where alert_id = ?", String.class, id);
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }
}
