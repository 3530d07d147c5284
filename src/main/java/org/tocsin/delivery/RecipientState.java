package org.tocsin.delivery;

/** What is known about one person and one alert. The strongest fact wins; a state never goes back to a weaker one. */
public enum RecipientState {
    /** A first message is due, or about to be sent. */
    PENDING,
    /** A provider took a message, or may have; no receipt says yet that it arrived. */
    WAITING,
    /** A receipt says that it reached the device; nobody may have looked at it. */
    DELIVERED,
    /** A receipt says that it was opened. Some people switch these receipts off. */
    READ,
    /** The person answered, on any channel. Nothing more is sent. */
    ACKNOWLEDGED,
    /** Over the fatigue budget: not sent on its own. It waits for the person's digest. */
    WITHHELD,
    /** Told of in a digest, which is an alert of its own: whether that arrived stands there. */
    DIGESTED,
    /** The ladder ended: a provider took the message and neither receipt nor answer came. Typical for e-mail. */
    UNCONFIRMED,
    /** The ladder ended and every message failed, or there was no way to reach the person. The duty group is told. */
    EXHAUSTED,
    /** The alert's end came first. */
    EXPIRED,
    /** The alert was cancelled or superseded before this person was reached. */
    CANCELLED
}
