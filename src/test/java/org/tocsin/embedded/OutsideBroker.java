package org.tocsin.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.tocsin.privacy.Secret;

/** A broker that is no hub's own, always on the same ports and with the same users: it can go away and come back. */
public final class OutsideBroker implements AutoCloseable {
    private static final String PASSWORD = "outside-broker";
    private static final int SERVER_ID = 7_000;

    private final Path folder;
    private final BrokerSettings settings;
    private EmbeddedActiveMQ server;

    /** @param users as in {@code tocsin.broker.users} */
    public OutsideBroker(Path folder, int jmsPort, int mqttPort, String... users) throws Exception {
        this.folder = folder;
        this.settings = new BrokerSettings(
                "",
                "",
                null,
                "127.0.0.1",
                "",
                jmsPort,
                mqttPort,
                -1,
                -1,
                List.of(users).stream().map(Secret::of).toList());
        start();
    }

    /** What a hub needs to read from it. */
    public List<String> arguments() {
        return List.of(
                "--tocsin.broker.url=tcp://127.0.0.1:" + settings.jmsPort(),
                "--tocsin.broker.username=" + BrokerUser.Role.HUB.word(),
                "--tocsin.broker.password=" + PASSWORD);
    }

    /** With what it had in its journal. */
    public void start() throws Exception {
        List<BrokerUser> users = new ArrayList<>(BrokerUser.parse(settings.users()));
        users.add(new BrokerUser(BrokerUser.Role.HUB.word(), Secret.of(PASSWORD), BrokerUser.Role.HUB));
        server = new EmbeddedActiveMQ();
        server.setConfiguration(BrokerConfiguration.of(folder, settings, SERVER_ID));
        server.setSecurityManager(new BrokerDoor(users));
        server.createActiveMQServer();
        server.getActiveMQServer().registerBrokerPlugin(new IntakeGuard());
        server.getActiveMQServer().addProtocolManagerFactory(new SmallMqttPackets());
        server.start();
    }

    public void stop() throws Exception {
        server.stop();
    }

    @Override
    public void close() throws Exception {
        stop();
    }
}
