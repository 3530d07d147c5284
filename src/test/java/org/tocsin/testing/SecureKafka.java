package org.tocsin.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka of one node (KRaft) that speaks SASL_SSL alone, and asks for a certificate; {@link KafkaServer} does neither. */
public final class SecureKafka implements AutoCloseable {
    public static final String USER = "hub";
    public static final String PASSWORD = "kafka-password-of-the-tests";

    /** Of {@code tocsin.kafka.sasl-jaas-config}. */
    public static final String JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
            + USER + "\" password=\"" + PASSWORD + "\";";

    public final int port = HubProcess.freePort();
    private final KafkaRaftServer server;
    private final Map<String, Object> client;
    private final Admin admin;

    /** @param certificate of the broker, and of whoever asks it for something here */
    public SecureKafka(TestAuthority authority, TestAuthority.Issued certificate, String topic) {
        Map<String, Object> tls = Map.of(
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.location",
                certificate.both().toString(),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                authority.certificate().toString());
        client = new HashMap<>(tls);
        client.putAll(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                JAAS));
        try {
            server = start(Files.createTempDirectory("kafka"), tls);
            admin = Admin.create(client);
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private KafkaRaftServer start(Path folder, Map<String, Object> tls) throws Exception {
        int controller = HubProcess.freePort();
        String logs = folder.resolve("logs").toString();
        Map<String, Object> config = new HashMap<>(tls);
        config.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "controller.listener.names", "CONTROLLER",
                "listeners", "SASL_SSL://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "SASL_SSL://127.0.0.1:" + port,
                "listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "SASL_SSL",
                "listener.name.sasl_ssl.ssl.client.auth", "required"));
        config.putAll(Map.of(
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.sasl_ssl.plain.sasl.jaas.config",
                        JAAS.replace(";", " user_" + USER + "=\"" + PASSWORD + "\";"),
                "log.dirs", logs,
                "offsets.topic.num.partitions", "1",
                "offsets.topic.replication.factor", "1",
                "group.initial.rebalance.delay.ms", "0"));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(logs)
                .setMetadataLogDirectory(logs)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
        KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
        fresh.startup();
        return fresh;
    }

    /** Returns when the broker has it. */
    public void send(String topic, String value) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                    .get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** Groups that a client of this broker ever was in. */
    public List<String> groups() {
        try {
            return admin.listConsumerGroups().all().get(60, TimeUnit.SECONDS).stream()
                    .map(group -> group.groupId())
                    .toList();
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        admin.close();
        server.shutdown();
        server.awaitShutdown();
    }
}
