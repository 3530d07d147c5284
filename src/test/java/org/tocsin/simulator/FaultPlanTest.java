package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private final FaultPlan<String> plan = new FaultPlan<>(7);

    @Test
    void whatIsSaidOfARecipientReplacesWhatIsSaidOfAll() {
        plan.forAll(List.of("bad"));
        plan.forRecipient("+33 6 12", List.of("worse"));

        assertThat(plan.draw("+33612")).containsExactly("worse");
        assertThat(plan.draw("+33613")).containsExactly("bad");
        plan.clear();
        assertThat(plan.draw("+33612")).isEmpty();
    }

    @Test
    void aShareOfMessagesIsTheSameInEachRunAndInAnyOrder() {
        plan.forSome(0.3, Integer.MAX_VALUE, "bad");
        List<Integer> met = met(plan);
        FaultPlan<String> again = new FaultPlan<>(7);
        again.forSome(0.3, Integer.MAX_VALUE, "bad");
        IntStream.range(0, 500).forEach(i -> again.draw("+2" + i));

        assertThat(met(again)).isEqualTo(met);
        assertThat(met.size()).isBetween(2700, 3300);
    }

    private static List<Integer> met(FaultPlan<String> plan) {
        return IntStream.range(0, 10_000)
                .filter(i -> !plan.draw("+1" + i).isEmpty())
                .boxed()
                .toList();
    }

    @Test
    void aNumberOfTimesIsKept() {
        plan.forSome(1, 3, "bad");

        assertThat(IntStream.range(0, 10)
                        .filter(i -> !plan.draw("+1" + i).isEmpty())
                        .count())
                .isEqualTo(3);
    }
}
