package org.tocsin.alert;

/** CAP 1.2 {@code msgType}, spelled as on the wire. */
public enum MsgType {
    Alert,
    Update,
    Cancel,
    Ack,
    Error
}
