package org.tocsin.delivery;

import java.util.Map;

/** What the route's endpoint gave back. {@code body} is text, empty when there was none. */
public record ProviderResponse(String body, Map<String, Object> headers) {

    /** It may hold an address. */
    @Override
    public String toString() {
        return "ProviderResponse[]";
    }
}
