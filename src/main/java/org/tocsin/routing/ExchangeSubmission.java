package org.tocsin.routing;

import jakarta.jms.JMSException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Message;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.embedded.BrokerServer;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.events.Events;
import org.tocsin.intake.http.CloudEvent;
import org.tocsin.intake.http.HttpCaller;
import org.tocsin.intake.sensors.Sensors;

/** Reads from an exchange what was submitted, where and by whom; the headers were stripped before. */
@Component
final class ExchangeSubmission {
    private static final String ROUTE_PREFIX = "intake-";
    private static final String USER_ID = "JMSXUserID";
    private static final Pattern USER = Pattern.compile("[\\w.@-]{1,64}");

    private static final String TRIES = "JMSXDeliveryCount";
    /** With the embedded broker's pauses: 1.5 s. */
    private static final int EARLY_TRIES = 2;

    private static final Pattern PACKET = Pattern.compile("\\d{1,5}(" + BrokerServer.AGAIN + ")?");

    private final Sensors sensors;
    private final Events events;
    private final IntakeSettings settings;

    ExchangeSubmission(Sensors sensors, Events events, IntakeSettings settings) {
        this.sensors = sensors;
        this.events = events;
        this.settings = settings;
    }

    /** @throws IOException when the body cannot be read now */
    Submission of(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        HttpCaller caller = caller(message);
        String source = source(exchange, caller);
        try {
            Map<String, String> attributes = attributes(message);
            if (caller != null) {
                attributes.putAll(caller.attributes());
            }
            JmsPayload content = content(message.getBody());
            byte[] bytes = content.bytes();
            boolean unread = !content.readable();
            boolean tooLarge = bytes.length > Submission.MAX_BYTES;
            KafkaRecord kafka = KafkaRecord.of(message);
            if (kafka != null) {
                attributes.putAll(kafka.attributes());
                CloudEvent event = kafka.structured() && !tooLarge ? CloudEvent.structured(bytes) : null;
                if (event != null) {
                    attributes.putAll(event.attributes());
                    bytes = event.data();
                }
            }
            Format format = unread || tooLarge
                    ? Format.UNREAD
                    : kafka == null && !(message instanceof PahoMqtt5Message)
                            ? format(source, attributes, bytes)
                            : formatByTopic(source, attributes.get(Submission.TOPIC), bytes);
            return new Submission(
                            source,
                            format,
                            bytes,
                            attributes,
                            caller == null ? broker(message, source) : caller.principal(),
                            caller == null ? null : caller.idempotencyKey())
                    .bounded();
        } catch (JMSException e) {
            throw new IOException("the broker's message cannot be read", e);
        }
    }

    static String source(Exchange exchange) {
        return source(exchange, caller(exchange.getMessage()));
    }

    /** The route, without its prefix; for a webhook, the name in its path. */
    private static String source(Exchange exchange, @Nullable HttpCaller caller) {
        if (caller != null && caller.hook() != null) {
            return Submission.HOOK + caller.hook();
        }
        String route = exchange.getFromRouteId() == null ? "direct" : exchange.getFromRouteId();
        return route.startsWith(ROUTE_PREFIX) ? route.substring(ROUTE_PREFIX.length()) : route;
    }

    private static @Nullable HttpCaller caller(Message message) {
        if (!(message instanceof PlatformHttpMessage http)) {
            return null;
        }
        if (http.getRequest().getAttribute(HttpCaller.ATTRIBUTE) instanceof HttpCaller caller) {
            return caller;
        }
        throw new IllegalStateException("a request came round the gate of the REST interface");
    }

    /** Whom the broker let in; the broker says it, not the sender (Artemis: populate-validated-user). */
    private Principal broker(Message message, String source) throws JMSException {
        String user = message.getHeader(USER_ID, String.class);
        if (user != null && message.getBody() instanceof jakarta.jms.Message jms) {
            user = jms.getStringProperty(USER_ID);
        }
        String name = user != null && USER.matcher(user).matches() ? user : source;
        return new Principal(name, Role.TRIGGER, settings.speaksFor().get(source));
    }

