package org.tocsin.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.BaseInterceptor;
import org.apache.activemq.artemis.core.protocol.stomp.StompConnection;
import org.apache.activemq.artemis.core.protocol.stomp.StompProtocolManagerFactory;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;

/**
 * STOMP whose frames are bounded while they are read. Artemis (2.55) keeps whatever comes until a frame is whole, so that
 * anybody who can connect, with or without a password, fills the memory of the hub.
 */
final class SmallStompFrames extends StompProtocolManagerFactory {
    /** Bytes: the largest message, and its headers. */
    private static final int MAX_FRAME = IntakeGuard.MAX_MESSAGE + 64 * 1024;

    @Override
    @SuppressWarnings("rawtypes") // as the overridden method has it
    public ProtocolManager createProtocolManager(
            ActiveMQServer server,
            Map<String, Object> parameters,
            List<BaseInterceptor> incoming,
            List<BaseInterceptor> outgoing)
            throws Exception {
        ProtocolManager stomp = super.createProtocolManager(server, parameters, incoming, outgoing);
        return (ProtocolManager) Proxy.newProxyInstance(
                SmallStompFrames.class.getClassLoader(),
                new Class<?>[] {ProtocolManager.class},
                (self, method, args) -> {
                    try {
                        if ("handleBuffer".equals(method.getName())
                                && tooLarge((StompConnection) args[0], (ActiveMQBuffer) args[1])) {
                            ((StompConnection) args[0])
                                    .fail(new ActiveMQIllegalStateException("larger than " + MAX_FRAME + " bytes"));
                            return null;
                        }
                        return method.invoke(stomp, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** What is there of a frame that is not whole, and what comes now. */
    private static boolean tooLarge(StompConnection connection, ActiveMQBuffer more) {
        return connection.getFrameHandler().getDecoder().data + more.readableBytes() > MAX_FRAME;
    }
}
