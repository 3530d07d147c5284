package org.tocsin.alert;

/** CAP 1.2 {@code severity}, spelled as on the wire, the worst first: {@link Alert} compares them by this order. */
public enum Severity {
    Extreme,
    Severe,
    Moderate,
    Minor,
    Unknown
}
