package org.tocsin.testing;

import java.time.Clock;
import java.time.Instant;
import org.tocsin.delivery.LedgerClock;

/** Shows what a test says, whatever that of the database shows. */
public record TestLedgerClock(Clock clock) implements LedgerClock {
    @Override
    public Clock running() {
        return clock;
    }

    @Override
    public Clock asked() {
        return clock;
    }

    @Override
    public void check(Instant read, long askedAt) {}
}
