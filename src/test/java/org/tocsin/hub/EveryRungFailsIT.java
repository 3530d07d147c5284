package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Stream;
import org.jsmpp.util.DeliveryReceiptState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.MailFault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * Each rung made to fail in each way: the next provider gets exactly one message, and no other provider gets any. What
 * counts is the providers' journals, never our own tables.
 */
@Execution(ExecutionMode.CONCURRENT)
class EveryRungFailsIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    /** Longer than any deadline, retry or grace of the tests' ladders: what has not come by then does not come. */
    private static final Duration QUIET = Duration.ofSeconds(6);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
    }

    static Stream<Arguments> whatsAppFails() {
        return Stream.of(
                fails("silent", Fault.silent()),
                fails("reset after reading, not accepted", new Fault.Reset(Fault.Moment.AFTER_READING)),
                fails(
                        "reset after accepting: the response is lost, and no receipt comes",
                        Fault.lostResponse(),
                        Fault.noReceipts()),
                fails("5xx JSON, code 1", Fault.refused(1, 500)),
                fails("5xx JSON, code 2", Fault.refused(2, 503)),
                fails("5xx JSON, code 131000", Fault.refused(131000)),
                fails("5xx JSON, code 131016", Fault.refused(131016)),
                fails("5xx HTML", new Fault.ErrorPage(502)),
                fails("rate error in a 400", Fault.refused(130429, 400)),
                fails("rate error in a 429", Fault.refused(130429, 429)),
                fails("429 HTML", new Fault.ErrorPage(429)),
                fails("pair rate in a 400", Fault.refused(131056, 400)),
                fails("131026 in the answer", Fault.refused(131026, 400)),
                fails("131026 by webhook", Fault.notOnWhatsApp()),
                fails("131047", Fault.refused(131047)),
                fails("template paused", Fault.refused(132015)),
                fails("token expired", Fault.refused(190)),
                fails("account locked", Fault.refused(131031)),
                fails("unknown 4xx code", Fault.refused(987654, 400)),
                fails("4xx HTML", new Fault.ErrorPage(404)),
                fails("malformed 200", new Fault.Garbled(Fault.Body.TRUNCATED, false)),
                fails("empty 200", new Fault.Garbled(Fault.Body.EMPTY, false)),
                fails("200 without an id", new Fault.Garbled(Fault.Body.WITHOUT_ID, false)),
                fails("200 cut off", new Fault.Garbled(Fault.Body.CUT, false)),
                fails("200 held, later dropped", new Fault.Held(Duration.ofSeconds(2), false)),
                fails("200 held for long", new Fault.Held(Duration.ofHours(1), true)),
                fails("accepted, no receipt", Fault.noReceipts()),
                fails("sent, never delivered", Fault.sentOnly()),
                fails("sent, failed late", Fault.failedLate(131026, Duration.ofSeconds(1))),
                fails("forged receipts", Fault.forgedReceipts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatsAppFails(String how, Fault[] faults) {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), faults);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.sms()).as("SMS after WhatsApp was: " + how).hasSize(1);
            assertThat(person.mail()).isEmpty();
            assertThat(person.whatsApp().stream().filter(Sent::acceptedByProvider))
                    .hasSizeLessThanOrEqualTo(1);
        });
        assertThat(stateOf(person)).isEqualTo("DELIVERED");
    }

    /** Nobody knows of the first message until long after the next rung was tried, which says nothing either. */
    @Test
    void aReceiptAfterTheEndOfTheLadderSettlesTheRecordOfALostAnswer() {
        Person person = Person.of(hub, "en", "whatsapp;sms");
        hub.simulator
                .whatsApp()
                .fault(
                        person.phone(),
                        Fault.lostResponse(),
                        Fault.receipts(
                                new Fault.Step("sent", Duration.ofSeconds(15), 0),
                                new Fault.Step("delivered", Duration.ofSeconds(15), 0)));
        hub.simulator.smsc().fault(person.phone(), SmscFault.noReceipt());
        send("Flood", person);
        await().atMost(LONG).until(() -> stateOf(person).equals("UNCONFIRMED"));
        assertThat(person.sms()).hasSize(1);
        await().atMost(LONG).until(() -> stateOf(person).equals("DELIVERED"));
        staysSo(() -> {
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.sms()).as(() -> journalOf(person).toString()).hasSize(1);
            assertThat(person.mail()).isEmpty();
            assertThat(stateOf(person)).isEqualTo("DELIVERED");
        });
    }

    @Test
    void deliveredButNotReadGetsAnExtraChannelAndStaysDelivered() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.notRead());
        send("Read wanted", person);
        await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.sms()).as(() -> journalOf(person).toString()).hasSize(1);
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.mail()).isEmpty();
        });
        assertThat(stateOf(person)).isEqualTo("DELIVERED");
    }

    @Test
    void readWithoutDeliveredIsDelivered() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.readWithoutDelivered());
        send("Read wanted", person);
        await().atMost(LONG).until(() -> stateOf(person).equals("READ"));
        staysSo(() -> assertThat(person.sms()).isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void healthyButUnruly(String how, Fault fault) {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), fault);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        staysSo(() -> {
            assertThat(person.whatsApp()).as(how).hasSize(1);
            assertThat(person.sms()).isEmpty();
            assertThat(person.mail()).isEmpty();
        });
        assertThat(stateOf(person)).isIn("DELIVERED", "READ");
    }

    static Stream<Arguments> healthyButUnruly() {
        return Stream.of(
                Arguments.of("receipts doubled", Fault.duplicated(3)),
                Arguments.of("receipts in any order", Fault.reordered()),
                Arguments.of("receipts before the answer", new Fault.Late(Duration.ofMillis(500), true)),
                Arguments.of("lost answer, but receipts come", Fault.lostResponse()));
    }

    static Stream<Arguments> smsFails() {
        return Stream.of(
                Arguments.of("silent", SmscFault.silent()),
                Arguments.of("invalid destination", SmscFault.rejected(SmscFault.INVALID_DESTINATION)),
                Arguments.of("submit failed", SmscFault.rejected(SmscFault.SUBMIT_FAILED)),
                Arguments.of("system error", SmscFault.rejected(SmscFault.SYSTEM_ERROR)),
                Arguments.of("throttled", SmscFault.throttled()),
                Arguments.of("accepted, no receipt", SmscFault.noReceipt()),
                Arguments.of("undeliverable", SmscFault.receipt(DeliveryReceiptState.UNDELIV)),
                Arguments.of("expired", SmscFault.receipt(DeliveryReceiptState.EXPIRED)),
                Arguments.of("rejected later", SmscFault.receipt(DeliveryReceiptState.REJECTD)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void smsFails(String how, SmscFault fault) {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().fault(person.phone(), fault);
        send("Flood", person);
        await().atMost(LONG).until(() -> person.mailsInBox() == 1);
        staysSo(() -> {
            assertThat(person.mail()).as("e-mail after SMS was: " + how).hasSize(1);
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.sms().stream().filter(Sent::acceptedByProvider)).hasSizeLessThanOrEqualTo(1);
        });
        assertThat(stateOf(person)).isEqualTo("UNCONFIRMED");
    }

    @Test
    void aReceiptThatOvertakesTheSmscsAnswerCounts() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().fault(person.phone(), SmscFault.receiptBeforeResponse());
        send("Flood", person);
        await().atMost(LONG).until(() -> stateOf(person).equals("DELIVERED"));
        staysSo(() -> assertThat(person.mail()).isEmpty());
    }

    static Stream<Arguments> mailFails() {
        return Stream.of(
                mail("no such mailbox", MailFault.noSuchMailbox(), 0),
                mail("silent at the recipient", new MailFault.Silent(MailFault.Moment.AT_RECIPIENT), 0),
                mail("content refused", new MailFault.ContentRefused(554), 0),
                // On the last rung an unknown outcome is repeated once, and the record says so.
                mail("reset after the text, not accepted", new MailFault.Reset(MailFault.Moment.AFTER_DATA), 0),
                mail("accepted, answer lost", new MailFault.Reset(MailFault.Moment.AFTER_ACCEPTING), 2));
    }

    /** E-mail is the last rung: nobody gets anything more, and the duty group learns of who was not reached. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mailFails(String how, MailFault fault, int mails) {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().fault(person.phone(), SmscFault.rejected(SmscFault.INVALID_DESTINATION));
        hub.simulator.mail().fault(person.email(), fault);
        send("Flood", person);
        await().atMost(LONG).until(() -> stateOf(person).matches("EXHAUSTED|UNCONFIRMED"));
        staysSo(() -> {
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.sms()).as(() -> journalOf(person).toString()).hasSize(1);
            assertThat(person.mail().stream().filter(Sent::acceptedByProvider))
                    .as("mails after: " + how)
                    .hasSize(mails);
        });
        if (mails == 2) {
            assertThat(journalOf(person).stream().filter(line -> line.contains("repeat after an unknown outcome")))
                    .as("the second is the one repeat, and the record says so")
                    .hasSize(1);
        }
    }

    @Test
    void aMailServerThatSaysLaterIsAskedAgainLaterAndNobodyElseIs() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), Fault.refused(131026, 400));
        hub.simulator.smsc().fault(person.phone(), SmscFault.rejected(SmscFault.INVALID_DESTINATION));
        hub.simulator.mail().fault(person.email(), MailFault.tryLater());
        send("Flood", person);
        await().atMost(LONG).until(() -> journalOf(person).stream().anyMatch(line -> line.startsWith("throttled")));
        staysSo(() -> {
            assertThat(person.whatsApp()).hasSize(1);
            assertThat(person.sms()).as(() -> journalOf(person).toString()).hasSize(1);
            assertThat(person.mailsInBox()).isZero();
        });
        assertThat(stateOf(person)).isEqualTo("WAITING");
    }

    private static Arguments fails(String how, Fault... faults) {
        return Arguments.of(how, faults);
    }

    private static Arguments mail(String how, MailFault fault, int mails) {
        return Arguments.of(how, fault, mails);
    }

    private static void send(String event, Person person) {
        var answer = hub.postAlert(Cap.alert(event, person.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static void staysSo(Runnable assertions) {
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(assertions::run);
    }

    private static String stateOf(Person person) {
        return hub.jdbc().queryForList("""
                        select r.state from recipient r join contact c on c.person_id = r.person_id
                        where c.ext_id = ? order by r.id desc limit 1""", String.class, person.id()).stream()
                .findFirst()
                .orElse("none");
    }

    private static java.util.List<String> journalOf(Person person) {
        return hub.jdbc().queryForList("""
                        select j.what || ' ' || coalesce(j.detail, '') from journal_line j
                        join recipient r on r.id = j.recipient_id join contact c on c.person_id = r.person_id
                        where c.ext_id = ? order by j.id""", String.class, person.id());
    }
}
