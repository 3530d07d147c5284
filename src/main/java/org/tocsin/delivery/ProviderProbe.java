package org.tocsin.delivery;

/** Asks a provider, without a message, whether a sender of ours may send. A channel without one is tried with messages alone. */
public interface ProviderProbe {
    String channel();

    /** @param nanoTime of {@link System#nanoTime}: an answer from before it says nothing */
    boolean availableSince(String sender, long nanoTime);
}
