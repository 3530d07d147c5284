package org.tocsin.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the messages of a template back, all but the first of them, as Meta does with senders that it does not know. */
final class Pacer {
    private final Timeline clock;
    private final Map<String, Count> counts = new HashMap<>();
    private volatile Rules.@Nullable Pacing rule;

    private static final class Count {
        int accepted;
        int held;
        long since;
    }

    Pacer(Rules rules, Timeline clock) {
        this.clock = clock;
        this.rule = rules.pacing();
    }

    synchronized void apply(Rules rules) {
        rule = rules.pacing();
        counts.clear();
    }

    /** @return null: at once */
    @Nullable
    Fault hold(OutgoingMessage message) {
        Rules.Pacing pacing = rule;
        return pacing == null || !message.template() ? null : hold(message.kind(), pacing);
    }

    private synchronized @Nullable Fault hold(String template, Rules.Pacing pacing) {
        Count count = counts.computeIfAbsent(template, key -> new Count());
        if (count.accepted < pacing.first()) {
            count.accepted++;
            return null;
        }
        long now = clock.millis();
        if (count.held == 0) {
            count.since = now;
        }
        int batch = pacing.drop() ? 0 : count.held / Math.max(1, pacing.batch());
        count.held++;
        long due = count.since + pacing.every().toMillis() * (batch + 1L);
        return new Fault.Held(Duration.ofMillis(Math.max(0, due - now)), !pacing.drop());
    }
}
