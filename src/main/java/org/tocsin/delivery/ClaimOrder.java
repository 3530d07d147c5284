package org.tocsin.delivery;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one claim may take.
 *
 * @param lastLane none after it: {@link Lane#URGENT} where only what is urgent has a free slot
 * @param limit messages at most; not more than all senders together take
 * @param senders those that may send now
 * @param refusedBy of attempts, by key: the senders that were refused for a reason of their own
 */
public record ClaimOrder(
        String channel,
        int lastLane,
        int limit,
        List<SenderLimits> senders,
        Portfolio portfolio,
        Map<Long, Set<String>> refusedBy) {}
