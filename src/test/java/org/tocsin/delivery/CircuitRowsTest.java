package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.ProviderCircuit.State;
import org.tocsin.testing.TestDatabase;

/** Two hubs and one row. */
class CircuitRowsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final CircuitRows ours = new CircuitRows(jdbc, "ours");
    private final CircuitRows others = new CircuitRows(jdbc, "others");
    private final ProviderCircuit circuit = new ProviderCircuit("whatsapp", "1234", ProviderCircuitTest.settings());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void ofHubsThatSeeTheSameOneOpensIt() {
        assertThat(ours.open(circuit)).isTrue();
        assertThat(others.open(circuit)).isFalse();
        assertThat(states()).containsExactly(State.OPEN);
        assertThat(events()).containsExactly("OPEN");
    }

    @Test
    void oneHubTriesAndOnlyItMaySayWhatTheTrialShowed() {
        ours.open(circuit);
        assertThat(ours.tryOut(circuit, LONG)).isTrue();
        assertThat(others.tryOut(circuit, LONG)).as("while ours is at it").isFalse();
        assertThat(others.close(circuit)).isFalse();
        assertThat(others.openAgain(circuit)).isFalse();
        assertThat(ours.openAgain(circuit)).isTrue();
        assertThat(others.tryOut(circuit, LONG)).isTrue();
        assertThat(others.close(circuit)).isTrue();
        assertThat(states()).containsExactly(State.CLOSED);
        assertThat(events()).as("a trial is told to nobody").containsExactly("OPEN", "CLOSED");
    }

    @Test
    void theTrialOfAHubThatIsGoneEndsWithItsTime() {
        ours.open(circuit);
        ours.tryOut(circuit, LONG);
        jdbc.update("update provider_circuit set since = since - interval '2 minutes'");
        assertThat(others.tryOut(circuit, LONG)).isTrue();
        assertThat(ours.close(circuit)).isFalse();
    }

    @Test
    void thatReceiptsWereSeenChangesNoState() {
        ours.receiptsSeen(circuit);
        ours.open(circuit);
        others.receiptsSeen(circuit);
        assertThat(ours.all()).singleElement().satisfies(row -> {
            assertThat(row.receiptsSeen()).isTrue();
            assertThat(row.state()).isEqualTo(State.OPEN);
        });
    }

    @Test
    void whatIsDeliveredSilentOrRefusedIsToldApart() {
        attempt(1, "ACCEPTED", "null");
        attempt(2, "SENT", "null");
        attempt(3, "DELIVERED", "now()");
        attempt(4, "FAILED", "null");
        CircuitRows.Receipts receipts = ours.receipts(List.of(1L, 2L, 3L, 4L, 5L));
        assertThat(receipts.looked()).isEqualTo(4);
        assertThat(receipts.delivered()).isEqualTo(1);
        assertThat(receipts.silent()).isEqualTo(2);
        assertThat(receipts.settled()).containsExactlyInAnyOrder(3L, 4L);
    }

    @Test
    void receiptsThatThisHubHasNotAppliedYetAreNoSilence() {
        assertThat(ours.receiptsWait(Duration.ofSeconds(30))).isFalse();
        jdbc.update("insert into inbox (source, received_at, body_enc) values ('w', now() - interval '1 minute', '')");
        assertThat(ours.receiptsWait(Duration.ofSeconds(30))).isTrue();
        assertThat(ours.receiptsWait(Duration.ofSeconds(90))).isFalse();
    }

    private void attempt(long id, String state, String deliveredAt) {
        jdbc.update(
                "insert into attempt_result (id, state, outcome_at, delivered_at) values (?, ?, now(), " + deliveredAt
                        + ")",
                id,
                state);
    }

    private List<State> states() {
        return ours.all().stream().map(CircuitRows.Row::state).toList();
    }

    private List<String> events() {
        return jdbc.queryForList("select state from provider_event order by id", String.class);
    }
}
