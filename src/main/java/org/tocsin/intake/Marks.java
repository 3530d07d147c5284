package org.tocsin.intake;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of an alert beside its words.
 *
 * @param doubts sentences, each a reason why a person should look at it first
 */
public record Marks(Signature signature, List<String> doubts) {

    /** Of its XML signature. */
    public enum Signature {
        ABSENT,
        VALID,
        INVALID,
        /** There is one, and no certificate for its sender. */
        UNCHECKED
    }

    public static final Marks NONE = new Marks(Signature.ABSENT, List.of());

    public Marks {
        doubts = List.copyOf(doubts);
    }

    public Marks doubted(String sentence) {
        List<String> more = new ArrayList<>(doubts);
        more.add(sentence);
        return new Marks(signature, more);
    }

    public boolean doubtful() {
        return !doubts.isEmpty();
    }

    public String sentence() {
        return String.join(" ", doubts);
    }
}
