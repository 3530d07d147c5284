package org.tocsin.alert;

/** How much of a sender's document is read. Whatever goes beyond is refused with a {@link CapProblem}. */
public final class CapLimits {
    /** Size of a document, in bytes as received. Alerts with 459 KB of embedded media are met in the field. */
    public static final int MAX_BYTES = 1 << 20;

    public static final int MAX_XML_DEPTH = 32;
    public static final int MAX_JSON_DEPTH = 64;

    /** Attributes, and namespace declarations, of one XML element. */
    public static final int MAX_ATTRIBUTES = 100;

    /** XML elements (of any namespace), JSON values, or tokens in one white-space-separated list. */
    public static final int MAX_ELEMENTS = 20_000;

    /** Characters in one element; {@code polygon} and {@code derefUri} are bounded by the document alone. */
    public static final int MAX_TEXT = 65_536;

    /**
     * Characters in an identifier, a sender, an address, an incident. Longer ones would not fit into an index entry of
     * the ledger (2.7 kB for sender, identifier and sent together), and that failure would be retried for ever.
     */
    public static final int MAX_NAME = 255;

    /** Violations told to the sender; the rest is counted. */
    public static final int MAX_VIOLATIONS = 100;

    private CapLimits() {}
}
