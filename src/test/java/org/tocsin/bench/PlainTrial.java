package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** {@link PlainRoute} in a process of its own tells as many people as the hub does in a fan-out, as often. */
final class PlainTrial {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final BenchSettings settings;
    private final boolean records;

    /** @param records with a {@link PlainRecord} */
    PlainTrial(BenchSettings settings, boolean records) {
        this.settings = settings;
        this.records = records;
    }

    /** @return the figures of each run */
    List<Speed> run(Part part, Path folder) throws Exception {
        int broker = Http.freePort();
        Path record = folder.resolve("record");
        try (SimulatorProcess simulator = SimulatorProcess.start(folder.resolve("simulator.log"), 0, false, 0);
                Spawned plain = Spawned.java(
                        folder.resolve("plain.log"),
                        settings.hubJvm(),
                        Program.ofTheTests(PlainRoute.class),
                        arguments(folder, broker, simulator, record));
                ActiveMQConnectionFactory factory =
                        new ActiveMQConnectionFactory("tcp://127.0.0.1:" + broker + "?callTimeout=5000");
                JMSContext jms = connect(factory, plain)) {
            List<Speed> speeds = new ArrayList<>();
            for (int run = 1; run <= settings.runs(); run++) {
                speeds.add(tellAll(part, run, jms, plain, record, simulator));
            }
            part.put("peak RSS, MB", ProcFs.peakResidentMegabytes(plain.pid()));
            return speeds;
        } finally {
            HubProcess.stopDatabase(record);
        }
    }

    private List<String> arguments(Path folder, int broker, SimulatorProcess simulator, Path record) {
        List<String> arguments = new ArrayList<>(List.of(
                folder.resolve("broker").toString(),
                Integer.toString(broker),
                folder.resolve("contacts.csv").toString(),
                Integer.toString(simulator.whatsAppPort),
                Integer.toString(settings.plainConsumers())));
        if (records) {
            arguments.add(record.toString());
        }
        return arguments;
    }

    private double databaseCpuSeconds(Path record) throws IOException {
        return records ? ProcFs.cpuSecondsWithChildren(HubProcess.postmaster(record)) : 0;
    }

    private static JMSContext connect(ActiveMQConnectionFactory factory, Spawned plain) throws Exception {
        JMSContext[] connected = new JMSContext[1];
        Waiting.until("the plain route's broker answers", Duration.ofSeconds(120), Duration.ofMillis(200), () -> {
            try {
                connected[0] = plain.isAlive() ? factory.createContext() : null;
                return true;
            } catch (JMSRuntimeException notYet) {
                return false;
            }
        });
        return connected[0];
    }

    private Speed tellAll(Part part, int run, JMSContext jms, Spawned plain, Path record, SimulatorProcess simulator)
            throws Exception {
        String prefix = FanOutTrial.prefix(run);
        int people = settings.people();
        Duration patience = Duration.ofSeconds(180 + people / 50);
        simulator.clear();
        double cpu = ProcFs.cpuSeconds(plain.pid());
        double databaseCpu = databaseCpuSeconds(record);
        double simulatorCpu = ProcFs.cpuSeconds(simulator.pid());
        String trigger = Http.JSON
                .createObjectNode()
                .put("id", "plain-" + run)
                .put("headline", "Flood in the lower town")
                .put("instruction", "Go to the school on the hill.")
                .toString();
        jms.createProducer().send(jms.createQueue(PlainBroker.TRIGGERS), trigger);
        long triggered = System.nanoTime();
        long first = Waiting.until("the first message", patience, LOOK, () -> simulator.accepted() > 0);
        long all = Waiting.until(people + " accepted messages", patience, LOOK, () -> simulator.accepted() >= people);
        double micros = 1e6 / people;
        Speed speed = new Speed(
                people / Waiting.seconds(triggered, all),
                (ProcFs.cpuSeconds(plain.pid()) - cpu) * micros,
                (databaseCpuSeconds(record) - databaseCpu) * micros,
                (ProcFs.cpuSeconds(simulator.pid()) - simulatorCpu) * micros);
        part.put(prefix + "first message, s", Waiting.seconds(triggered, first));
        part.put(prefix + "messages/s", speed.perSecond());
        part.put(prefix + "CPU µs a message: route and broker", speed.hubMicros());
        if (records) {
            part.put(prefix + "CPU µs a message: PostgreSQL", speed.databaseMicros());
        }
        part.put(prefix + "CPU µs a message: simulator", speed.simulatorMicros());
        check(part, prefix, simulator);
        return speed;
    }

    private void check(Part part, String prefix, SimulatorProcess simulator) throws IOException, InterruptedException {
        JsonNode counted = simulator.counts().path("whatsapp");
        boolean once = counted.path("accepted").asInt() == settings.people()
                && counted.path("attempts").asInt() == settings.people();
        part.put(prefix + "each person once", once ? "yes" : "NO: " + counted);
    }
}
