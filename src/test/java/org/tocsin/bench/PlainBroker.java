package org.tocsin.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** The broker of the plain Camel route: embedded, its journal kept and synced as that of the hub's own broker. */
final class PlainBroker {
    static final String TRIGGERS = "triggers";
    static final String PEOPLE = "people";
    static final String DEAD = "dead";
    private static final int MEGABYTE = 1024 * 1024;

    private PlainBroker() {}

    /** Reached as {@code vm://0}, and from other processes by the port. */
    static EmbeddedActiveMQ start(Path folder, int port) throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setName("plain")
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setMessageCounterEnabled(false)
                .setThreadPoolMaxSize(16)
                .setScheduledThreadPoolMaxSize(3);
        store(configuration, folder);
        configuration.addAcceptorConfiguration(
                new TransportConfiguration(InVMAcceptorFactory.class.getName(), Map.of("serverId", "0"), "vm"));
        configuration.addAcceptorConfiguration(new TransportConfiguration(
                NettyAcceptorFactory.class.getName(),
                Map.of("host", "127.0.0.1", "port", port, "protocols", "CORE"),
                "tcp"));
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setDeadLetterAddress(SimpleString.of(DEAD))
                        .setExpiryAddress(SimpleString.of(DEAD))
                        .setMaxDeliveryAttempts(4)
                        .setRedeliveryDelay(1000)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                        .setPageSizeBytes(2 * MEGABYTE));
        configuration.setAddressConfigurations(List.of(queue(TRIGGERS), queue(PEOPLE), queue(DEAD)));
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        artemis.setConfiguration(configuration);
        artemis.start();
        return artemis;
    }

    /** The same as {@code org.tocsin.embedded.BrokerConfiguration}. */
    private static void store(Configuration configuration, Path folder) {
        int bufferTimeout = (int) TimeUnit.MICROSECONDS.toNanos(200);
        configuration
                .setPersistenceEnabled(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setJournalType(JournalType.NIO)
                .setMinDiskFree(256L << 20)
                .setJournalDatasync(true)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalBufferTimeout_NIO(bufferTimeout)
                .setJournalBufferSize_NIO(2 * MEGABYTE)
                .setJournalMinFiles(2)
                .setJournalPoolFiles(8)
                .setGlobalMaxSize(96L * MEGABYTE);
    }

    private static CoreAddressConfiguration queue(String name) {
        return new CoreAddressConfiguration()
                .setName(name)
                .addRoutingType(RoutingType.ANYCAST)
                .addQueueConfig(QueueConfiguration.of(SimpleString.of(name))
                        .setAddress(SimpleString.of(name))
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
    }
}
