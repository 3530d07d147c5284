package org.tocsin.delivery;

import java.util.List;

/**
 * What one claim may take.
 *
 * @param lastLane none after it: {@link Lane#URGENT} where only what is urgent has a free slot
 * @param limit messages at most; not more than all senders together take
 * @param senders those that may send now
 */
public record ClaimOrder(String channel, int lastLane, int limit, List<SenderLimits> senders, Portfolio portfolio) {}
