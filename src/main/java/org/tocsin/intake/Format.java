package org.tocsin.intake;

/** How the payload of a submission is to be read. */
public enum Format {
    CAP_XML,
    CAP_JSON,
    /** What is turned into an alert by the mapping of its source in {@code config/sensors.yaml}: JSON, mostly. */
    MAPPED_JSON,
    /** Something that is never read, such as a serialised Java object: it is parked as it is. */
    UNREAD
}
