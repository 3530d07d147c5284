package org.tocsin.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** How the embedded broker is set up, as Artemis wants it told. */
final class BrokerConfiguration {
    /** MQTT {@code sensors/site/device} is the address {@code sensors.site.device}. */
    static final String SENSORS = "sensors.";

    static final String SENSORS_ADDRESS = "sensors.#";
    static final String INGEST = "ingest";
    static final String INCIDENTS = "incidents";
    static final String EVENTS = "alert-events";

    /** Nanoseconds. How long the journal gathers writes for one sync; the defaults (3.3 ms for NIO) cost 35 times. */
    private static final int BUFFER_TIMEOUT = (int) TimeUnit.MICROSECONDS.toNanos(200);

    private static final int SHARE_OF_HEAP = 12;
    private static final long MEGABYTE = 1024L * 1024;

    private BrokerConfiguration() {}

    static Configuration of(Path folder, BrokerSettings settings, int serverId) {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setName("tocsin").setJMXManagementEnabled(false).setMessageCounterEnabled(false);
        configuration.setGracefulShutdownEnabled(false);
        store(configuration, folder);
        acceptors(configuration, settings, serverId);
        security(configuration);
        addresses(configuration);
        return configuration;
    }

    /** An MQTT PUBACK and the return of a JMS send mean: on the disk. */
    private static void store(Configuration configuration, Path folder) {
        configuration
                .setPersistenceEnabled(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setJournalType(JournalType.NIO)
                .setJournalDatasync(true)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setLargeMessageSync(true)
                .setJournalBufferTimeout_NIO(BUFFER_TIMEOUT)
                .setJournalBufferTimeout_AIO(BUFFER_TIMEOUT)
                // The largest message must fit into one write.
                .setJournalBufferSize_NIO(2 * IntakeGuard.MAX_MESSAGE)
                .setJournalBufferSize_AIO(2 * IntakeGuard.MAX_MESSAGE)
                .setJournalMinFiles(2)
                .setJournalPoolFiles(8)
                .setGlobalMaxSize(mostInMemory())
                // In bytes, since a share of a large disk says nothing; below it senders wait instead of losing.
                .setMinDiskFree(256 * MEGABYTE)
                .setThreadPoolMaxSize(16)
                .setScheduledThreadPoolMaxSize(3);
    }

    /**
     * Bytes as the broker counts them, of what waits; the rest pages to the disk. A small message takes three times as much of
     * the heap as is counted for it, and others need the heap too.
     */
    private static long mostInMemory() {
        return Math.min(96 * MEGABYTE, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    private static void acceptors(Configuration configuration, BrokerSettings settings, int serverId) {
        configuration.addAcceptorConfiguration(new TransportConfiguration(
                InVMAcceptorFactory.class.getName(), Map.of("serverId", Integer.toString(serverId)), "hub"));
        settings.doors().forEach(door -> configuration.addAcceptorConfiguration(netty(door)));
    }

    private static TransportConfiguration netty(BrokerSettings.Door door) {
        Map<String, Object> parameters =
                Map.of("host", door.address(), "port", door.port(), "protocols", door.protocol(), "useEpoll", true);
        return new TransportConfiguration(
                NettyAcceptorFactory.class.getName(), parameters, door.protocol(), options(door.protocol()));
    }

    private static Map<String, Object> options(String protocol) {
        return switch (protocol) {
            case "MQTT" ->
                Map.of(
                        "maximumPacketSize",
                        IntakeGuard.MAX_MESSAGE,
                        "closeMqttConnectionOnPublishAuthorizationFailure",
                        true);
            // No name, no entry: without it Artemis would offer ANONYMOUS.
            case "AMQP" -> Map.of("saslMechanisms", "PLAIN", "maxFrameSize", 128 * 1024);
            default -> Map.of();
        };
    }

    private static void security(Configuration configuration) {
        Role hub = reader("hub");
        configuration
                .setSecurityEnabled(true)
                .setPopulateValidatedUser(true)
                // Not setRejectEmptyValidatedUser, which refuses every message of AMQP: IntakeGuard looks instead.
                .setSecurityInvalidationInterval(10_000);
        // No role is named for "#": everything that is not listed here is forbidden to everybody.
        configuration.setSecurityRoles(Map.of(
                "#",
                Set.of(),
                SENSORS_ADDRESS,
                Set.of(sender("sensor", true), hub),
                INCIDENTS,
                Set.of(sender("incident", false), hub),
                EVENTS,
                Set.of(sender("hub", false), reader("events"))));
    }

    private static Role reader(String name) {
        return new Role(name, false, true, false, false, false, false, false, true, false, false, false, false);
    }

    private static Role sender(String name, boolean mayNameNewAddresses) {
        return new Role(
                name, true, false, false, false, false, false, false, false, mayNameNewAddresses, false, false, false);
    }

    private static void addresses(Configuration configuration) {
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setAutoCreateAddresses(true)
                        .setAutoCreateQueues(false)
                        .setAutoDeleteQueues(false)
                        // Never used, with attempts without end and no expiry; named, lest Artemis warn at each start.
                        .setDeadLetterAddress(SimpleString.of("none"))
                        .setExpiryAddress(SimpleString.of("none"))
                        .setMaxDeliveryAttempts(-1)
                        .setRedeliveryDelay(500)
                        .setRedeliveryMultiplier(2)
                        .setMaxRedeliveryDelay(10_000)
                        // The sender's wish to let a message expire would undo the acknowledgement it was given.
                        .setNoExpiry(true)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                        .setPageSizeBytes((int) (2 * MEGABYTE))
                        .setDefaultGroupRebalance(false)
                        .setDefaultConsumerWindowSize(256 * 1024));
        // What STOMP sends to an address that it says nothing of; else it would have to be created anew, as another
        // kind.
        configuration.addAddressSetting(
                INCIDENTS,
                new AddressSettings()
                        .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                        .setDefaultQueueRoutingType(RoutingType.ANYCAST));
        configuration.setAddressConfigurations(List.of(
                durable(SENSORS_ADDRESS, INGEST, RoutingType.MULTICAST),
                durable(INCIDENTS, INCIDENTS, RoutingType.ANYCAST),
                durable(EVENTS, EVENTS, RoutingType.ANYCAST)));
    }

    private static CoreAddressConfiguration durable(String address, String queue, RoutingType type) {
        return new CoreAddressConfiguration()
                .setName(address)
                .addRoutingType(type)
                .addQueueConfig(QueueConfiguration.of(SimpleString.of(queue))
                        .setAddress(SimpleString.of(address))
                        .setRoutingType(type)
                        .setDurable(true)
                        .setMaxConsumers(-1)
                        .setPurgeOnNoConsumers(false)
                        .setAutoDelete(false));
    }
}
