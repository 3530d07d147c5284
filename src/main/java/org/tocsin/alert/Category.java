package org.tocsin.alert;

/** CAP 1.2 {@code category}, spelled as on the wire. */
public enum Category {
    Geo,
    Met,
    Safety,
    Security,
    Rescue,
    Fire,
    Health,
    Env,
    Transport,
    Infra,
    CBRNE,
    Other
}
