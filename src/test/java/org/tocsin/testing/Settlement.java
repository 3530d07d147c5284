package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.simulator.Simulator;

/** How a test of faults ends: all is taken, what was acknowledged is on its phone, and the ledger has nothing to do. */
public final class Settlement {
    private static final Duration LONG = Duration.ofMinutes(5);

    private Settlement() {}

    /**
     * Blind to what ends threads of the simulated SMSC: its library (jsmpp 3.0.1) cannot read a refusal of a receipt,
     * which is a header without body. It then sends the receipt again, as it should.
     */
    public static ConditionFactory eventually() {
        return Awaitility.await().dontCatchUncaughtExceptions().atMost(LONG);
    }

    /** @return the ledger, which has nothing left to do */
    public static LedgerCount await(TriggerSources sources, Crowd crowd, Simulator simulator, JdbcTemplate jdbc) {
        allTaken(sources);
        eventually()
                .untilAsserted(() -> assertThat(PhoneCount.of(crowd, simulator).lost(sources.acknowledged()))
                        .as("acknowledged, on no phone yet")
                        .isEmpty());
        return nothingOpen(jdbc);
    }

    public static void allTaken(TriggerSources sources) {
        eventually()
                .untilAsserted(
                        () -> assertThat(sources.waiting()).as("not yet taken").isEmpty());
    }

    public static LedgerCount nothingOpen(JdbcTemplate jdbc) {
        LedgerCount ledger = new LedgerCount(jdbc);
        eventually().untilAsserted(() -> assertThat(ledger.open()).isEqualTo("nothing"));
        return ledger;
    }
}