    /**
     * Headers of Camel are the same in any case: a sender's property {@code JMSXUSERID} takes the place of the broker's
     * {@code JMSXUserID}. So they say only whether the route kept them, and the JMS message what they are.
     */
    private static Map<String, String> attributes(Message message) throws JMSException {
        Map<String, String> attributes = new HashMap<>();
        jakarta.jms.Message jms = message.getBody() instanceof jakarta.jms.Message one ? one : null;
        Object destination = message.getHeader("JMSDestination");
        String topic = JmsPayload.topic(jms == null || destination == null ? destination : jms.getJMSDestination());
        String mqtt = message.getHeader("CamelMqttTopic", String.class);
        if (topic != null || mqtt != null) {
            attributes.put(Submission.TOPIC, topic != null ? topic : mqtt);
        }
        if (message instanceof PahoMqtt5Message paho) {
            packet(paho.getMqttMessage(), attributes);
        } else if (jms != null && message.getHeader(BrokerServer.PACKET) != null) {
            packet(jms.getStringProperty(BrokerServer.PACKET), attributes);
        }
        if (jms != null && jms.propertyExists(TRIES) && jms.getIntProperty(TRIES) <= EARLY_TRIES) {
            attributes.put(Submission.EARLY, "true");
        }
        Object arrived = message.getHeader("JMSTimestamp");
        if (arrived != null && jms != null) {
            arrived = jms.getJMSTimestamp();
        }
        if (arrived instanceof Long millis) {
            attributes.put(Submission.ARRIVED_AT, millis.toString());
        }
        return attributes;
    }

    private static void packet(MqttMessage message, Map<String, String> attributes) {
        attributes.put(Submission.PACKET, String.valueOf(message.getId()));
        if (message.isDuplicate()) {
            attributes.put(Submission.AGAIN, "true");
        }
        if (message.isRetained()) {
            attributes.put(Submission.RETAINED, "true");
        }
    }

    /** Others than our broker may have written it, of their own messages. */
    private static void packet(@Nullable String text, Map<String, String> attributes) {
        if (text != null && PACKET.matcher(text).matches()) {
            attributes.put(Submission.PACKET, text.replace(BrokerServer.AGAIN, ""));
            if (text.endsWith(BrokerServer.AGAIN)) {
                attributes.put(Submission.AGAIN, "true");
            }
        }
    }

    /** One byte more than is allowed at most, so that who asks can see it. */
    private static JmsPayload content(@Nullable Object body) throws IOException, JMSException {
        if (body instanceof jakarta.jms.Message jms) {
            return JmsPayload.of(jms);
        }
        byte[] payload = payload(body);
        return new JmsPayload(payload == null ? new byte[0] : payload, payload != null);
    }

    /** Null for what must not be converted to bytes by guesswork. */
    private static byte @Nullable [] payload(@Nullable Object body) throws IOException {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof StreamCache cache) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            cache.reset();
            cache.writeTo(bytes);
            return bytes.toByteArray();
        }
        if (body instanceof InputStream stream) {
            return stream.readNBytes(Submission.MAX_BYTES + 1);
        }
        return body == null ? new byte[0] : null;
    }

    /** JSON is mapped where a mapping, a topic or a webhook says so, and else the CAP words; XML is CAP, but of those two. */
    private Format format(String source, Map<String, String> attributes, byte[] payload) {
        if (source.startsWith(Submission.HOOK) || attributes.containsKey(Submission.TOPIC)) {
            return Format.MAPPED_JSON;
        }
        if (first(payload) == '<') {
            return Format.CAP_XML;
        }
        return sensors.covers(source) || events.covers(source, null) ? Format.MAPPED_JSON : Format.CAP_JSON;
    }

    /** Of a source with topics of all kinds: JSON is mapped where a mapping is for this topic, and else the CAP words. */
    private Format formatByTopic(String source, @Nullable String topic, byte[] payload) {
        if (first(payload) == '<') {
            return Format.CAP_XML;
        }
        return sensors.covers(source, topic) || events.covers(source, topic) ? Format.MAPPED_JSON : Format.CAP_JSON;
    }

    private static int first(byte[] payload) {
        int at = 0;
        // A byte order mark is no character of the document.
        if (payload.length > 2 && (payload[0] & 0xff) == 0xef && (payload[1] & 0xff) == 0xbb) {
            at = 3;
        }
        while (at < payload.length && Character.isWhitespace(payload[at])) {
            at++;
        }
        return at < payload.length ? payload[at] : -1;
    }
}
