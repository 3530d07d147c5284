package org.tocsin.intake;

/** The states of an alert that intake and the people who decide set; the engine adds SENDING, DONE and EXPIRED. */
public enum AlertState {
    /** Kept; nobody is told. */
    RECORDED,
    /** Waits for an operator's release, for the reason that stands with it. */
    HELD,
    /** Waits for the approval that its source and severity need. */
    PENDING_APPROVAL,
    /** Accepted: the engine plans its recipients. */
    PLANNING,
    /** The engine has planned all of them, and ladders still run. */
    SENDING,
    DONE,
    /** An operator said no. */
    REJECTED,
    /** A Cancel, or an operator, took it back: nothing more is sent. */
    CANCELLED,
    /** An Update took its place: nothing more of this one is sent. */
    SUPERSEDED,
    EXPIRED
}
