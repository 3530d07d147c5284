package org.tocsin.embedded;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttDecoder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.BaseInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManagerFactory;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;

/**
 * MQTT whose packets are bounded before they are read. Artemis (2.55) gives its decoder the protocol's own limit, so
 * that anybody who can connect, with or without a password, makes the hub buffer 256 MB; its
 * {@code maximumPacketSize} is only told to the client. {@link PacketInHand} handles them.
 */
final class SmallMqttPackets extends MQTTProtocolManagerFactory {
    private static final long serialVersionUID = 1L;
    /** Bytes: the largest message, and its topic and properties. */
    private static final int MAX_PACKET = IntakeGuard.MAX_MESSAGE + 64 * 1024;

    @Override
    @SuppressWarnings("rawtypes") // as the overridden method has it
    public ProtocolManager<?, ?> createProtocolManager(
            ActiveMQServer server,
            Map<String, Object> parameters,
            List<BaseInterceptor> incoming,
            List<BaseInterceptor> outgoing)
            throws Exception {
        ProtocolManager<?, ?> mqtt = super.createProtocolManager(server, parameters, incoming, outgoing);
        return (ProtocolManager<?, ?>) Proxy.newProxyInstance(
                SmallMqttPackets.class.getClassLoader(),
                new Class<?>[] {ProtocolManager.class},
                (self, method, args) -> {
                    try {
                        Object result = method.invoke(mqtt, args);
                        if ("addChannelHandlers".equals(method.getName())) {
                            ChannelPipeline pipeline = (ChannelPipeline) args[0];
                            pipeline.replace(MqttDecoder.class, "mqtt-decoder", new MqttDecoder(MAX_PACKET));
                            pipeline.replace(
                                    MQTTProtocolHandler.class,
                                    "mqtt-handler",
                                    new PacketInHand(server, (MQTTProtocolManager) mqtt));
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
