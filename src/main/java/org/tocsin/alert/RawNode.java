package org.tocsin.alert;

import java.util.List;
import java.util.Map;

/** What a document said, before the rules: the same tree from XML and from JSON. */
sealed interface RawNode {

    /**
     * @param item from a JSON array, where one address is one value; else the text may be a white-space-separated list
     */
    record Text(String text, boolean item) implements RawNode {}

    /**
     * @param members by name, in the document's order; a name that came several times has several nodes
     * @param strayText what stood between the elements
     */
    record Group(Map<String, List<RawNode>> members, String strayText) implements RawNode {}

    /** Something that has no place in the tree; {@code expected} is the sentence for the sender. */
    record Wrong(String expected) implements RawNode {}
}
