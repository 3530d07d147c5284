package org.tocsin.routing;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.EndpointMessageListener;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;

/**
 * Consumers of JMS that take all that waits already in one transaction of their session. A route gets an exchange whose body
 * is a list of exchanges, one a message, as from a Kafka consumer that batches. Nobody waits for company: a message alone is
 * an exchange of its own, and so is each where {@code cacheLevelName} is less than {@code CACHE_CONSUMER}.
 *
 * <p>What is delivered again goes alone, so that a message that cannot be taken keeps no others from being acknowledged.
 */
@Component("jmsBatches")
final class JmsBatches implements MessageListenerContainerFactory {
    private static final int MOST = 50;
    /** As the broker counts them; one message more may be in it. */
    private static final int ENOUGH_BYTES = 1024 * 1024;

    @Override
    public AbstractMessageListenerContainer createMessageListenerContainer(JmsEndpoint endpoint) {
        if (!endpoint.isTransacted()) {
            // Messages of a session without transaction are acknowledged as they are read.
            throw new IllegalArgumentException(
                    endpoint.getEndpointUri() + ": #jmsBatches needs transacted: true, or what fails is lost");
        }
        return new Container(endpoint);
    }

    private static final class Container extends DefaultJmsMessageListenerContainer {
        private final JmsEndpoint endpoint;
        private final ThreadLocal<@Nullable MessageConsumer> receiving = new ThreadLocal<>();

        Container(JmsEndpoint endpoint) {
            super(endpoint);
            this.endpoint = endpoint;
        }

        @Override
        protected boolean doReceiveAndExecute(
                Object invoker, Session session, MessageConsumer consumer, TransactionStatus status)
                throws JMSException {
            receiving.set(consumer);
            try {
                return super.doReceiveAndExecute(invoker, session, consumer, status);
            } finally {
                receiving.remove();
            }
        }

        @Override
        @SuppressWarnings("rawtypes") // As it is overridden.
        protected void doInvokeListener(SessionAwareMessageListener listener, Session session, Message message)
                throws JMSException {
            List<Message> batch = withWaiting(message);
            if (batch.size() == 1) {
                super.doInvokeListener(listener, session, message);
            } else {
                process(batch, (EndpointMessageListener) listener, session);
            }
        }

        private List<Message> withWaiting(Message first) throws JMSException {
            MessageConsumer consumer = receiving.get();
            List<Message> batch = new ArrayList<>();
            long bytes = 0;
            Message message = first;
            while (message != null) {
                batch.add(message);
                bytes += bytes(message);
                boolean full = batch.size() == MOST || bytes >= ENOUGH_BYTES || message.getJMSRedelivered();
                message = full || consumer == null ? null : consumer.receiveNoWait();
            }
            return batch;
        }

        private static long bytes(Message message) {
            return message instanceof ActiveMQMessage artemis
                    ? artemis.getCoreMessage().getEncodeSize()
                    : ENOUGH_BYTES;
        }

        private void process(List<Message> batch, EndpointMessageListener listener, Session session) {
            List<Exchange> exchanges = new ArrayList<>();
            for (Message message : batch) {
                exchanges.add(listener.createExchange(message, session, null));
            }
            Throwable failure = RecordList.process(consumer(exchanges.get(0).getFromRouteId()), exchanges);
            if (failure != null) {
                // The session is rolled back for it.
                throw RuntimeCamelException.wrapRuntimeCamelException(failure);
            }
        }

        private DefaultConsumer consumer(String route) {
            return (DefaultConsumer) endpoint.getCamelContext().getRoute(route).getConsumer();
        }
    }
}
