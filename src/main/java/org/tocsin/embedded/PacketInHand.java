package org.tocsin.embedded;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.jspecify.annotations.Nullable;

/**
 * MQTT as Artemis handles it, which says at each moment which packet the message comes from that it takes. Artemis (2.55)
 * forgets the identifier and the flag DUP, and takes a QoS 1 message that a device sends again as a new one.
 */
final class PacketInHand extends MQTTProtocolHandler {
    private static final ThreadLocal<@Nullable String> packet = new ThreadLocal<>();

    PacketInHand(ActiveMQServer server, MQTTProtocolManager manager) {
        super(server, manager);
    }

    @Override
    public void act(MqttMessage message) {
        if (!(message instanceof MqttPublishMessage publish)
                || publish.fixedHeader().qosLevel().value() == 0) {
            super.act(message);
            return;
        }
        String id = String.valueOf(publish.variableHeader().packetId());
        packet.set(publish.fixedHeader().isDup() ? id + BrokerServer.AGAIN : id);
        try {
            super.act(message);
        } finally {
            packet.remove();
        }
    }

    /** As {@link BrokerServer#PACKET} has it; null while this thread takes no message of a device. */
    static @Nullable String text() {
        return packet.get();
    }
}
