package org.tocsin.intake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an alert beside its words.
 *
 * @param doubts sentences, each a reason why a person should look at it first
 * @param schema what its schema says, which is no doubt; null for what did not come as XML
 */
public record Marks(
        Signature signature, List<String> doubts, @Nullable SchemaReport schema) {

    /** Of its XML signature. */
    public enum Signature {
        ABSENT,
        VALID,
        INVALID,
        /** There is one, and no certificate for its sender. */
        UNCHECKED
    }

    public static final Marks NONE = new Marks(Signature.ABSENT, List.of());

    public Marks(Signature signature, List<String> doubts) {
        this(signature, doubts, null);
    }

    public Marks {
        doubts = List.copyOf(doubts);
    }

    public Marks doubted(String sentence) {
        List<String> more = new ArrayList<>(doubts);
        more.add(sentence);
        return new Marks(signature, more, schema);
    }

    public Marks with(@Nullable SchemaReport report) {
        return new Marks(signature, doubts, report);
    }
}
