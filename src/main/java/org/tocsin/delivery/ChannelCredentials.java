package org.tocsin.delivery;

import java.util.List;

/** What a channel must be given before it can reach anybody. Without it a live hub refuses to start. */
public interface ChannelCredentials {

    /** As in {@link DeliveryChannel#name()}. */
    String channel();

    /** Configuration keys that are empty and must not be. */
    List<String> missingKeys();
}
