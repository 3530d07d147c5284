package org.tocsin.testing;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;
import org.tocsin.testing.TriggerSources.Entrance;

/** One connection to the hub, or to its broker, by which triggers are handed in; not safe for several threads. */
interface Door extends AutoCloseable {
    /** @return null when it was acknowledged, else why not */
    String hand(Member member, String payload) throws Exception;

    @Override
    void close();

    static Door to(Entrance entrance, Source source, HttpClient http) {
        return switch (source) {
            case MQTT -> new Mqtt(entrance);
            case JMS -> new Jms(entrance);
            case API, HOOK -> new Http(entrance, http);
        };
    }

    final class Mqtt implements Door {
        private final Entrance entrance;
        private MqttClient client;

        Mqtt(Entrance entrance) {
            this.entrance = entrance;
        }

        @Override
        public String hand(Member member, String payload) throws MqttException {
            if (client == null) {
                client = connect();
            }
            byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
            client.publish(Crowd.topic(member), bytes, 1, false); // returns after the PUBACK
            return null;
        }

        private MqttClient connect() throws MqttException {
            MqttClient fresh = new MqttClient(
                    "tcp://127.0.0.1:" + entrance.mqttPort(), "gauge-" + UUID.randomUUID(), new MemoryPersistence());
            fresh.setTimeToWait(5_000);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setConnectionTimeout(5);
            options.setUserName("sensor");
            options.setPassword("sensor-password".getBytes(StandardCharsets.UTF_8));
            try {
                fresh.connect(options);
                return fresh;
            } catch (MqttException e) {
                fresh.close(true);
                throw e;
            }
        }

        @Override
        public void close() {
            MqttClient old = client;
            client = null;
            if (old != null) {
                try {
                    old.disconnectForcibly(0, 100, false);
                } catch (MqttException gone) {
                    // which is what we want
                }
                try {
                    old.close(true);
                } catch (MqttException gone) {
                    // so is this
                }
            }
        }
    }

    final class Jms implements Door {
        private final Entrance entrance;
        private ActiveMQConnectionFactory factory;
        private Connection connection;
        private Session session;
        private MessageProducer producer;

        Jms(Entrance entrance) {
            this.entrance = entrance;
        }

        @Override
        public String hand(Member member, String payload) throws JMSException {
            if (producer == null) {
                factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + entrance.jmsPort()
                        + "?reconnectAttempts=0&initialConnectAttempts=1&callTimeout=5000&blockOnDurableSend=true");
                connection = factory.createConnection("incident", "incident-password");
                session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                producer = session.createProducer(session.createQueue("incidents"));
            }
            producer.send(session.createTextMessage(payload));
            return null;
        }

        @Override
        public void close() {
            producer = null;
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (JMSException gone) {
                // the server is
            }
            connection = null;
            if (factory != null) {
                factory.close();
                factory = null;
            }
        }
    }

    /** Both {@code /api/alerts} and {@code /hooks}. */
    record Http(Entrance entrance, HttpClient http) implements Door {
        @Override
        public String hand(Member member, String payload) throws IOException, InterruptedException {
            String path = member.source() == Source.API ? "/api/alerts" : "/hooks/" + member.id();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(entrance.url().apply(path)))
                    .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(payload))
                    .build();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            return status / 100 == 2 ? null : String.valueOf(status);
        }

        @Override
        public void close() {}
    }
}
