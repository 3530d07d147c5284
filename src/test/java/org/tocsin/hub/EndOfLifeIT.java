package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tocsin.simulator.MailFault;
import org.tocsin.simulator.Sent;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** Nothing arrives after the end of its alert: what each provider is told of it. */
@Execution(ExecutionMode.CONCURRENT)
class EndOfLifeIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(5);

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
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

    @Test
    void withoutExpiresTheMaximumAgeOfItsSeverityBoundsIt() {
        Person onSms = Person.of(hub, "en", "sms");
        Person onMail = Person.of(hub, "en", "email");
        var answer = hub.postAlert(Cap.alert("Patience", onSms.id(), onMail.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await().atMost(LONG).until(() -> onSms.smsOnPhone() == 1 && onMail.mailsInBox() == 1);
        assertThat(validityOf(onSms)).isBetween(Duration.ofHours(12).minusMinutes(2), Duration.ofHours(12));
        assertThat(onMail.mail().get(0).text()).contains("Valid until: ");
    }

    /** The server asks to come back in a minute, and the alert ends sooner. */
    @Test
    void aRetryThatWouldComeAfterTheEndIsNotMade() {
        Person person = Person.of(hub, "en", "email");
        hub.simulator.mail().fault(person.email(), MailFault.tryLater());
        send("Flood", Duration.ofSeconds(30), person);
        await().atMost(LONG).until(() -> person.mail().size() == 1);
        await().atMost(LONG).until(() -> hub.jdbc().queryForObject("""
                                        select count(*) from recipient r join contact c on c.person_id = r.person_id
                                        where c.ext_id = ? and r.state = 'EXHAUSTED'""", Long.class, person.id()) == 1);
        staysSo(() -> assertThat(person.mail()).hasSize(1));
    }

    private static void send(String event, Duration life, Person person) {
        String expires = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx")
                .format(OffsetDateTime.now(ZoneOffset.UTC).plus(life).truncatedTo(ChronoUnit.SECONDS));
        var answer = hub.postAlert(
                Cap.alert(event, person.id()).replace("\"headline\"", "\"expires\":\"" + expires + "\",\"headline\""));
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
