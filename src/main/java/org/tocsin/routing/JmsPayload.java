package org.tocsin.routing;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Submission;

/**
 * What a JMS message holds. Text and bytes are read; of anything else only the raw bytes are kept, because reading a
 * serialised object can run code.
 *
 * @param readable whether {@code bytes} are a text
 */
record JmsPayload(byte[] bytes, boolean readable) {
    /** One more than is allowed, so that who asks can see it. The embedded broker refuses larger ones itself. */
    private static final int MOST_READ = Submission.MAX_BYTES + 1;

    static JmsPayload of(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            String content = text.getText();
            return new JmsPayload(content == null ? new byte[0] : content.getBytes(StandardCharsets.UTF_8), true);
        }
        if (message instanceof BytesMessage content) {
            content.reset();
            byte[] bytes = new byte[(int) Math.min(content.getBodyLength(), MOST_READ)];
            content.readBytes(bytes);
            return new JmsPayload(bytes, true);
        }
        return new JmsPayload(raw(message), false);
    }

    private static byte[] raw(Message message) {
        if (!(message instanceof ActiveMQMessage artemis)) {
            return new byte[0];
        }
        ActiveMQBuffer body = artemis.getCoreMessage().getReadOnlyBodyBuffer();
        byte[] bytes = new byte[Math.min(body.readableBytes(), MOST_READ)];
        body.readBytes(bytes);
        return bytes;
    }

    /** The address that it was sent to, levels separated by {@code /} as in MQTT. */
    static @Nullable String topic(@Nullable Object destination) throws JMSException {
        String name = destination instanceof Destination ? name((Destination) destination) : null;
        return name == null ? null : name.replace('.', '/');
    }

    private static @Nullable String name(Destination destination) throws JMSException {
        if (destination instanceof Topic topic) {
            return topic.getTopicName();
        }
        return destination instanceof Queue queue ? queue.getQueueName() : null;
    }
}
