package org.tocsin.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A Kafka of one node (KRaft) in this JVM, with somebody who produces to it. */
public final class KafkaServer implements AutoCloseable {
    /** Bytes of one record: more than a hub takes. */
    private static final int LARGEST = 8 << 20;

    private final EmbeddedKafkaKraftBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;

    /** @param topics each with so many partitions */
    public KafkaServer(int partitions, String... topics) {
        broker = new EmbeddedKafkaKraftBroker(1, partitions, topics);
        // A group of one begins at once, in place of waiting 3 s for others.
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("offsets.topic.num.partitions", "1");
        broker.brokerProperty("message.max.bytes", String.valueOf(LARGEST));
        broker.afterPropertiesSet();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        brokers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        "5",
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        LARGEST),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers()));
    }

    public String brokers() {
        return broker.getBrokersAsString();
    }

    /** What a hub needs to read from it; beside it in one JVM, the server itself would say much. */
    public String[] arguments(String... more) {
        return Stream.concat(
                        Stream.of(
                                "--tocsin.kafka.brokers=" + brokers(),
                                "--logging.level.kafka=WARN",
                                "--logging.level.state.change.logger=WARN",
                                "--logging.level.org.apache.kafka=ERROR"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** Returns when the broker has it. */
    public void send(String topic, String value, Map<String, String> headers) {
        send(topic, null, value.getBytes(StandardCharsets.UTF_8), headers);
        producer.flush();
    }

    /** Returns at once. */
    public void send(String topic, Integer partition, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, partition, null, value);
        headers.forEach((name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        producer.send(message);
    }

    public void flush() {
        producer.flush();
    }

    /** How many records of this topic the group has done with. */
    public long committed(String group, String topic) {
        return offsets(group).entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    /** As if the group had read nothing; nobody of it may be there. */
    public void rewind(String group) {
        Map<TopicPartition, OffsetAndMetadata> begin = new java.util.HashMap<>();
        offsets(group).keySet().forEach(partition -> begin.put(partition, new OffsetAndMetadata(0)));
        get(admin.alterConsumerGroupOffsets(group, begin).all());
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(String group) {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
        producer.close();
        broker.destroy();
    }
}
