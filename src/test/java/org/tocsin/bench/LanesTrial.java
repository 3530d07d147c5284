package org.tocsin.bench;

import java.time.Duration;
import java.util.List;
import org.tocsin.testing.Cap;

/** Something extreme that a sensor reports, on an idle hub and then while very many people are told something minor. */
final class LanesTrial {
    private static final String TOPIC = "sensors/siren/";
    private static final String WAY = "published → provider";
    private static final Duration LOOK = Duration.ofMillis(250);
    /** An Extreme alert under load. */
    private static final double MILLIS = 1_000;

    private final BenchSettings settings;
    private final HubProcess hub;
    private final SimulatorProcess simulator;

    /** @param simulator keeps a journal of everything */
    LanesTrial(BenchSettings settings, HubProcess hub, SimulatorProcess simulator) {
        this.settings = settings;
        this.hub = hub;
        this.simulator = simulator;
    }

    void run(Part part) throws Exception {
        int people = settings.lanePeople();
        Duration patience = Duration.ofSeconds(180 + people / 50);
        try (Sensor sensor = new Sensor(hub, TOPIC, settings.rate())) {
            sensor.publish("bench-w%05d", settings.warmUp(), () -> true);
            sensor.publish("bench-m%05d", settings.messages(), () -> true);
            int idle = sensor.published().size();
            Waiting.until("all of the idle hub", patience, LOOK, () -> simulator.accepted() >= idle);
            SensorTrial.report(part, "idle: " + WAY, millis(part, "idle: ", "bench-m", sensor));

            long posted = System.nanoTime();
            hub.postAlert(Cap.alert("Flood", People.GROUP).replace("\"Severe\"", "\"Minor\""));
            Waiting.until("the fan-out runs", patience, LOOK, () -> simulator.accepted() >= idle + people / 100);
            int during = sensor.publish(
                    "bench-l%05d", Integer.MAX_VALUE, () -> simulator.accepted() < idle + people - people / 100);
            part.put("messages while the fan-out ran", during);
            Waiting.until(
                    "everybody was told", patience, LOOK, () -> simulator.accepted() >= idle + (long) during + people);
            part.put(
                    "fan-out to " + people + " and the sensor's messages, s",
                    Waiting.seconds(posted, System.nanoTime()));
            String loaded = "while the fan-out ran: ";
            SensorTrial.report(part, loaded + WAY, millis(part, loaded, "bench-l", sensor), MILLIS);
        }
        boolean once = simulator.counts().at("/whatsapp/attempts").asLong() == simulator.accepted();
        part.put("each message once", once ? "yes" : "NO");
    }

    private List<Double> millis(Part part, String prefix, String devices, Sensor sensor) throws Exception {
        List<Double> millis = Sensor.millis(devices, sensor.published(), Sensor.calls(simulator));
        long published = sensor.published().keySet().stream()
                .filter(device -> device.startsWith(devices))
                .count();
        part.put(
                prefix + "called of those published",
                millis.size() == published ? published : "NO: " + millis.size() + " of " + published);
        return millis;
    }
}
