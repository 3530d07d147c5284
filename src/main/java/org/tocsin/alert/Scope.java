package org.tocsin.alert;

/** CAP 1.2 {@code scope}, spelled as on the wire. */
public enum Scope {
    Public,
    Restricted,
    Private
}
