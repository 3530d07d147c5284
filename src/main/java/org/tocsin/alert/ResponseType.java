package org.tocsin.alert;

/** CAP 1.2 {@code responseType}, spelled as on the wire. */
public enum ResponseType {
    Shelter,
    Evacuate,
    Prepare,
    Execute,
    Avoid,
    Monitor,
    Assess,
    AllClear,
    None
}
