package org.tocsin.alert;

/** CAP 1.2 {@code urgency}, spelled as on the wire, the most pressing first: {@link Alert} compares them by this order. */
public enum Urgency {
    Immediate,
    Expected,
    Future,
    Past,
    Unknown
}
