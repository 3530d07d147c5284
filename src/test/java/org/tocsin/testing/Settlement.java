package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.simulator.Simulator;
import org.tocsin.testing.Crowd.Member;

/** How a test of faults ends: all is taken, what was acknowledged is on its phone, and the ledger has nothing to do. */
public final class Settlement {
    private static final Duration LONG = Duration.ofMinutes(5);
    /** From a claim, which is the intent, to the provider's having read it, on a loaded machine. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

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
                .untilAsserted(() -> assertThat(PhoneCount.of(crowd, simulator).lost(sources.lasting()))
                        .as("acknowledged, on no phone yet")
                        .isEmpty());
        return nothingOpen(jdbc);
    }

    /**
     * Nobody of those told is without a message, nobody else has one, and whoever has two on a channel has them on the last
     * rung, after an unknown outcome, and the record says so. The record and the providers agree on how many there were.
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
        assertTheRecordIsThatOfTheProviders(phones, ledger);
    }

    /** Journal rows are provider rows, but for what nobody ever learned of. */
    private static void assertTheRecordIsThatOfTheProviders(PhoneCount phones, LedgerCount ledger) {
        assertThat(phones.takenByProviders())
                .as("messages that providers took: those the hub knows of, and at most all of which it does not know")
                .isBetween(ledger.taken(), ledger.taken() + ledger.unknown());
    }

    /** The same of triggers that each concern one person; and nothing came after a Cancel or after {@code expires}. */
    public static void assertNothingOfEachAmiss(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertNothingAmiss(phones, sources.lasting(), ledger);
        assertNothingAfterTheEnd(phones, sources.expiries(), ledger, Member::identifier);
        Map<Member, Instant> cancelled = new HashMap<>();
        Set<Member> unsaid = new HashSet<>();
        sources.withdrawn().forEach((member, withdrawn) -> {
            cancelled.put(member, withdrawn.at());
            if (withdrawn.nobodyWasTold()) {
                unsaid.add(member);
            }
        });
        assertNothingAfterTheCancel(phones, cancelled, ledger, Member::identifier);
        assertThat(phones.reached())
                .as("told of what was cancelled before anybody was")
                .noneMatch(unsaid::contains);
        System.out.printf(
                "Ends: of %d alerts that expired %d were told, of %d cancelled %d, before them %d Cancels; Cancels told %d%n",
                sources.expiries().size(),
                sources.expiries().size()
                        - phones.lost(sources.expiries().keySet()).size(),
                cancelled.size(),
                cancelled.size() - phones.lost(cancelled.keySet()).size(),
                unsaid.size(),
                phones.toldOfCancel().size());
    }

    private static void assertNothingAfterTheEnd(
            PhoneCount phones, Map<Member, Instant> ends, LedgerCount ledger, Function<Member, String> identifier) {
        assertThat(phones.toldTooLate(ends, UNDER_WAY))
                .as("told after the end of their alert")
                .isEmpty();
        for (Member unreached : phones.lost(ends.keySet())) {
            assertThat(ledger.endOf(unreached, identifier.apply(unreached)))
                    .as("told nothing because the alert had ended: %s", unreached)
                    .containsAnyOf("EXPIRED", "RECORDED", "CANCELLED");
        }
    }

    /**
     * Nothing came after the Cancel but the Cancel itself, to who had been told, or may have been.
     *
     * @param cancelled when that was acknowledged
     * @param identifier of the alert to each
     */
    static void assertNothingAfterTheCancel(
            PhoneCount phones,
            Map<Member, Instant> cancelled,
            LedgerCount ledger,
            Function<Member, String> identifier) {
        assertNothingAfterTheEnd(phones, cancelled, ledger, identifier);
        Set<Member> told = new HashSet<>(phones.reached());
        told.retainAll(cancelled.keySet());
        assertThat(phones.toldOfCancel())
                .as("told of the Cancel")
                .containsAll(told)
                .isSubsetOf(cancelled.keySet());
        Set<Member> more = new HashSet<>(phones.toldOfCancel());
        more.removeAll(told);
        assertThat(more).allSatisfy(member -> assertThat(ledger.onceUnknownOf(member))
                .as("may have been told of what the Cancel takes back: %s", member)
                .isPositive());
    }

    /** The same; and each became one alert, of which none is parked. */
    public static void assertNothingAmiss(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertNothingOfEachAmiss(sources, phones, ledger);
        assertThat(ledger.alerts())
                .as("alerts, one a trigger and one a Cancel, besides notices")
                .isEqualTo(sources.alerts() + ledger.notices());
        assertThat(ledger.parked()).as("parked").isZero();
    }

    /** The same where no outcome can have become unknown: one message a trigger, and one a Cancel. */
    public static void assertNothingAmissOrRepeated(TriggerSources sources, PhoneCount phones, LedgerCount ledger) {
        assertNothingAmiss(sources, phones, ledger);
        assertThat(phones.repeats()).as("repeats").isEmpty();
        assertThat(phones.accepted())
                .as("messages, one a trigger, and one a Cancel")
                .isEqualTo(phones.reached().size() + phones.toldOfCancel().size());
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
