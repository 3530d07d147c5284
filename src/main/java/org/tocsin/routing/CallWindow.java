package org.tocsin.routing;

import java.time.Duration;

/**
 * How many calls of a provider there are at the same time. It opens only where the provider is too slow for those there
 * are, since each is a connection; and never beyond the client's connections, so that no request waits inside the
 * client, where nobody looks at the lease of its claim. Some are kept for what is urgent. Not safe for threads.
 */
final class CallWindow {
    private static final int FIRST = 64;
    private static final int MORE = 32;
    /** With nobody's call ending for so long, it opens further. */
    static final Duration SLOW = Duration.ofMillis(3);

    private final int most;
    private final int reserved;
    private int open;
    private int inUse;

    /** @param reserved of {@code most}, for what is urgent */
    CallWindow(int most, int reserved) {
        this.most = most;
        this.reserved = reserved;
        this.open = Math.min(FIRST, most - reserved);
    }

    boolean mayBegin(boolean urgent) {
        return inUse < (urgent ? open + reserved : open);
    }

    void begin() {
        inUse++;
    }

    void end() {
        inUse--;
    }

    boolean canOpen() {
        return open < most - reserved;
    }

    void openMore() {
        open = Math.min(open + MORE, most - reserved);
    }

    /** How many could begin, the window wide open. */
    int free(boolean urgent) {
        return Math.max(0, most - inUse - (urgent ? 0 : reserved));
    }
}
