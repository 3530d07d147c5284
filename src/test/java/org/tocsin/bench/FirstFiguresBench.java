package org.tocsin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Run by profile {@code bench} only: no default of surefire or failsafe fits its name. */
class FirstFiguresBench {

    @Test
    void everyPartCanBeMeasuredAndTheLedgerAgreesWithTheProvider() throws Exception {
        assertThat(FirstFigures.run()).as("see target/bench/first-figures.md").isTrue();
    }
}
