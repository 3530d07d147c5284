package org.tocsin.embedded;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.tocsin.privacy.Secret;

/** A broker in a folder of its own, and the clients that knock at it. */
final class BrokerFixture implements AutoCloseable {
    static final String INGEST = "sensors.#::ingest";
    private final DataFolder data;
    private BrokerServer broker;

    BrokerFixture(Path folder) {
        data = DataFolder.claim(folder);
        broker = BrokerServer.start(data, settings(0, 0));
    }

    static BrokerSettings settings(int jmsPort, int mqttPort) {
        return new BrokerSettings(
                "",
                "",
                null,
                "127.0.0.1",
                "",
                jmsPort,
                mqttPort,
                0,
                0,
                List.of(Secret.of("sensor:sen:sor:sensor"), Secret.of("desk:desk-secret:incident")));
    }

    BrokerServer broker() {
        return broker;
    }

    void restart() {
        broker.close();
        broker = BrokerServer.start(data, settings(0, 0));
    }

    /** A client that is gone at the end of a try, whatever state it is in. */
    static final class Device extends MqttClient implements AutoCloseable, MqttCallback {
        /** Topics of messages it was sent. */
        final List<String> arrived = Collections.synchronizedList(new ArrayList<>());
        /** Why its own publications were refused; an MQTT 5 PUBACK says so. */
        final List<Integer> reasons = Collections.synchronizedList(new ArrayList<>());

        Device(String url) throws MqttException {
            super(url, UUID.randomUUID().toString(), new MemoryPersistence());
        }

        @Override
        public void close() throws MqttException {
            try {
                if (isConnected()) {
                    disconnectForcibly(0, 200, true);
                }
            } finally {
                super.close();
            }
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrived.add(topic);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            for (int code : token.getReasonCodes()) {
                reasons.add(code);
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            reasons.add(response.getReturnCode());
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            reasons.add(exception.getReasonCode());
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    Device mqtt(String user, String password) throws MqttException {
        Device client = new Device("tcp://127.0.0.1:" + broker.mqttPort());
        client.setTimeToWait(10_000);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(user);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        client.connect(options);
        return client;
    }

    Device sensor() throws MqttException {
        return mqtt("sensor", "sen:sor");
    }

    /** Returns after the PUBACK. */
    static void publish(MqttClient client, String topic, String text) throws MqttException {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    Connection jms(String user, String password) throws JMSException {
        // not closed here: that would close the connection
        return factory().createConnection(user, password);
    }

    ActiveMQConnectionFactory factory() {
        return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + broker.jmsPort());
    }

    Connection hub() throws JMSException {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker.url());
        Connection connection =
                factory.createConnection(broker.username(), broker.password().reveal());
        connection.start();
        return connection;
    }

    List<Message> drain(String queue, int expected) throws JMSException {
        List<Message> got = new ArrayList<>();
        try (Connection hub = hub();
                Session session = hub.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            for (Message m = consumer.receive(expected == 0 ? 300 : 10_000); m != null; ) {
                got.add(m);
                m = consumer.receive(got.size() < expected ? 10_000 : 300);
            }
        }
        return got;
    }

    @Override
    public void close() {
        broker.close();
        data.close();
    }
}
