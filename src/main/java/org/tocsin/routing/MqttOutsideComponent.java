package org.tocsin.routing;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.HubIdentity;

/**
 * {@code mqtt-outside:<name>}: messages of a broker that is not ours. The options are those of camel-paho-mqtt5, and
 * {@code topics}, {@code truststore}, {@code certificate} and {@code privateKey}; its consumer is {@link
 * MqttOutsideConsumer}.
 */
@Component("mqtt-outside")
public class MqttOutsideComponent extends PahoMqtt5Component {
    /** Bytes; a broker drops what is larger, as our own refuses it. */
    private static final long MOST_BYTES = 1024 * 1024;

    private final HubIdentity hub;

    MqttOutsideComponent(HubIdentity hub) {
        this.hub = hub;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PahoMqtt5Configuration configuration = getConfiguration().copy();
        // As they are written: a value that begins with # would name a bean to Camel.
        List<String> topics = Stream.of(text(parameters.remove("topics")).split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .toList();
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("mqtt-outside:" + remaining + ": no topics are named");
        }
        String password = text(parameters.remove("password"));
        TlsFiles tls = new TlsFiles(
                "tocsin.mqtt",
                text(parameters.remove("truststore")),
                text(parameters.remove("certificate")),
                text(parameters.remove("privateKey")));
        if (!tls.none()) {
            tls.context(); // a file that is not there is said at the start
        }
        setProperties(configuration, parameters);
        configuration.setPassword(password);
        if (text(configuration.getClientId()).isEmpty()) {
            configuration.setClientId("tocsin-" + hub.hub());
        }
        return new Outside(uri, remaining, this, configuration, topics, tls);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static final class Outside extends PahoMqtt5Endpoint {
        private final List<String> topics;
        private final TlsFiles tls;

        Outside(
                String uri,
                String name,
                PahoMqtt5Component component,
                PahoMqtt5Configuration configuration,
                List<String> topics,
                TlsFiles tls) {
            super(uri, name, component, configuration);
            this.topics = topics;
            this.tls = tls;
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            MqttConnectionOptions options = createMqttConnectionOptions();
            // The consumer connects again by itself, each time with a client of its own.
            options.setAutomaticReconnect(false);
            options.setMaximumPacketSize(MOST_BYTES);
            Consumer consumer = new MqttOutsideConsumer(this, processor, options, topics, tls);
            configureConsumer(consumer);
            return consumer;
        }
    }
}
