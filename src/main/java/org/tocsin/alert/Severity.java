package org.tocsin.alert;

/** CAP 1.2 {@code severity}, spelled as on the wire. */
public enum Severity {
    Extreme,
    Severe,
    Moderate,
    Minor,
    Unknown
}
