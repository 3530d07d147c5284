package org.tocsin.delivery;

import java.util.Map;

/** What the route's endpoint is given: a body, and headers by the names that endpoint understands. Nothing else. */
public record ProviderRequest(Object body, Map<String, Object> headers) {

    /** It holds a token, an address and a text. */
    @Override
    public String toString() {
        return "ProviderRequest[]";
    }
}
