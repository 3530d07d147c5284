package org.tocsin.delivery;

import java.time.Clock;

/**
 * The database's clock, the one by which anything is decided: every hub sees it alike, and the clock of a hub's own machine
 * may jump without a wait, a life or a window becoming longer or shorter.
 */
public interface LedgerClock {
    /** Without asking: it runs on by this process' monotonic clock from the last reading, at most a second ago. */
    Clock running();

    /**
     * Asks the database, in the caller's transaction. Its {@code instant()} throws {@link ClockJumped} from a jump to the
     * moment at which all that waits was moved with it, so that nothing is dated by two clocks.
     */
    Clock asked();
}
