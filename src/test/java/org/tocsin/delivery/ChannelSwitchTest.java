package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.ChannelSwitch.Result;
import org.tocsin.testing.TestDatabase;

/** Hubs with WhatsApp, by two numbers, and SMS on one database. */
class ChannelSwitchTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final Hub ours = new Hub();
    private final Hub another = new Hub();

    private final class Hub {
        private final ProviderCircuits circuits =
                new ProviderCircuits(ProviderCircuitTest.settings(), new SimpleMeterRegistry());
        private final ChannelSwitch switches = new ChannelSwitch(
                jdbc,
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())),
                null,
                circuits,
                new Wakeups());

        Hub() {
            switches.learn(); // as a hub does before any channel starts
            circuits.of("whatsapp", "1");
            circuits.of("whatsapp", "2");
            circuits.of("sms", "Tocsin");
        }

        List<Integer> permits() {
            return circuits.used().stream().map(circuit -> circuit.permits(5)).toList();
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anotherHubAndOneThatIsStartedLaterObeyToo() {
        assertThat(ours.switches.off("whatsapp", "no data", "operator")).isEqualTo(Result.DONE);
        assertThat(ours.permits()).containsExactly(0, 0, 5);
        another.switches.learn();
        assertThat(another.permits()).containsExactly(0, 0, 5);
        assertThat(another.circuits.isBroken("whatsapp")).isTrue();
        assertThat(new Hub().permits()).as("after a restart").containsExactly(0, 0, 5);

        assertThat(another.switches.on("whatsapp", "operator")).isEqualTo(Result.DONE);
        ours.switches.learn();
        assertThat(ours.permits()).containsExactly(5, 5, 5);
        assertThat(another.permits()).containsExactly(5, 5, 5);
        assertThat(ours.circuits.used().get(0).pace(0))
                .as("what waited is paced")
                .isPositive();
    }

    @Test
    void theLastOneStaysOnAndWhatIsSoAlreadyIsToldToNobody() {
        assertThat(ours.switches.off("sms", "no contract", "operator")).isEqualTo(Result.DONE);
        assertThat(another.switches.off("whatsapp", "no data", "operator")).isEqualTo(Result.LAST_ONE);
        assertThat(another.switches.off("sms", "another word", "somebody")).isEqualTo(Result.DONE);
        assertThat(another.switches.on("whatsapp", "operator")).isEqualTo(Result.DONE);
        assertThat(another.switches.off("email", "unknown here", "operator")).isEqualTo(Result.NO_SUCH_CHANNEL);

        assertThat(jdbc.queryForList("select state || ' ' || reason from provider_event", String.class))
                .containsExactly("OFF operator: no contract");
        assertThat(jdbc.queryForList("select what || ' ' || detail from journal", String.class))
                .containsExactly("channel-off sms by=operator");
        assertThat(ours.switches.all())
                .filteredOn(standing -> standing.off() != null)
                .singleElement()
                .satisfies(standing -> assertThat(standing.off().reason()).isEqualTo("no contract"));
    }

    @Test
    void aCircuitThatIsOpenByItselfIsSoStillWhenTheChannelIsOnAgain() {
        ProviderCircuit sms = ours.circuits.of("sms", "Tocsin");
        CircuitRows rows = new CircuitRows(jdbc, "ours");
        rows.open(sms);
        rows.all().forEach(row -> sms.adopt(row, false));
        ours.switches.off("sms", "so that nobody tries", "operator");
        assertThat(standing("sms").broken()).isNotNull();
        assertThat(standing("sms").off()).isNotNull();

        ours.switches.on("sms", "operator");
        assertThat(standing("sms").off()).isNull();
        assertThat(standing("sms").broken()).isNotNull();
        assertThat(sms.permits(5)).isZero();
    }

    private ChannelSwitch.Standing standing(String channel) {
        return ours.switches.all().stream()
                .filter(standing -> standing.channel().equals(channel))
                .findFirst()
                .orElseThrow();
    }
}
