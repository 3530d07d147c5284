package org.tocsin.embedded;

import java.time.Clock;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.LargeServerMessage;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.protocol.amqp.broker.AMQPMessage;

/**
 * Looks at each message as it comes in. Readings of one device form a message group, so that one consumer at a time
 * gets them, in their order, however many consumers there are. What is too large is refused to its sender.
 */
final class IntakeGuard implements ActiveMQServerMessagePlugin {
    /** Bytes; a CAP document with pictures as references has some tens of kilobytes. */
    static final int MAX_MESSAGE = 1024 * 1024;

    private static final SimpleString USER = SimpleString.of("JMSXUserID");

    private static final SimpleString PACKET = SimpleString.of(BrokerServer.PACKET);

    /** Milliseconds. A message is encoded anew to change its date; what differs by less changes no decision. */
    private static final long SAME_TIME = 500;

    private volatile Clock clock = Clock.systemUTC();

    void dateBy(Clock dates) {
        clock = dates;
    }

    @Override
    public void beforeSend(
            ServerSession session, Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue)
            throws ActiveMQException {
        String address = message.getAddress();
        if (address == null) {
            return;
        }
        boolean reading = address.startsWith(BrokerConfiguration.SENSORS);
        if (!reading && !address.equals(BrokerConfiguration.INCIDENTS)) {
            return;
        }
        if (size(message) > MAX_MESSAGE) {
            delete(message);
            throw new ActiveMQIllegalStateException("larger than " + MAX_MESSAGE + " bytes");
        }
        if (session.getValidatedUser() == null) {
            throw new ActiveMQIllegalStateException("nobody knows who sends it");
        }
        if (reading) {
            message.setGroupID(address);
        }
        String packet = PacketInHand.text();
        if (packet != null) {
            message.putStringProperty(PACKET, SimpleString.of(packet));
        }
        boolean dated = date(message);
        // Durable whatever the sender asked for: a reading of MQTT QoS 0, or an incident of STOMP, which does not ask,
        // is worth as much while it waits.
        boolean durable = message.isDurable();
        if (!durable) {
            message.setDurable(true);
        }
        if (dated || !durable) {
            message.reencode();
        }
        if (message instanceof AMQPMessage amqp) {
            // Artemis (2.55) says of no message of AMQP who sent it, and lets its sender say so. These are written
            // last.
            SimpleString user = SimpleString.of(session.getValidatedUser());
            amqp.createExtraProperties().putSimpleStringProperty(Message.HDR_VALIDATED_USER, user);
            amqp.createExtraProperties().putSimpleStringProperty(USER, user);
        }
    }

    /**
     * When it came is what this hub says: neither the clock of a sender nor that of this machine, which may jump, makes a
     * message old. A sender of AMQP dates its own. @return whether it was changed
     */
    private boolean date(Message message) {
        long now = clock.millis();
        if (message instanceof AMQPMessage || Math.abs(message.getTimestamp() - now) < SAME_TIME) {
            return false;
        }
        message.setTimestamp(now);
        return true;
    }

    /** A large message was written to a file while it came, which nobody else takes away when it is refused here. */
    private static void delete(Message message) throws ActiveMQException {
        if (message instanceof LargeServerMessage large) {
            try {
                large.deleteFile();
            } catch (Exception e) {
                throw new ActiveMQIllegalStateException("larger than " + MAX_MESSAGE + " bytes");
            }
        }
    }

    private static long size(Message message) throws ActiveMQException {
        return message.isLargeMessage() ? message.getWholeMessageSize() : message.getEncodeSize();
    }
}
