package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * From a sensor's message, published with QoS 1 at a steady rate, to the instant at which the simulated provider had
 * read the request; and the way there, by the instants in the ledger. All of them are of one machine's clock.
 */
final class SensorTrial {
    private static final Pattern DEVICE = Pattern.compile("bench-[wm]\\d{5}");

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
        MqttAsyncClient client = connect();
        try {
            publish(client, "bench-w%05d", settings.warmUp());
            publish(client, "bench-m%05d", settings.messages());
            long expected = settings.warmUp() + (long) settings.messages();
            Waiting.until(
                    "the provider got " + expected + " messages",
                    Duration.ofMinutes(2),
                    Duration.ofMillis(250),
                    () -> simulator.accepted() >= expected);
        } finally {
            client.disconnectForcibly(1_000, 1_000, true);
            client.close();
        }
        readJournal();
        part.put(
                "messages",
                called.keySet().stream()
                        .filter(device -> device.startsWith("bench-m"))
                        .count());
        part.put(
                "provider calls",
                simulator.counts().path("whatsapp").path("attempts").asLong());
        report(part, "published → provider", overall());
        reportStages(part);
    }

    private MqttAsyncClient connect() throws MqttException {
        MqttAsyncClient client =
                new MqttAsyncClient("tcp://127.0.0.1:" + hub.mqttPort, "bench", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(HubProcess.SENSOR);
        options.setPassword(HubProcess.SENSOR_PASSWORD.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(30_000);
        return client;
    }

    /** Never waits for an answer, so that a slow hub does not slow down what measures it. */
    private void publish(MqttAsyncClient client, String name, int number) throws MqttException {
        long gap = 1_000_000_000L / settings.rate();
        long next = System.nanoTime();
        for (int i = 0; i < number; i++) {
            long early;
            while ((early = next - System.nanoTime()) > 0) {
                LockSupport.parkNanos(early);
            }
            next += gap;
            String device = name.formatted(i);
            published.put(device, Instant.now());
            client.publish("sensors/bench/" + device, "{\"level\": 5.1}".getBytes(StandardCharsets.UTF_8), 1, false);
        }
    }

    private void readJournal() throws Exception {
        for (JsonNode entry : simulator.journal()) {
            Matcher device = DEVICE.matcher(entry.path("text").asText() + entry.path("params"));
            if (device.find()) {
                called.putIfAbsent(
                        device.group(), Instant.parse(entry.path("at").asText()));
            }
        }
    }

    private List<Double> overall() {
        List<Double> millis = new ArrayList<>();
        published.forEach((device, at) -> {
            if (device.startsWith("bench-m") && called.containsKey(device)) {
                millis.add(millis(at, called.get(device)));
            }
        });
        return millis;
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

    private static void report(Part part, String what, List<Double> millis) {
        Percentiles found = Percentiles.of(millis);
        part.put(what + ", p50 ms", found.p50());
        part.put(what + ", p99 ms", found.p99());
        part.put(what + ", max ms", found.max());
    }
}
