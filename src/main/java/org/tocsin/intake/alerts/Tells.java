package org.tocsin.intake.alerts;

/** Whom an alert is for. */
public enum Tells {
    /** Those whom its addresses and areas name. */
    AUDIENCE,
    /** Those who got, or may still get, what it follows, and nobody else: a Cancel, an all-clear. */
    REACHED,
    /** Those first, also where the new area leaves them out, and then the others of its audience: an Update. */
    BOTH
}
