package org.tocsin.embedded;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.BaseInterceptor;
import org.apache.activemq.artemis.core.protocol.stomp.StompConnection;
import org.apache.activemq.artemis.core.protocol.stomp.StompProtocolManagerFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.ConnectionEntry;
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
                    // There is no other protocol on that port. Of whoever begins otherwise, Artemis keeps all that
                    // comes,
                    // and logs an error for each piece of it.
                    if ("isProtocol".equals(method.getName())) {
                        return true;
                    }
                    try {
                        Object result = method.invoke(stomp, args);
                        if (result instanceof ConnectionEntry entry
                                && entry.connection instanceof StompConnection connection
                                && args[1] instanceof NettyConnection line) {
                            line.getChannel().pipeline().addFirst("small-frames", new Bound(connection));
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** In front of all that reads: a connection knows its manager itself, and not what stands in front of that. */
    private static final class Bound extends ChannelInboundHandlerAdapter {
        private final StompConnection connection;

        Bound(StompConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf more && tooLarge(more.readableBytes())) {
                more.release();
                connection.fail(new ActiveMQIllegalStateException("larger than " + MAX_FRAME + " bytes"));
                context.close();
            } else {
                context.fireChannelRead(message);
            }
        }

        /** What is there of a frame that is not whole, and what comes now. */
        private boolean tooLarge(int more) {
            return connection.getFrameHandler().getDecoder().data + more > MAX_FRAME;
        }
    }
}
