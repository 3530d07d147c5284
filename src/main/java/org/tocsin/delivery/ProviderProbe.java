package org.tocsin.delivery;

import java.util.List;

/** Asks a provider, without a message, whether a sender of ours may send. A channel without one is tried with messages alone. */
public interface ProviderProbe {
    String channel();

    /** @param nanoTime of {@link System#nanoTime}: an answer from before it says nothing */
    boolean availableSince(String sender, long nanoTime);

    /** What an operator should know of the provider's answers: sentences, each naming the key that it is about. */
    default List<String> remarks() {
        return List.of();
    }
}
