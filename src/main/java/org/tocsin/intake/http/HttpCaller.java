package org.tocsin.intake.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Principal;

/**
 * Who made an HTTP request, as the gate of the REST interface found out; kept as the request's attribute {@link
 * #ATTRIBUTE}, where no header or parameter of the request can reach.
 *
 * @param hook the last part of {@code /hooks/<source>}, or null
 * @param attributes those of a CloudEvent that came beside the body, by the names that {@link org.tocsin.intake.Submission} gives them
 */
public record HttpCaller(
        Principal principal,
        @Nullable String hook,
        @Nullable String idempotencyKey,
        Map<String, String> attributes) {
    public static final String ATTRIBUTE = HttpCaller.class.getName();
}
