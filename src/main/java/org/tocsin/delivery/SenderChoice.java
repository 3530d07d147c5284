package org.tocsin.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which sender writes to whom: always the same one, so that the phone shows one conversation, and people are shared out by
 * the rates of the senders (weighted rendezvous hashing: nothing is stored, hubs agree without asking, and a further number
 * takes over only its own share of the people). Whoever's sender is broken or has no room now gets the next in that
 * person's own order; so does a message that a sender was refused for a reason of its own.
 */
final class SenderChoice {
    private final List<SenderLimits> senders;
    private final Map<String, Integer> left = new HashMap<>();

    private final Map<Long, Set<String>> refusedBy;

    SenderChoice(List<SenderLimits> senders, Map<Long, Set<String>> refusedBy) {
        this.senders = senders;
        this.refusedBy = refusedBy;
        senders.forEach(sender -> left.put(sender.sender(), sender.most()));
    }

    String of(long personId, long attempt) {
        Set<String> refused = refusedBy.getOrDefault(attempt, Set.of());
        SenderLimits best = senders.get(0);
        double lowest = Double.POSITIVE_INFINITY;
        for (SenderLimits sender : senders) {
            boolean may = left.getOrDefault(sender.sender(), 0) > 0 && !refused.contains(sender.sender());
            double score = may ? score(sender, personId) : Double.MAX_VALUE;
            if (score < lowest) {
                lowest = score;
                best = sender;
            }
        }
        left.merge(best.sender(), -1, Integer::sum);
        return best.sender();
    }

    private static double score(SenderLimits sender, long personId) {
        double weight = sender.perSecond() > 0 ? sender.perSecond() : 1;
        return -Math.log(uniform(sender.sender().hashCode() * 0x9E3779B97F4A7C15L + personId)) / weight;
    }

    /** In (0, 1), by the finalizer of SplitMix64. */
    private static double uniform(long seed) {
        long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return ((z >>> 11) + 0.5) * 0x1.0p-53;
    }
}
