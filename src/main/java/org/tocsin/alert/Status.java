package org.tocsin.alert;

/** CAP 1.2 {@code status}, spelled as on the wire. */
public enum Status {
    Actual,
    Exercise,
    System,
    Test,
    Draft
}
