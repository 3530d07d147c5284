package org.tocsin.intake;

/** What a caller may do. */
public enum Role {
    /** Hand in triggers, in the name of the senders it may speak for. */
    TRIGGER,
    /** All of that, for every sender, and decide: release, reject, cancel, replay, look. */
    OPERATOR
}
