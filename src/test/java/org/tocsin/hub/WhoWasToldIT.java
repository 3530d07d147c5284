package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.MailFault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * A Cancel, an all-clear, an Update: exactly those learn of it who got the original, or may still get it, on the channel
 * they had. What counts is what the providers were given.
 */
@Execution(ExecutionMode.CONCURRENT)
class WhoWasToldIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SENDER = "tests@example.org";
    private static final String CANCELLED = "template:tocsin_cancelled/en";

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
    }

    /** An alert as its sender knows it. Its ladder waits for ten minutes: nothing moves by itself. */
    private record Original(String identifier, String sent, long id) {
        static Original to(Person... persons) {
            String identifier = UUID.randomUUID().toString();
            String sent = Cap.now();
            return new Original(
                    identifier,
                    sent,
                    idOf(Cap.from(SENDER, identifier, sent, "Patience", "River rises", ids(persons))));
        }

        long cancel() {
            return idOf(Cap.cancel(SENDER, UUID.randomUUID().toString(), SENDER, identifier, sent));
        }

        /** As an Update with that headline to these persons; {@code info} is put into its info. */
        long update(String headline, String info, Person... persons) {
            return idOf(Cap.from(SENDER, UUID.randomUUID().toString(), Cap.now(), "Patience", headline, ids(persons))
                    .replace("\"msgType\":\"Alert\"", "\"msgType\":\"Update\"")
                    .replace("\"scope\"", "\"references\":[\"%s,%s,%s\"],\"scope\"".formatted(SENDER, identifier, sent))
                    .replace("\"category\"", info + "\"category\""));
        }
    }

    @Test
    void aCancelGoesToThoseWhoHaveItOnTheChannelTheyHadAndToNobodyElse() {
        Person onWhatsApp = Person.of(hub);
        Person onSms = Person.of(hub);
        hub.simulator.whatsApp().fault(onSms.phone(), Fault.refused(131026, 400));
        Person onMail = Person.of(hub, "en", "email");
        Person refused = Person.of(hub, "en", "sms");
        hub.simulator.smsc().fault(refused.phone(), SmscFault.rejected(SmscFault.INVALID_DESTINATION));
        Person waiting = Person.of(hub, "en", "email");
        hub.simulator.mail().fault(waiting.email(), MailFault.tryLater());
        Person stopped = Person.of(hub);
        Original alert = Original.to(onWhatsApp, onSms, onMail, refused, waiting, stopped);
        await().atMost(LONG)
                .until(() -> onWhatsApp.whatsAppsOnPhone() == 1
                        && onSms.smsOnPhone() == 1
                        && onMail.mailsInBox() == 1
                        && refused.sms().size() == 1
                        && waiting.mail().size() == 1
                        && stopped.whatsAppsOnPhone() == 1);
        saysStop(stopped);

        alert.cancel();

        await().atMost(LONG)
                .until(() -> onWhatsApp.whatsAppsOnPhone() == 2
                        && onSms.smsOnPhone() == 2
                        && onMail.mailsInBox() == 2
                        && stopped.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(kinds(onWhatsApp.whatsApp())).containsExactly("template:tocsin_general/en", CANCELLED);
            assertThat(onWhatsApp.sms()).isEmpty();
            assertThat(onWhatsApp.mail()).isEmpty();
            assertThat(onSms.sms().get(1).text())
                    .startsWith("CANCELLED: River rises")
                    .doesNotContain("Go to the school");
            assertThat(onSms.whatsApp())
                    .as("the try that was refused, and no other")
                    .hasSize(1);
            assertThat(onSms.mail()).isEmpty();
            assertThat(onMail.mail().get(1).params().get("subject")).isEqualTo("CANCELLED: River rises");
            assertThat(refused.sms()).as("never had it").hasSize(1);
            assertThat(waiting.mail()).as("had not got it yet").hasSize(1);
            assertThat(stopped.whatsApp()).as("STOP stands").hasSize(1);
        });
    }

    @Test
    void oneClickTellsThoseWhoWereReachedInTheWordsThatWereShown() throws Exception {
        Person person = Person.of(hub, "fr", "sms");
        Original alert = Original.to(person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        JsonNode shown = get(alert.id());
        String words = shown.path("cancel").path("texts").path("fr").asText();
        assertThat(words).startsWith("ANNULÉ : River rises");
        assertThat(shown.path("cancel").path("alert").asText("")).isEmpty();

        var answer = hub.post(
                "/api/alerts/" + alert.id() + "/cancel",
                Hub.OPERATOR_KEY,
                "application/json",
                "{\"hash\":\"" + shown.path("hash").asText() + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        long cancel = JSON.readTree(answer.body()).path("cancel").asLong();
        await().atMost(LONG).until(() -> person.smsOnPhone() == 2);
        assertThat(person.sms().get(1).text()).isEqualTo(words);
        assertThat(get(alert.id()).path("state").asText()).isEqualTo("CANCELLED");
        assertThat(get(alert.id()).path("cancel").path("alert").asLong()).isEqualTo(cancel);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(get(cancel).path("recipients").path("byState"))
                        .isEqualTo(JSON.readTree("{\"DELIVERED\":1}")));
        await().atMost(LONG).until(() -> get(cancel).path("state").asText().equals("DONE"));
        staysSo(() -> assertThat(person.sms()).hasSize(2));
    }

    @Test
    void anUpdateGoesFirstToWhoHadTheFormerAlsoWhereTheAreaLeavesThemOutAndToNewPeople() {
        Person onSms = Person.of(hub);
        hub.simulator.whatsApp().fault(onSms.phone(), Fault.refused(131026, 400));
        Person leftOut = Person.of(hub);
        Person fresh = Person.of(hub);
        Original alert = Original.to(onSms, leftOut);
        await().atMost(LONG).until(() -> onSms.smsOnPhone() == 1 && leftOut.whatsAppsOnPhone() == 1);

        alert.update("River falls", "", onSms, fresh);

        await().atMost(LONG)
                .until(() ->
                        onSms.smsOnPhone() == 2 && leftOut.whatsAppsOnPhone() == 2 && fresh.whatsAppsOnPhone() == 1);
        staysSo(() -> {
            assertThat(onSms.sms().get(1).text()).contains("River falls");
            assertThat(onSms.whatsApp()).as("not before the channel they had").hasSize(1);
            assertThat(leftOut.whatsApp()).hasSize(2);
            assertThat(leftOut.whatsApp().get(1).text()).contains("River falls");
            assertThat(leftOut.sms()).isEmpty();
            assertThat(fresh.whatsApp()).hasSize(1);
            assertThat(fresh.sms()).isEmpty();
        });
    }

    @Test
    void anAllClearGoesToThoseWhoHadTheAlertAndNotToThoseItIsAddressedTo() {
        Person told = Person.of(hub);
        Person untold = Person.of(hub);
        Original alert = Original.to(told);
        await().atMost(LONG).until(() -> told.whatsAppsOnPhone() == 1);

        alert.update("River is back", "\"responseType\":[\"AllClear\"],", untold);

        await().atMost(LONG).until(() -> told.whatsAppsOnPhone() == 2);
        staysSo(() -> {
            assertThat(kinds(told.whatsApp())).last().isEqualTo("template:tocsin_all_clear/en");
            assertThat(untold.whatsApp()).isEmpty();
        });
    }

    @Test
    void whereTheChannelTheyHadFailsTheNextOneTells() {
        Person person = Person.of(hub);
        Original alert = Original.to(person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));

        alert.cancel();

        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        assertThat(person.sms().get(0).text()).startsWith("CANCELLED");
    }

    @Test
    void aCancelDoesNotOvertakeAMessageThatIsJustBeingHandedOver() {
        Person person = Person.of(hub);
        Person other = Person.of(hub);
        Duration slow = Duration.ofMillis(1_500);
        hub.simulator.whatsApp().fault(person.phone(), new Fault.Late(slow, false));
        Original alert = Original.to(person, other);
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> person.whatsApp().size() == 1);

        alert.cancel();

        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 2 && other.whatsAppsOnPhone() == 2);
        List<Sent> sent = person.whatsApp();
        assertThat(kinds(sent)).containsExactly("template:tocsin_general/en", CANCELLED);
        assertThat(Duration.between(sent.get(0).at(), sent.get(1).at())).isGreaterThanOrEqualTo(slow.minusMillis(200));
        assertThat(other.whatsApp().get(1).at())
                .as("who has it already does not wait for who is slow")
                .isBefore(sent.get(1).at());
    }

    /** Its answer never comes: the person may have it. */
    @Test
    void whoMayHaveItIsToldToo() {
        Person person = Person.of(hub, "en", "whatsapp");
        hub.simulator.whatsApp().fault(person.phone(), new Fault.Silent(true), Fault.noReceipts());
        Original alert = Original.to(person);
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> person.whatsApp().size() == 1);

        alert.cancel();

        await().atMost(LONG).until(() -> kinds(person.whatsApp()).contains(CANCELLED));
    }

    @Test
    void aCancelThatOvertakesItsAlertSuppressesIt() {
        Person person = Person.of(hub);
        String identifier = UUID.randomUUID().toString();
        String sent = Cap.now();
        idOf(Cap.cancel(SENDER, UUID.randomUUID().toString(), SENDER, identifier, sent));

        long alert = idOf(Cap.from(SENDER, identifier, sent, "Patience", "River rises", person.id()));

        staysSo(() -> assertThat(person.whatsApp()).isEmpty());
        assertThat(hub.jdbc().queryForObject("select state from alert where id = ?", String.class, alert))
                .isEqualTo("CANCELLED");
    }

    private static void saysStop(Person person) {
        String stops = "select count(*) from consent_event where source = 'reply:STOP'";
        long before = hub.jdbc().queryForObject(stops, Long.class);
        hub.simulator.whatsApp().text(person.phone(), "STOP", null);
        await().atMost(LONG).until(() -> hub.jdbc().queryForObject(stops, Long.class) > before);
        await().atMost(LONG).until(() -> hub.jdbc().queryForObject("""
                                        select count(*) from contact c join contact_address a on a.contact_id = c.id
                                            join consent_state s on s.channel = a.channel
                                                and s.address_hash = a.address_hash
                                        where c.ext_id = ? and not s.given""", Long.class, person.id()) > 0);
    }

    private static List<String> kinds(List<Sent> sent) {
        return sent.stream().map(Sent::kind).toList();
    }

    private static String[] ids(Person... persons) {
        return Stream.of(persons).map(Person::id).toArray(String[]::new);
    }

    private static long idOf(String cap) {
        var answer = hub.postAlert(cap);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        try {
            return JSON.readTree(answer.body()).path("id").asLong();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode get(long alert) throws IOException {
        return JSON.readTree(hub.get("/api/alerts/" + alert, Hub.OPERATOR_KEY).body());
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }
}
