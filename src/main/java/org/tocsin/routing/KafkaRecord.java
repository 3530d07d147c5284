package org.tocsin.routing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.http.CloudEvent;

/**
 * What a record of Kafka says beside its value (CloudEvents 1.0, Kafka protocol binding). Its headers are the sender's:
 * they are read from the record, and none of them ever becomes a header of Camel ({@link RecordHeadersStayOut}).
 *
 * @param structured whether the value is an event in its envelope
 */
record KafkaRecord(Map<String, String> attributes, boolean structured) {
    private static final String BINARY = "ce_";
    private static final String CONTENT_TYPE = "content-type";
    /** With {@code +json} after it; a batch is another type, and not defined for Kafka. */
    private static final String STRUCTURED = "application/cloudevents+json";
    /** Bytes of a header that are looked at. */
    private static final int MAX_HEADER = 1024;

    /** Null for what came by anything but Kafka. */
    static @Nullable KafkaRecord of(Message message) {
        Object topic = message.getHeader(KafkaConstants.TOPIC);
        return topic instanceof String name ? read(message, name) : null;
    }

    private static KafkaRecord read(Message message, String topic) {
        Map<String, String> attributes = new HashMap<>();
        // The levels of a topic are points here, as in JMS; mappings name them all as MQTT does.
        attributes.put(Submission.TOPIC, topic.replace('.', '/'));
        if (message.getHeader(KafkaConstants.TIMESTAMP) instanceof Long millis) {
            attributes.put(Submission.ARRIVED_AT, millis.toString());
        }
        String type = null;
        if (message.getHeader(KafkaConstants.HEADERS) instanceof Headers headers) {
            for (String name : CloudEvent.KEPT) {
                String value = text(headers.lastHeader(BINARY + name));
                if (value != null) {
                    attributes.put(Submission.CLOUD_EVENT + name, CloudEvent.bounded(value));
                }
            }
            type = text(headers.lastHeader(CONTENT_TYPE));
        }
        // Whoever names no type may still have put it into an envelope.
        boolean structured = type == null || type.toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
        return new KafkaRecord(attributes, structured);
    }

    private static @Nullable String text(@Nullable Header header) {
        if (header == null || header.value() == null || header.value().length > MAX_HEADER) {
            return null;
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
