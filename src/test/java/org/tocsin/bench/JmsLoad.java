package org.tocsin.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** An incident tool that sends persistent messages, a hundred a transaction. */
final class JmsLoad implements AutoCloseable {
    private static final int TRANSACTION = 100;

    private final ActiveMQConnectionFactory factory;
    private final Connection connection;

    JmsLoad(HubProcess hub) throws JMSException {
        factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + hub.jmsPort);
        connection = factory.createConnection(HubProcess.INCIDENT, HubProcess.INCIDENT_PASSWORD);
    }

    void give(int readings) throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("incidents"))) {
            for (int i = 0; i < readings; i++) {
                TextMessage message =
                        session.createTextMessage(new String(TriggersTrial.reading(i), StandardCharsets.UTF_8));
                producer.send(message);
                if (i % TRANSACTION == TRANSACTION - 1) {
                    session.commit();
                }
            }
            session.commit();
        }
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        factory.close();
    }
}
