package org.tocsin.publish;

import java.util.Map;

/**
 * An event as tools get it: CloudEvents 1.0.
 *
 * @param id the same at each repetition
 * @param type such as {@code org.tocsin.alert.accepted}
 * @param incident the first of the alerts that follow one another, as CAP refers to it: sender,identifier,sent
 * @param attributes all of them, by their names in CloudEvents
 * @param data JSON
 * @param structured the whole event as JSON
 */
public record AlertEvent(
        String id, String type, String incident, Map<String, String> attributes, String data, String structured) {
    public static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";
    public static final String DATA_CONTENT_TYPE = "application/json";

    /** Never the content. */
    @Override
    public String toString() {
        return "AlertEvent[" + id + ", " + type + "]";
    }
}
