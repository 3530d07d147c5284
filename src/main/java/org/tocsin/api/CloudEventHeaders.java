package org.tocsin.api;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tocsin.intake.Submission;
import org.tocsin.intake.http.CloudEvent;

/**
 * The attributes of a CloudEvent in binary mode (CloudEvents 1.0, HTTP binding 3.1): read here, since every header is
 * dropped before Camel looks at one. Those that are known by name, bounded, and no other.
 */
final class CloudEventHeaders {
    private static final int MAX_HEADER = 1024;
    private static final int MAX_ATTRIBUTE = 256;

    private CloudEventHeaders() {}

    /** Empty for a request that is none. */
    static Map<String, String> of(HttpServletRequest request) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (request.getHeader("ce-specversion") == null) {
            return attributes;
        }
        for (String name : CloudEvent.KEPT) {
            String value = request.getHeader("ce-" + name);
            String decoded = value == null || value.length() > MAX_HEADER ? "" : decoded(value);
            // Cut off it could be the name of another thing: without it the event is parked, if its mapping needs it.
            if (!decoded.isEmpty() && decoded.length() <= MAX_ATTRIBUTE) {
                attributes.put(Submission.CLOUD_EVENT + name, CloudEvent.bounded(decoded));
            }
        }
        return attributes;
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}
