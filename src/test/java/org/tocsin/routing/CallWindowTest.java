package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallWindowTest {
    private final CallWindow window = new CallWindow(150, 15);

    @Test
    void itOpensInStepsAndNeverBeyondTheMost() {
        assertThat(begin(false)).isEqualTo(64);
        while (window.canOpen()) {
            window.openMore();
        }
        assertThat(begin(false)).isEqualTo(135 - 64);
        assertThat(begin(true)).isEqualTo(15);
        assertThat(window.free(true)).isZero();

        window.end();
        assertThat(window.mayBegin(false))
                .as("what is free now is for the urgent")
                .isFalse();
        assertThat(begin(true)).isEqualTo(1);
    }

    @Test
    void whatIsUrgentBeginsWhileAllTheOthersHang() {
        begin(false);
        assertThat(window.free(true)).isEqualTo(150 - 64);
        assertThat(begin(true)).isEqualTo(15);
    }

    private int begin(boolean urgent) {
        int begun = 0;
        while (window.mayBegin(urgent)) {
            window.begin();
            begun++;
        }
        return begun;
    }
}
