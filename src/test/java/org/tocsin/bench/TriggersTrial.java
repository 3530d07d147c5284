package org.tocsin.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.tocsin.testing.KafkaServer;

/**
 * How many small readings a second the hub takes from each source, from the first that is sent until the last was
 * acknowledged, which is after the ledger's commit; and what one costs. They come from a hundred devices whose incident is
 * open, so each transaction writes. Whoever sends them takes part of the same cores.
 */
final class TriggersTrial {
    /** Of {@code src/test/resources/bench/sensors.yaml}. */
    static final String TOPIC = "bench.gauges";

    static final int DEVICES = 100;
    private static final int WARM_UP = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final int triggers;
    private final HubProcess hub;
    private final KafkaServer kafka;

    TriggersTrial(int triggers, HubProcess hub, KafkaServer kafka) {
        this.triggers = triggers;
        this.hub = hub;
        this.kafka = kafka;
    }

    /** Hands in so many readings, and returns when the broker has them all. */
    private interface Load {
        void give(int readings) throws Exception;
    }

    /** How many were acknowledged by now. */
    private interface Count {
        long now() throws Exception;
    }

    void run(Part part) throws Exception {
        measure(part, "Kafka", 5_000, this::byKafka, () -> kafka.committed("tocsin", TOPIC));
        try (JmsLoad jms = new JmsLoad(hub)) {
            measure(part, "JMS", 3_000, jms::give, () -> hub.succeeded("intake-jms-incidents"));
        }
        try (MqttLoad mqtt = new MqttLoad(hub)) {
            measure(part, "MQTT QoS 1", 3_000, mqtt::give, () -> hub.succeeded("intake-mqtt-sensors"));
        }
    }

    private void measure(Part part, String source, int aim, Load load, Count count) throws Exception {
        run(load, count, WARM_UP);
        double hubBefore = hub.cpuSeconds();
        double databaseBefore = hub.databaseCpuSeconds();
        double seconds = run(load, count, triggers);
        double cpu = hub.cpuSeconds() - hubBefore;
        double databaseCpu = hub.databaseCpuSeconds() - databaseBefore;
        part.putAtLeast(source + ": readings/s", triggers / seconds, aim);
        part.put("  CPU µs each, hub and broker inside it", cpu * 1e6 / triggers);
        part.put("  CPU µs each, PostgreSQL (" + source + ")", databaseCpu * 1e6 / triggers);
    }

    private static double run(Load load, Count count, int readings) throws Exception {
        long before = count.now();
        long begun = System.nanoTime();
        load.give(readings);
        long done = Waiting.until("all are in the ledger", PATIENCE, LOOK, () -> count.now() >= before + readings);
        return Waiting.seconds(begun, done);
    }

    private void byKafka(int readings) {
        for (int i = 0; i < readings; i++) {
            kafka.send(TOPIC, null, reading(i), Map.of());
        }
        kafka.flush();
    }

    static byte[] reading(int number) {
        return ("{\"gauge\":\"" + device(number) + "\",\"level\":" + (4 + number % 9 / 10.0) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static String device(int number) {
        return "g" + number % DEVICES;
    }
}
