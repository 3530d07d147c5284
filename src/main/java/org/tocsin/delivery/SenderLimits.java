package org.tocsin.delivery;

/**
 * What one sender may do now. The rate that holds is the least of what is configured, what is left of it after the provider
 * said "too fast", and the pace; the three are kept apart, so that a pace that grows undoes no cut.
 *
 * @param sender a phone number id, a source address
 * @param most messages of one claim
 * @param perSecond messages, as configured; 0 for no limit
 * @param pace messages a second while a circuit has just closed; 0 for no limit
 */
public record SenderLimits(String sender, int most, double perSecond, double pace) {
    public boolean isLimited() {
        return perSecond > 0 || pace > 0;
    }

    /** The rate without what the provider may have cut. Only where it is limited. */
    public double rate() {
        return perSecond <= 0 ? pace : pace <= 0 ? perSecond : Math.min(perSecond, pace);
    }
}
