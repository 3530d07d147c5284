package org.tocsin.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.MqttServer;

/**
 * How many small readings a second the hub takes from each source, from the first that is sent until the last is
 * durable in the ledger; and what one costs. They come from a hundred devices whose incident is
 * open, so each transaction writes. Whoever sends them takes part of the same cores.
 */
final class TriggersTrial {
    /** Of {@code src/test/resources/bench/sensors.yaml}. */
    static final String TOPIC = "bench.gauges";

    static final int DEVICES = 100;
    static final String OUTSIDE_PASSWORD = "password-of-the-bench";
    private static final int WARM_UP = 20_000;
    /** Those are slower, since each reading is a commit of its own there. */
    private static final int SHARE_WITHOUT_AIM = 5;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final int triggers;
    private final HubProcess hub;
    private final KafkaServer kafka;
    private final MqttServer outside;

    /** @param outside a broker in this JVM, as the Kafka is */
    TriggersTrial(int triggers, HubProcess hub, KafkaServer kafka, MqttServer outside) {
        this.triggers = triggers;
        this.hub = hub;
        this.kafka = kafka;
        this.outside = outside;
    }

    /** Hands in so many readings, and returns when the broker has them all. */
    private interface Load {
        void give(int readings) throws Exception;
    }

    /** How many of them are durable by now. */
    private interface Count {
        long now() throws Exception;
    }

    void run(Part part) throws Exception {
        try (Connection ledger = hub.database()) {
            run(part, ledger);
        }
    }

    private void run(Part part, Connection ledger) throws Exception {
        measure(part, "Kafka", 5_000, this::byKafka, () -> kafka.committed("tocsin", TOPIC));
        try (JmsLoad jms = new JmsLoad(hub)) {
            measure(part, "JMS", 3_000, jms::give, () -> taken(ledger, "jms-incidents"));
        }
        try (MqttLoad mqtt = new MqttLoad(
                "tcp://127.0.0.1:" + hub.mqttPort, HubProcess.SENSOR, HubProcess.SENSOR_PASSWORD, "sensors/load/")) {
            measure(part, "MQTT QoS 1", 3_000, mqtt::give, () -> taken(ledger, "mqtt-sensors"));
        }
        HookLoad hooks = new HookLoad(hub, "bench");
        measure(part, "webhook, one reading a request", 0, hooks::give, () -> taken(ledger, "hook:bench"));
        try (MqttLoad mqtt = new MqttLoad(outside.url(), MqttServer.USER, OUTSIDE_PASSWORD, "plant/load/")) {
            measure(part, "MQTT QoS 1, a broker outside", 0, mqtt::give, () -> taken(ledger, "mqtt-outside"));
        }
    }

    /** @param aim readings a second; 0: none */
    private void measure(Part part, String source, int aim, Load load, Count count) throws Exception {
        int triggers = aim == 0 ? this.triggers / SHARE_WITHOUT_AIM : this.triggers;
        run(load, count, aim == 0 ? WARM_UP / SHARE_WITHOUT_AIM : WARM_UP);
        double hubBefore = hub.cpuSeconds();
        double databaseBefore = hub.databaseCpuSeconds();
        double seconds = run(load, count, triggers);
        double cpu = hub.cpuSeconds() - hubBefore;
        double databaseCpu = hub.databaseCpuSeconds() - databaseBefore;
        if (aim == 0) {
            part.put(source + ": readings/s", triggers / seconds);
        } else {
            part.putAtLeast(source + ": readings/s", triggers / seconds, aim);
        }
        part.put("  CPU µs each, hub and broker inside it (" + source + ")", cpu * 1e6 / triggers);
        part.put("  CPU µs each, PostgreSQL (" + source + ")", databaseCpu * 1e6 / triggers);
    }

    private static double run(Load load, Count count, int readings) throws Exception {
        long before = count.now();
        long begun = System.nanoTime();
        load.give(readings);
        long done = Waiting.until("all are in the ledger", PATIENCE, LOOK, () -> count.now() >= before + readings);
        return Waiting.seconds(begun, done);
    }

    /** As the hub itself counts them, in the transaction that takes them. */
    private static long taken(Connection ledger, String source) throws SQLException {
        try (PreparedStatement query = ledger.prepareStatement("""
                select coalesce(sum(accepted + held + grouped + silent + again + refused), 0)
                from intake_count where source = ?""")) {
            query.setString(1, source);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
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
