package org.tocsin.alert;

/** CAP 1.2 {@code urgency}, spelled as on the wire. */
public enum Urgency {
    Immediate,
    Expected,
    Future,
    Past,
    Unknown
}
