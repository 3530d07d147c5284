package org.tocsin.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From a sensor's message, published with QoS 1 at a steady rate, to the instant at which the simulated provider had
 * read the request; and the way there, by the instants in the ledger. All of them are of one machine's clock.
 */
final class SensorTrial {
    /** Of the first messages, those that count. */
    private static final String STAGES = """
            select substring(l.cap from 'bench-m[0-9]{5}'), l.received_at, a.queued_at, a.handed_at
            from alert l join attempt a on a.alert_id = l.id
            where l.cap ~ 'bench-m[0-9]{5}' and a.handed_at is not null""";

    private final BenchSettings settings;
    private final HubProcess hub;
    private final SimulatorProcess simulator;
    private final Map<String, Instant> published = new HashMap<>();
    private final Map<String, Instant> called = new HashMap<>();

    SensorTrial(BenchSettings settings, HubProcess hub, SimulatorProcess simulator) {
        this.settings = settings;
        this.hub = hub;
        this.simulator = simulator;
    }

    void run(Part part) throws Exception {
        try (Sensor sensor = new Sensor(hub, "sensors/bench/", settings.rate())) {
            sensor.publish("bench-w%05d", settings.warmUp(), () -> true);
            sensor.publish("bench-m%05d", settings.messages(), () -> true);
            published.putAll(sensor.published());
            Waiting.until(
                    "the provider got " + published.size() + " messages",
                    Duration.ofMinutes(2),
                    Duration.ofMillis(250),
                    () -> simulator.accepted() >= published.size());
        }
        called.putAll(Sensor.calls(simulator));
        part.put(
                "messages",
                called.keySet().stream()
                        .filter(device -> device.startsWith("bench-m"))
                        .count());
        part.put(
                "provider calls",
                simulator.counts().path("whatsapp").path("attempts").asLong());
        report(part, "published → provider", Sensor.millis("bench-m", published, called), 50);
        reportStages(part);
    }

    private void reportStages(Part part) throws Exception {
        List<Double> received = new ArrayList<>();
        List<Double> planned = new ArrayList<>();
        List<Double> handed = new ArrayList<>();
        List<Double> arrived = new ArrayList<>();
        try (Connection connection = hub.database();
                PreparedStatement statement = connection.prepareStatement(STAGES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String device = row.getString(1);
                Instant receivedAt = instant(row, 2);
                Instant queuedAt = instant(row, 3);
                Instant handedAt = instant(row, 4);
                received.add(millis(published.get(device), receivedAt));
                planned.add(millis(receivedAt, queuedAt));
                handed.add(millis(queuedAt, handedAt));
                arrived.add(millis(handedAt, called.get(device)));
            }
        }
        report(part, "  published → transaction of the intake", received);
        report(part, "  → being planned", planned);
        report(part, "  → handed to the route's endpoint", handed);
        report(part, "  → read by the provider", arrived);
    }

    private static Instant instant(ResultSet row, int column) throws java.sql.SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    static void report(Part part, String what, List<Double> millis) {
        report(part, what, millis, Double.POSITIVE_INFINITY);
    }

    /** @param aim of the 99th percentile; infinite for none */
    static void report(Part part, String what, List<Double> millis, double aim) {
        Percentiles found = Percentiles.of(millis);
        part.put(what + ", p50 ms", found.p50());
        if (Double.isInfinite(aim)) {
            part.put(what + ", p99 ms", found.p99());
        } else {
            part.putAtMost(what + ", p99 ms", found.p99(), aim);
        }
        part.put(what + ", max ms", found.max());
    }
}
