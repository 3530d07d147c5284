package org.tocsin.intake;

import org.jspecify.annotations.Nullable;

/**
 * Who made an HTTP request, as the gate of the REST interface found out; kept as the request's attribute {@link
 * #ATTRIBUTE}, where no header or parameter of the request can reach.
 *
 * @param hook the last part of {@code /hooks/<source>}, or null
 */
public record HttpCaller(
        Principal principal,
        @Nullable String hook,
        @Nullable String idempotencyKey) {
    public static final String ATTRIBUTE = HttpCaller.class.getName();
}
