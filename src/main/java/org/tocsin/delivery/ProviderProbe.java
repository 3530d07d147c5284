package org.tocsin.delivery;

/** Asks a provider, without a message, whether our sender may send. A channel without one is tried with messages alone. */
public interface ProviderProbe {
    String channel();

    /** @param nanoTime of {@link System#nanoTime}: an answer from before it says nothing */
    boolean availableSince(long nanoTime);
}
