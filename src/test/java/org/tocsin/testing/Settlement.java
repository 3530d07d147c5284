package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.simulator.Simulator;
import org.tocsin.testing.Crowd.Member;

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

    /**
     * Nobody of those told is without a message, nobody else has one, and whoever has two on a channel has them on the last
     * rung, after an unknown outcome, and the record says so.
     */
    public static void assertNothingAmiss(PhoneCount phones, Collection<Member> told, LedgerCount ledger) {
        assertThat(phones.lost(told))
                .as(() -> "lost: "
                        + phones.lost(told).stream()
                                .limit(5)
                                .map(ledger::storyOf)
                                .toList())
                .isEmpty();
        assertThat(phones.astray()).as("messages to anybody else").isEmpty();
        for (PhoneCount.Repeat repeat : phones.repeats()) {
            assertThat(repeat.times()).as("%s", repeat).isEqualTo(2);
            assertThat(repeat.channel())
                    .as("on the last rung: %s", repeat)
                    .isEqualTo(repeat.member().lastChannel());
            assertThat(ledger.repeatsOf(repeat.member()))
                    .as("the record says so: %s", repeat)
                    .contains(repeat.channel() + " repeat after an unknown outcome");
        }
    }

    /** The same of triggers that each concern one person; and each became one alert, of which none is parked. */
    public static void assertNothingAmiss(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertNothingAmiss(phones, sources.acknowledged(), ledger);
        assertThat(ledger.alerts()).as("alerts, one a trigger").isEqualTo(sources.given());
        assertThat(ledger.parked()).as("parked").isZero();
    }

    /** The same where no outcome can have become unknown: one message a trigger. */
    public static void assertNothingAmissOrRepeated(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertNothingAmiss(sources, phones, ledger);
        assertThat(phones.repeats()).as("repeats").isEmpty();
        assertThat(phones.accepted()).as("messages, one a trigger").isEqualTo(sources.given());
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
