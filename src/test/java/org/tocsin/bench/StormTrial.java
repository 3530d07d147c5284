package org.tocsin.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.tocsin.testing.Cap;
import org.tocsin.testing.KafkaServer;

/**
 * A million minor alerts of a few causes by Kafka, and one Extreme by MQTT half-way: when it is at the provider, what
 * became of the million, and whether memory grew. The brake is that of config/.
 */
final class StormTrial {
    static final String TOPIC = "bench.storm";
    static final List<String> BRAKE = List.of(
            "--tocsin.intake.brake.alerts=50",
            "--tocsin.intake.brake.one-cause=10",
            "--tocsin.intake.brake.identical-for=1h");

    private static final String SOURCE = "kafka-triggers";
    private static final int CAUSES = 20;
    /** Of each cause so many sentences, so that not all of it is identical. */
    private static final int SENTENCES = 5;

    /** Ten times as many triggers may not need more; what caches keep differs by as much. */
    private static final double FLAT = 1.2;

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final int alerts;
    private final HubProcess hub;
    private final KafkaServer kafka;
    private final SimulatorProcess simulator;

    /** @param simulator keeps a journal of everything */
    StormTrial(int alerts, HubProcess hub, KafkaServer kafka, SimulatorProcess simulator) {
        this.alerts = alerts;
        this.hub = hub;
        this.kafka = kafka;
        this.simulator = simulator;
    }

    void run(Part part) throws Exception {
        try (Sensor sensor = new Sensor(hub, "sensors/siren/", 1)) {
            double hubBefore = hub.cpuSeconds();
            double databaseBefore = hub.databaseCpuSeconds();
            long begun = System.nanoTime();
            Thread sender = new Thread(this::send, "storm");
            sender.start();
            Waiting.until("a tenth is taken", PATIENCE, LOOK, () -> taken() >= alerts / 10);
            double early = hub.peakResidentMegabytes();
            double liveEarly = hub.liveMegabytes();
            Waiting.until("half of them are taken", PATIENCE, LOOK, () -> taken() >= alerts / 2);
            sensor.publish("bench-x%05d", 1, () -> true);
            Waiting.until("the Extreme one is at the provider", PATIENCE, LOOK, () -> !Sensor.millis(
                            "bench-x", sensor.published(), Sensor.calls(simulator))
                    .isEmpty());
            double millis = Sensor.millis("bench-x", sensor.published(), Sensor.calls(simulator))
                    .get(0);
            part.putAtMost("Extreme by MQTT half-way → provider, ms", millis, 5_000);
            long done = Waiting.until("all are taken", PATIENCE, LOOK, () -> taken() >= alerts);
            sender.join();
            double seconds = Waiting.seconds(begun, done);
            part.put("alerts/s", alerts / seconds);
            part.put("CPU µs an alert: hub", (hub.cpuSeconds() - hubBefore) * 1e6 / alerts);
            part.put("CPU µs an alert: PostgreSQL", (hub.databaseCpuSeconds() - databaseBefore) * 1e6 / alerts);
            part.put("hub peak RSS after a tenth, MB", early);
            double live = hub.liveMegabytes();
            part.put("hub heap after a full collection, after a tenth, MB", liveEarly);
            part.put("hub heap after a full collection, at the end, MB", live);
            part.putAtMost("  the second in times of the first", live / liveEarly, FLAT);
            counts(part);
        }
    }

    private long taken() throws Exception {
        return kafka.committed("tocsin", TOPIC);
    }

    private void send() {
        for (int i = 0; i < alerts; i++) {
            int cause = i % CAUSES;
            String alert = Cap.from(
                            "storm@bench.example.org",
                            "storm-" + i,
                            Cap.now(),
                            "Cause " + cause,
                            "Noise " + cause + "." + i / CAUSES % SENTENCES,
                            People.SINGLE)
                    .replace("\"Severe\"", "\"Minor\"");
            kafka.send(TOPIC, null, alert.getBytes(StandardCharsets.UTF_8), Map.of());
        }
        kafka.flush();
    }

    /** What the hub says became of them must be all of them. */
    private void counts(Part part) throws Exception {
        try (Connection database = hub.database();
                Statement statement = database.createStatement()) {
            ResultSet row = statement.executeQuery("""
                    select sum(accepted), sum(held), sum(grouped), sum(silent) + sum(again) + sum(refused)
                    from intake_count where source = '%s'""".formatted(SOURCE));
            row.next();
            long all = row.getLong(1) + row.getLong(2) + row.getLong(3) + row.getLong(4);
            part.put("alerts of their own", row.getLong(1));
            part.put("held", row.getLong(2));
            part.put("told by another, or counted only", row.getLong(3));
            part.put("these add up", all == alerts ? "yes" : "NO: " + all + " of " + alerts);
            ResultSet causes =
                    statement.executeQuery("select count(*) from storm_cause where source = '%s'".formatted(SOURCE));
            causes.next();
            part.put("causes", causes.getLong(1));
        }
        part.put("messages at the provider, with the Extreme one", simulator.accepted());
    }
}
