package org.tocsin.delivery;

/** What became of one message on its way through one provider. */
public enum AttemptState {
    /** In the queue, or taken by a hub (see {@code lease}) and not answered yet. */
    QUEUED,
    /** The provider took it. */
    ACCEPTED,
    /** The provider took it and holds it back; it may never be delivered. */
    HELD,
    /** The provider says that it left its servers. */
    SENT,
    /** The provider says that it reached the device. */
    DELIVERED,
    /** The provider says that it was opened. */
    READ,
    /** Too fast; certainly not sent. */
    THROTTLED,
    /** Not sent: the people that may be written to on this channel in a day are used up. */
    QUOTA_USED,
    /** Certainly not sent: no connection, or a temporary inability. */
    UNREACHABLE,
    /** May have been sent: the answer was lost, or the hub died after it had claimed the message. */
    UNCONFIRMED,
    /** The provider refuses this person. */
    REJECTED,
    /** The person refuses us on this channel. */
    OPTED_OUT,
    /** The template cannot be used. */
    TEMPLATE_UNUSABLE,
    /** The sender cannot be used for anybody. */
    CHANNEL_DOWN,
    /** Our request was wrong. */
    MISCONFIGURED,
    /** Accepted first; a later receipt says that it was not delivered. */
    FAILED,
    /** Never sent: cancelled, answered, delivered otherwise or expired before its turn. */
    SUPPRESSED;

    /** Whether the provider has the message and it may still arrive. */
    public boolean isUnderWay() {
        return this == ACCEPTED || this == HELD || this == SENT;
    }

    public boolean hasArrived() {
        return this == DELIVERED || this == READ;
    }

    static AttemptState of(DeliveryOutcome outcome) {
        if (outcome instanceof DeliveryOutcome.Accepted) {
            return ACCEPTED;
        } else if (outcome instanceof DeliveryOutcome.Held) {
            return HELD;
        } else if (outcome instanceof DeliveryOutcome.Throttled) {
            return THROTTLED;
        } else if (outcome instanceof DeliveryOutcome.QuotaUsed) {
            return QUOTA_USED;
        } else if (outcome instanceof DeliveryOutcome.Unreachable) {
            return UNREACHABLE;
        } else if (outcome instanceof DeliveryOutcome.Unconfirmed) {
            return UNCONFIRMED;
        } else if (outcome instanceof DeliveryOutcome.Rejected) {
            return REJECTED;
        } else if (outcome instanceof DeliveryOutcome.OptedOut) {
            return OPTED_OUT;
        } else if (outcome instanceof DeliveryOutcome.TemplateUnusable) {
            return TEMPLATE_UNUSABLE;
        } else if (outcome instanceof DeliveryOutcome.ChannelDown) {
            return CHANNEL_DOWN;
        } else if (outcome instanceof DeliveryOutcome.Misconfigured) {
            return MISCONFIGURED;
        }
        throw new IllegalStateException("an outcome without a state: " + outcome.getClass());
    }
}
