package org.tocsin.delivery;

/** What a person can answer. Each is an acknowledgement; the last one counts. */
public enum Answer {
    /** Seen, and no more said. */
    ACKNOWLEDGED,
    SAFE,
    /** The duty group learns of it at once. */
    NEED_HELP,
    UNAVAILABLE,
    ON_MY_WAY
}
