package org.tocsin.routing;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.DeliveryOutcome;

/**
 * Messages that a sender was refused because it is unusable itself: another one of the channel writes them, and nobody goes
 * on to the next channel for it. Each sender is tried once for each message by each hub.
 */
final class Refusals {
    /** What was taken by another hub is never forgotten one by one. */
    private static final int MOST = 100_000;

    private final Collection<SenderLine> lines;
    private final Map<Long, Set<String>> byAttempt = new ConcurrentHashMap<>();

    Refusals(Collection<SenderLine> lines) {
        this.lines = lines;
    }

    /** Whether the message goes back, for another sender. */
    boolean anotherMay(Claim claim, DeliveryOutcome outcome) {
        if (lines.size() == 1 || !(outcome instanceof DeliveryOutcome.ChannelDown)) {
            return false;
        }
        if (byAttempt.size() >= MOST) {
            byAttempt.clear();
        }
        Set<String> refused = byAttempt.computeIfAbsent(claim.attemptId(), key -> ConcurrentHashMap.newKeySet());
        refused.add(claim.sender());
        return lines.stream().anyMatch(line -> !refused.contains(line.sender) && line.circuit.isSound());
    }

    void forget(Claim claim) {
        if (!byAttempt.isEmpty()) {
            byAttempt.remove(claim.attemptId());
        }
    }

    Map<Long, Set<String>> byAttempt() {
        return byAttempt;
    }
}
