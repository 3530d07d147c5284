package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallWindowTest {
    private static final int FEW = 16;

    private long now = 1;
    private final CallWindow window = new CallWindow(150, 15, 0, () -> now);
    private final CallWindow small = new CallWindow(FEW, 0, 20, () -> now);

    @Test
    void itOpensInStepsAndNeverBeyondTheMost() {
        List<CallWindow.Call> first = begin(window, false);
        assertThat(first).hasSize(64);
        while (window.canOpen()) {
            window.openMore();
        }
        assertThat(begin(window, false)).hasSize(135 - 64);
        assertThat(begin(window, true)).hasSize(15);
        assertThat(window.free(true)).isZero();

        window.end(first.get(0));
        window.end(first.get(0));
        assertThat(window.mayBegin(false))
                .as("what is free now is for the urgent")
                .isFalse();
        assertThat(begin(window, true)).hasSize(1);
    }

    @Test
    void whatIsUrgentBeginsWhileAllTheOthersHang() {
        begin(window, false);
        assertThat(window.free(true)).isEqualTo(150 - 64);
        assertThat(begin(window, true)).hasSize(15);
    }

    @Test
    void whoHangsWhileTheOthersAreAnsweredGivesTheirPlaceAfterASecond() {
        List<CallWindow.Call> hanging = begin(small, FEW - 1);
        answered(small, CallWindow.TIMES_OVERTAKEN * FEW);
        assertThat(begin(small, false)).as("not for a moment's delay").hasSize(1);

        now += CallWindow.HANGS.toNanos();
        assertThat(small.free(false)).isEqualTo(FEW - 1);
        assertThat(begin(small, false)).hasSize(FEW - 1);

        hanging.forEach(small::end);
        assertThat(small.free(false)).as("and it ends once").isZero();
    }

    @Test
    void theWindowHoldsWhileNobodyIsAnswered() {
        List<CallWindow.Call> calls = begin(small, false);
        for (int second = 0; second < 10; second++) {
            now += CallWindow.HANGS.toNanos();
            assertThat(small.mayBegin(true)).isFalse();
        }
        // All of them time out, and so do the next.
        calls.forEach(small::end);
        assertThat(begin(small, false)).hasSize(FEW);
        now += CallWindow.HANGS.toNanos();
        assertThat(small.mayBegin(true)).isFalse();
    }

    @Test
    void aProviderThatIsSlowForEverybodyKeepsItsWindow() {
        List<CallWindow.Call> calls = new ArrayList<>(begin(small, false));
        for (int n = 0; n < 100; n++) {
            now += CallWindow.HANGS.toNanos() / 4; // four seconds each
            small.end(calls.remove(0));
            calls.add(small.begin());
            assertThat(small.mayBegin(true)).isFalse();
        }
    }

    @Test
    void soManyMayHangAndNoMore() {
        begin(small, FEW - 1);
        answered(small, CallWindow.TIMES_OVERTAKEN * FEW);
        now += CallWindow.HANGS.toNanos();
        begin(small, FEW - 1);
        answered(small, CallWindow.TIMES_OVERTAKEN * FEW);
        now += CallWindow.HANGS.toNanos();
        assertThat(begin(small, false)).as("20 beside the window").hasSize(FEW + 20 - 2 * (FEW - 1));
    }

    /** A request beyond the client's connections would wait inside the client. */
    @Test
    void anAsynchronousClientHasNoPlacesBeyondItsConnections() {
        begin(window, 63);
        answered(window, CallWindow.TIMES_OVERTAKEN * 150);
        now += CallWindow.HANGS.toNanos();
        assertThat(begin(window, false)).hasSize(1);
    }

    private static List<CallWindow.Call> begin(CallWindow window, boolean urgent) {
        List<CallWindow.Call> begun = new ArrayList<>();
        while (window.mayBegin(urgent)) {
            begun.add(window.begin());
        }
        return begun;
    }

    private static List<CallWindow.Call> begin(CallWindow window, int number) {
        List<CallWindow.Call> begun = new ArrayList<>();
        while (begun.size() < number) {
            assertThat(window.mayBegin(false)).isTrue();
            begun.add(window.begin());
        }
        return begun;
    }

    private static void answered(CallWindow window, int times) {
        for (int n = 0; n < times; n++) {
            assertThat(window.mayBegin(false)).isTrue();
            window.end(window.begin());
        }
    }
}
