package org.tocsin.alert;

/** CAP 1.2 {@code certainty}, spelled as on the wire. */
public enum Certainty {
    Observed,
    Likely,
    Possible,
    Unlikely,
    Unknown
}
