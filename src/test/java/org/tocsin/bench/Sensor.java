package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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

/** Publishes readings at a steady rate; each comes from a device of its own, so each raises an incident. */
final class Sensor implements AutoCloseable {
    private static final Pattern DEVICE = Pattern.compile("bench-[a-z]\\d{5}");

    private final MqttAsyncClient client;
    private final String topic;
    private final long gapNanos;
    private final Map<String, Instant> published = new HashMap<>();

    /** @param topic of {@code src/test/resources/bench/sensors.yaml}, before the device */
    Sensor(HubProcess hub, String topic, int perSecond) throws MqttException {
        this.topic = topic;
        this.gapNanos = 1_000_000_000L / perSecond;
        client = new MqttAsyncClient("tcp://127.0.0.1:" + hub.mqttPort, "bench", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(HubProcess.SENSOR);
        options.setPassword(HubProcess.SENSOR_PASSWORD.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(30_000);
    }

    /**
     * Never waits for an answer, so that a slow hub does not slow down what measures it.
     *
     * @param name of the device, with a place for its number
     * @param atMost readings
     * @param goOn asked before each
     * @return how many it were
     */
    int publish(String name, int atMost, Waiting.Condition goOn) throws Exception {
        long next = System.nanoTime();
        for (int i = 0; i < atMost; i++) {
            if (!goOn.holds()) {
                return i;
            }
            long early;
            while ((early = next - System.nanoTime()) > 0) {
                LockSupport.parkNanos(early);
            }
            next += gapNanos;
            String device = name.formatted(i);
            published.put(device, Instant.now());
            client.publish(topic + device, "{\"level\": 5.1}".getBytes(StandardCharsets.UTF_8), 1, false);
        }
        return atMost;
    }

    Map<String, Instant> published() {
        return published;
    }

    /** When the provider had first read a message about each device; all of them are told to one person. */
    static Map<String, Instant> calls(SimulatorProcess simulator) throws Exception {
        Map<String, Instant> called = new HashMap<>();
        for (JsonNode entry : simulator.journalOf(People.phone(0))) {
            Matcher device = DEVICE.matcher(entry.path("text").asText() + entry.path("params"));
            if (device.find()) {
                called.putIfAbsent(
                        device.group(), Instant.parse(entry.path("at").asText()));
            }
        }
        return called;
    }

    /** Of the devices whose name begins so. */
    static List<Double> millis(String prefix, Map<String, Instant> published, Map<String, Instant> called) {
        List<Double> millis = new ArrayList<>();
        published.forEach((device, at) -> {
            if (device.startsWith(prefix) && called.containsKey(device)) {
                millis.add(Duration.between(at, called.get(device)).toNanos() / 1e6);
            }
        });
        return millis;
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(1_000, 1_000, true);
        client.close();
    }
}
