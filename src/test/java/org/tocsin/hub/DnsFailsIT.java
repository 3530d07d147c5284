package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.dns.AddressResolverOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.NameServer;
import org.tocsin.testing.Person;

/**
 * The name of WhatsApp's host is not found: certainly not sent, so the next rung, and exactly one message there. When it is
 * found again, WhatsApp is used again.
 */
class DnsFailsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Longer than the ladder's retries and deadlines. */
    private static final Duration QUIET = Duration.ofSeconds(6);

    private static final NameServer NAMES = new NameServer();

    private static Hub hub;

    @BeforeAll
    static void start() {
        Simulator simulator = Simulator.start(SimulatorSettings.defaults());
        hub = Hub.start(
                simulator,
                context -> context.getBeanFactory().addBeanPostProcessor(new AskedHere()),
                "--tocsin.whatsapp.connect-timeout-ms=2000",
                "--tocsin.whatsapp.response-timeout-ms=15000",
                "--tocsin.whatsapp.base-url=http://graph.whatsapp.test:"
                        + simulator.whatsApp().port());
    }

    /** Instead of the machine's. */
    private static final class AskedHere implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof AddressResolverOptions names ? names.addServer(NAMES.address()) : bean;
        }
    }

    @AfterAll
    static void stop() {
        hub.close();
        NAMES.close();
    }

    @Test
    void whileTheNameIsNotFoundAnSmsFollowsAndAfterwardsWhatsAppIsUsed() {
        List<Person> found = new ArrayList<>(List.of(toldByWhatsApp()));
        List<Person> notFound = new ArrayList<>();
        for (NameServer.Mode mode :
                List.of(NameServer.Mode.FAILS, NameServer.Mode.NO_SUCH_NAME, NameServer.Mode.SILENT)) {
            NAMES.mode(mode);
            // Whoever is connected needs no name, and what was found last is good for a second.
            hub.simulator.whatsApp().refuseConnections(true);
            hub.simulator.whatsApp().refuseConnections(false);
            await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            Person person = Person.of(hub);
            send(person);
            await().atMost(LONG).until(() -> person.smsOnPhone() == 1);
            assertThat(codeOf(person))
                    .as("what the ledger says after " + mode)
                    .containsExactly("UNREACHABLE unknown-host");
            notFound.add(person);
            NAMES.mode(NameServer.Mode.GOOD);
            found.add(toldByWhatsApp());
        }
        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(() -> {
            assertThat(notFound).allSatisfy(person -> {
                assertThat(person.sms()).hasSize(1);
                assertThat(person.whatsApp()).isEmpty();
                assertThat(person.mail()).isEmpty();
            });
            assertThat(found).allSatisfy(person -> {
                assertThat(person.whatsApp()).hasSize(1);
                assertThat(person.sms()).isEmpty();
            });
        });
    }

    private static Person toldByWhatsApp() {
        Person person = Person.of(hub);
        send(person);
        await().atMost(LONG).until(() -> person.whatsAppsOnPhone() == 1);
        return person;
    }

    private static void send(Person person) {
        assertThat(hub.postAlert(Cap.alert("Flood", person.id())).statusCode()).isEqualTo(202);
    }

    private static List<String> codeOf(Person person) {
        return hub.jdbc()
                .queryForList(
                        "select distinct a.state || ' ' || a.code from attempt a join recipient r on r.id = a.id / 32"
                                + " join contact c on c.person_id = r.person_id"
                                + " where c.ext_id = ? and a.channel = 'whatsapp'",
                        String.class,
                        person.id());
    }
}
