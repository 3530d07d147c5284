package org.tocsin.intake;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of an alert beside its words.
 *
 * @param doubts sentences, each a reason why a person should look at it first
 */
record Marks(Signature signature, List<String> doubts) {

    /** Of its XML signature. */
    enum Signature {
        ABSENT,
        VALID,
        INVALID,
        /** There is one, and no certificate for its sender. */
        UNCHECKED
    }

    static final Marks NONE = new Marks(Signature.ABSENT, List.of());

    Marks {
        doubts = List.copyOf(doubts);
    }

    Marks doubted(String sentence) {
        List<String> more = new ArrayList<>(doubts);
        more.add(sentence);
        return new Marks(signature, more);
    }

    boolean doubtful() {
        return !doubts.isEmpty();
    }

    String sentence() {
        return String.join(" ", doubts);
    }
}
