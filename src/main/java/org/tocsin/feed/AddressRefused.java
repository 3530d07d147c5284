package org.tocsin.feed;

import java.net.UnknownHostException;

/**
 * An address that this hub does not call. The message is a sentence of ours and never holds the address: a stranger may
 * have written it. An {@link UnknownHostException}, so that an HTTP client gives up before it connects.
 */
public final class AddressRefused extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    AddressRefused(String sentence) {
        super(sentence);
    }
}
