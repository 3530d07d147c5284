package org.tocsin.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.privacy.Secret;

/**
 * Artemis in this process: MQTT for sensors, JMS for incident tools, one journal in {@code <data-dir>/broker}. What it
 * acknowledged is on the disk. The hub itself connects inside the JVM, as a user that nobody else can be. When Artemis stops
 * itself, as it does when it cannot write its journal, it is started again ({@link ServerWatch}).
 */
public final class BrokerServer implements AutoCloseable {
    /**
     * Property of what came by MQTT with QoS 1 or 2: its packet identifier, and {@link #AGAIN} after it when the device says
     * that it sends it again.
     */
    public static final String PACKET = "tocsinPacket";

    public static final String AGAIN = " again";

    private static final Logger log = LoggerFactory.getLogger(BrokerServer.class);
    /** In-JVM addresses are numbered per JVM: two hubs in one (tests) must not meet. */
    private static final AtomicInteger NEXT = new AtomicInteger(4711);

    private final EmbeddedActiveMQ artemis;
    private final int serverId;
    private final Secret hubPassword;
    private final IntakeGuard guard = new IntakeGuard();
    private @Nullable ServerWatch watch;
    private boolean closed;

    private BrokerServer(EmbeddedActiveMQ artemis, int serverId, Secret hubPassword) {
        this.artemis = artemis;
        this.serverId = serverId;
        this.hubPassword = hubPassword;
    }

    /** @throws StartRefused naming the key, when a port is taken or the journal cannot be used */
    public static BrokerServer start(DataFolder data, BrokerSettings settings) {
        List<BrokerUser> users = new ArrayList<>(BrokerUser.parse(settings.users()));
        Secret hubPassword = random();
        users.add(new BrokerUser(BrokerUser.Role.HUB.word(), hubPassword, BrokerUser.Role.HUB));
        requireFree(settings);

        int serverId = NEXT.getAndIncrement();
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        artemis.setConfiguration(BrokerConfiguration.of(data.resolve("broker"), settings, serverId));
        artemis.setSecurityManager(new BrokerDoor(users));
        BrokerServer broker = new BrokerServer(artemis, serverId, hubPassword);
        try {
            artemis.createActiveMQServer();
            artemis.getActiveMQServer().registerBrokerPlugin(broker.guard);
            artemis.getActiveMQServer().addProtocolManagerFactory(new SmallMqttPackets());
            artemis.getActiveMQServer().addProtocolManagerFactory(new SmallStompFrames());
            artemis.start();
            broker.requireRunning(settings);
            broker.watch = new ServerWatch("broker", broker::revive);
            return broker;
        } catch (StartRefused e) {
            broker.close();
            throw e;
        } catch (Exception e) {
            broker.close();
            throw new StartRefused(
                    "The embedded broker could not be started in " + data.resolve("broker") + " ("
                            + e.getClass().getSimpleName()
                            + "): check space and rights of that folder, or name another broker"
                            + " in tocsin.broker.url",
                    e);
        }
    }

    /** For the hub itself, inside this JVM. */
    public String url() {
        return "vm://" + serverId;
    }

    public String username() {
        return BrokerUser.Role.HUB.word();
    }

    public Secret password() {
        return hubPassword;
    }

    public int jmsPort() {
        return port("CORE");
    }

    public int mqttPort() {
        return port("MQTT");
    }

    /** {@link BrokerSettings#CLOSED} when it is not opened; so is the next. */
    public int amqpPort() {
        return port("AMQP");
    }

    public int stompPort() {
        return port("STOMP");
    }

    /** What it takes from now on is dated by this clock; until then, by that of the machine. */
    public void dateBy(Clock clock) {
        guard.dateBy(clock);
    }

    /** How many messages of a queue are not acknowledged, in memory or paged. */
    public long waiting(String queue) {
        Queue found = server().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    /** With the journal and the ports that it had. @return whether it had ended */
    private synchronized boolean revive() throws IOException, InterruptedException {
        ActiveMQServer server = server();
        if (closed || server.getState() != ActiveMQServer.SERVER_STATE.STOPPED) {
            return false;
        }
        try {
            server.start();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getClass().getSimpleName(), e);
        }
        if (!server.waitForActivation(10, TimeUnit.SECONDS)) {
            throw new IOException("it does not become active: look for AMQ in the log");
        }
        return true;
    }

    /** False also after Artemis stopped itself, as it does when its disk fails. */
    public boolean running() {
        ActiveMQServer server = server();
        return !closed && server != null && server.isStarted() && server.isActive();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watch != null) {
            watch.close();
        }
        try {
            artemis.stop();
        } catch (Exception e) {
            log.warn("The embedded broker did not stop in good order; its journal is read at the next start", e);
        }
    }

    /** Artemis logs a taken port (AMQ224000) and goes on without it. */
    private void requireRunning(BrokerSettings settings) throws InterruptedException {
        ActiveMQServer server = server();
        if (!server.waitForActivation(10, TimeUnit.SECONDS)) {
            throw new StartRefused("The embedded broker did not become active within 10 s: look for AMQ in the log");
        }
        for (BrokerSettings.Door door : settings.doors()) {
            var found = server.getRemotingService().getAcceptor(door.protocol());
            if (found == null || !found.isStarted() || port(door.protocol()) <= 0) {
                throw taken(door);
            }
        }
    }

    /** @throws StartRefused naming the key of a port that is taken */
    static void requireFree(BrokerSettings settings) {
        BrokerUser.parse(settings.users());
        settings.doors().forEach(BrokerServer::requireFree);
    }

    /** Asked first, because the answer is one sentence here and a stack trace in Artemis' log. */
    private static void requireFree(BrokerSettings.Door door) {
        try (ServerSocket socket = new ServerSocket()) {
            InetSocketAddress address = new InetSocketAddress(door.address(), door.port());
            if (address.isUnresolved()) {
                throw new StartRefused(BrokerSettings.PREFIX + door.bindKey() + ": " + door.address()
                        + " is not an address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own");
            }
            socket.bind(address);
        } catch (IOException e) {
            throw taken(door);
        }
    }

    private static StartRefused taken(BrokerSettings.Door door) {
        return new StartRefused(BrokerSettings.PREFIX + door.key() + ": port " + door.port() + " of " + door.address()
                + " (" + BrokerSettings.PREFIX + door.bindKey()
                + ") is taken by another program or may not be opened: free it, or set another port");
    }

    private int port(String protocol) {
        return server().getRemotingService().getAcceptor(protocol) instanceof NettyAcceptor acceptor
                ? acceptor.getActualPort()
                : BrokerSettings.CLOSED;
    }

    ActiveMQServer server() {
        return artemis.getActiveMQServer();
    }

    private static Secret random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Secret.of(HexFormat.of().formatHex(bytes));
    }
}
