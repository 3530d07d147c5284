package org.tocsin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.apache.commons.io.FileUtils;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** An MQTT broker that is no hub's, with one user who may do all; not there until it is started. */
public final class MqttServer implements AutoCloseable {
    public static final String USER = "plant";

    private final Path folder;
    private final Configuration configuration;
    private final String password;
    private final int port = HubProcess.freePort();
    private EmbeddedActiveMQ server;

    public MqttServer(String password) {
        this.password = password;
        try {
            folder = Files.createTempDirectory("mqtt");
            configuration = new ConfigurationImpl()
                    .setJournalDirectory(folder.resolve("journal").toString())
                    .setBindingsDirectory(folder.resolve("bindings").toString())
                    .setLargeMessagesDirectory(folder.resolve("large").toString())
                    .setPagingDirectory(folder.resolve("paging").toString())
                    // As the hub's: the disk of a machine that builds may be nine tenths full.
                    .setMinDiskFree(256L << 20)
                    .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + port + "?protocols=MQTT")
                    .putSecurityRoles(
                            "#",
                            java.util.Set.of(new Role(
                                    USER, true, true, true, true, true, true, true, true, true, true, true, true)))
                    .addAddressSetting("#", new AddressSettings());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Another port, for TLS; before the start.
     *
     * @return its number
     */
    public int alsoOverTls(TestAuthority authority, TestAuthority.Issued certificate) {
        int secure = HubProcess.freePort();
        String stores = "keyStorePath=%s;keyStorePassword=%s;keyStoreType=PKCS12"
                        .formatted(certificate.store(), TestAuthority.PASSWORD)
                + ";trustStorePath=%s;trustStorePassword=%s;trustStoreType=PKCS12"
                        .formatted(authority.truststore(), TestAuthority.PASSWORD);
        try {
            configuration.addAcceptorConfiguration(
                    "mqtts",
                    "tcp://127.0.0.1:" + secure + "?protocols=MQTT;sslEnabled=true;needClientAuth=true;" + stores);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return secure;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** With what it had in its journal. */
    public void start() throws Exception {
        SecurityConfiguration users = new SecurityConfiguration(Map.of(USER, password), Map.of(USER, List.of(USER)));
        server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        server.start();
    }

    public void stop() throws Exception {
        server.stop();
    }

    /** How many messages this client has not acknowledged, those that it was sent among them. */
    public long waiting(String clientId) {
        return sum(clientId, Queue::getMessageCount);
    }

    /** How many of these it was sent. */
    public long sent(String clientId) {
        return sum(clientId, Queue::getDeliveringCount);
    }

    /** Whether this client ever subscribed. */
    public boolean knows(String clientId) {
        return sum(clientId, queue -> 1) > 0;
    }

    /** How many share a subscription of this name. */
    public long subscribers(String share) {
        return server.getActiveMQServer()
                .getPostOffice()
                .getAllBindings()
                .filter(LocalQueueBinding.class::isInstance)
                .map(binding -> ((LocalQueueBinding) binding).getQueue())
                .filter(queue -> queue.getName().toString().startsWith(share))
                .mapToLong(Queue::getConsumerCount)
                .sum();
    }

    private long sum(String clientId, ToLongFunction<Queue> count) {
        return server.getActiveMQServer()
                .getPostOffice()
                .getAllBindings()
                .filter(LocalQueueBinding.class::isInstance)
                .map(binding -> ((LocalQueueBinding) binding).getQueue())
                .filter(queue -> queue.getName().toString().startsWith(clientId))
                .mapToLong(count)
                .sum();
    }

    /** Of somebody who publishes, QoS 1, and returns when the broker has it. */
    public void publish(String topic, String text, boolean retained, Map<String, String> properties) {
        MqttMessage message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8), 1, retained, new MqttProperties());
        message.getProperties()
                .setUserProperties(properties.entrySet().stream()
                        .map(entry -> new UserProperty(entry.getKey(), entry.getValue()))
                        .toList());
        with(UUID.randomUUID().toString(), client -> client.publish(topic, message));
    }

    /** Somebody else takes the name of this client, and its session with it. */
    public void forget(String clientId) {
        with(clientId, client -> {});
    }

    /** What is done with a connection. */
    public interface Use {
        void of(MqttClient client) throws MqttException;
    }

    public void with(String clientId, Use use) {
        try {
            MqttClient client = new MqttClient(url(), clientId, new MemoryPersistence());
            try {
                MqttConnectionOptions options = new MqttConnectionOptions();
                options.setUserName(USER);
                options.setPassword(password.getBytes(StandardCharsets.UTF_8));
                options.setCleanStart(true);
                client.connect(options);
                use.of(client);
                client.disconnect();
            } finally {
                client.close(true);
            }
        } catch (MqttException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() throws Exception {
        stop();
        FileUtils.deleteQuietly(folder.toFile());
    }
}
