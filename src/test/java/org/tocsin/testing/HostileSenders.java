package org.tocsin.testing;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Senders with good passwords and bad intentions: beside each trigger comes all that might steer a route. */
public final class HostileSenders {
    /** What Camel, its components or a mail server would act upon, were it let through. */
    public static final List<String> NAMES = List.of(
            "CamelHttpUri",
            "CAmelHttpUri",
            "CamelHttpPath",
            "CamelHttpQuery",
            "CamelHttpMethod",
            "CamelSqlQuery",
            "CamelFileName",
            "CamelBeanMethodName",
            "CamelJmsDestinationName",
            "CamelSmppDestAddr",
            "CamelToEndpoint",
            "org.apache.camel.x",
            "mail.smtp.proxy.host",
            "To",
            "Bcc",
            "recipientList");

    /** What a broker writes into a message to say who sent it, when, and where it goes. */
    private static final List<String> BROKERS_OWN = List.of(
            "JMSXUserID",
            "_AMQ_VALIDATED_USER",
            "JMSDestination",
            "JMSTimestamp",
            "JMSReplyTo",
            "_AMQ_ORIG_ADDRESS",
            "_AMQ_ORIG_QUEUE");

    private final Hub hub;
    private final String value;

    /** @param value of each of those names */
    public HostileSenders(Hub hub, String value) {
        this.hub = hub;
        this.value = value;
    }

    /** As user properties of MQTT 5. Returns after the PUBACK. */
    public void mqtt(String topic, String payload) throws MqttException {
        mqtt("tcp://127.0.0.1:" + hub.port("local.broker.mqtt-port"), "sensor", "sensor-password", topic, payload);
    }

    /** The same at another broker. */
    public void mqtt(String url, String user, String password, String topic, String payload) throws MqttException {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(
                NAMES.stream().map(name -> new UserProperty(name, value)).toList());
        properties.setResponseTopic("sensors/answers/here");
        message.setProperties(properties);
        MqttClient client = new MqttClient(url, "hostile-" + UUID.randomUUID(), new MemoryPersistence());
        client.setTimeToWait(20_000);
        try {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName(user);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
            client.connect(options);
            client.publish(topic, message);
            client.disconnect();
        } finally {
            client.close(true);
        }
    }

    /** What a message is made of. */
    public interface Making {
        Message of(Session session) throws JMSException;
    }

    /** As properties, plainly and as Camel writes names that Java does not allow; an answer is wanted, too. */
    public void jms(Making making) throws JMSException {
        try (var factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.port("local.broker.jms-port"));
                Connection connection = factory.createConnection("incident", "incident-password");
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("incidents"))) {
            Message message = making.of(session);
            for (String name : NAMES) {
                // Not by JMS itself, which allows no points in a name: other clients do not ask.
                ((ActiveMQMessage) message).getCoreMessage().putStringProperty(name, value);
                message.setStringProperty(name.replace(".", "_DOT_").replace("-", "_HYPHEN_"), value);
            }
            message.setJMSReplyTo(session.createQueue("incidents"));
            message.setJMSType("CamelHttpUri");
            message.setJMSCorrelationID(value);
            producer.send(message);
        }
    }

    /**
     * As application properties, message annotations and delivery annotations, with those that Artemis and its JMS client
     * would read, and in the properties of the message itself. Returns when the broker has accepted it.
     *
     * @param kind of {@code clients/amqp-send.py}
     */
    public void amqp(String kind, String payload) {
        List<String> arguments = new ArrayList<>(List.of(
                "src/test/resources/clients/amqp-send.py",
                Integer.toString(hub.port("local.broker.amqp-port")),
                "incident",
                "incident-password",
                "incidents",
                kind));
        for (String prefix : List.of("", "@message:", "@delivery:")) {
            Stream.of(NAMES, BROKERS_OWN)
                    .flatMap(List::stream)
                    .forEach(name -> arguments.add(prefix + name + "=" + value));
        }
        for (String own : List.of("reply-to", "to", "subject", "user-id", "correlation-id", "content-type")) {
            arguments.add("@" + own + "=" + value);
        }
        OutsideClient.PROTON.run(payload, arguments.toArray(String[]::new));
    }

    /**
     * As headers: plainly, in other cases, with escapes in their names and values, twice; a destination in other cases and
     * a second one, which STOMP 1.2 says is to be ignored. Returns after the RECEIPT.
     *
     * @param bytes whether its length is said, so that it is a message of bytes
     */
    public void stomp(boolean bytes, String payload) throws IOException {
        String escaped = value.replace(":", "\\c");
        StringBuilder frame = new StringBuilder("SEND\ndestination:incidents\nreceipt:sent\n");
        if (bytes) {
            frame.append("content-length:")
                    .append(payload.getBytes(StandardCharsets.UTF_8).length)
                    .append('\n');
        }
        for (String name : Stream.of(NAMES, BROKERS_OWN).flatMap(List::stream).toList()) {
            for (String spelling : List.of(name, name.toUpperCase(Locale.ROOT), name + "\\c\\n", "\\n" + name)) {
                frame.append(spelling).append(':').append(escaped).append('\n');
                frame.append(spelling)
                        .append(':')
                        .append(escaped)
                        .append("\\nCamelHttpUri\\c")
                        .append(escaped);
                frame.append('\n');
            }
        }
        frame.append("JmsXUserId:boss\nDESTINATION:other\nDestination:sensors/x\ndestination:other\nContent-Length:3\n")
                .append("persistent:false\nexpires:1\ncorrelation-id:" + escaped + "\nreply-to:" + escaped)
                .append("\ntype:CamelHttpUri\nlogin:chief\npasscode:x\n\n");
        try (StompLine line = new StompLine(hub.port("local.broker.stomp-port"))) {
            line.connect("incident", "incident-password").write(frame + payload + "\0");
            String answer = line.answer();
            if (!answer.startsWith("RECEIPT")) {
                throw new IOException("not confirmed: " + answer);
            }
        }
    }

    /** As headers of a record, with those that Camel itself sets for one. Returns when the broker has it. */
    public void kafka(KafkaServer kafka, String payload) {
        Map<String, String> headers = new HashMap<>();
        NAMES.forEach(name -> headers.put(name, value));
        for (String name : List.of("TOPIC", "OVERRIDE_TOPIC", "PARTITION", "OFFSET", "KEY", "HEADERS", "TIMESTAMP")) {
            headers.put("kafka." + name, value);
        }
        headers.put("CamelKafkaManualCommit", value);
        headers.put("ce_id", value + "\n" + "x".repeat(10_000));
        headers.put("ce_source", value);
        headers.put("ce_type", "${bean:x}\r\n" + value);
        kafka.send("tocsin.triggers", payload, headers);
    }

    /** As headers and as query parameters, and as a CloudEvent in binary mode. */
    public HttpResponse<String> http(String path, String contentType, String body) {
        String query = NAMES.stream()
                .map(name -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.url(path + query)))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        NAMES.forEach(name -> request.header(name, value));
        request.header("ce-specversion", "1.0");
        request.header("ce-id", value + "x".repeat(2_000));
        request.header("ce-source", value + "%0d%0a{{sys:user.home}}");
        request.header("ce-type", "${bean:x}");
        request.header("ce-subject", value);
        request.header("ce-CamelHttpUri", value);
        return hub.send(request);
    }
}
