package org.tocsin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.tocsin.testing.KafkaServer;
import org.tocsin.testing.MqttServer;

/**
 * The figures of the hub: how long it takes to start, from a sensor to the provider, and to tell many people; and those
 * of a plain Camel route that does the same the textbook way, in the same run.
 *
 * <pre>{@code
 * mvn -q -Pbench verify                                       # 10,000 people, about fifteen minutes
 * mvn -q -Pbench verify -Dparts=fanout,plain -Dpeople=5000 -Druns=4 -Dlatencies=0
 * mvn -q -Pbench verify -Dparts=rate,lanes -DlanePeople=20000
 * }</pre>
 *
 * <table>
 * <caption>parts</caption>
 * <tr><td>start</td><td>until ready, with a new data folder and again</td></tr>
 * <tr><td>mqtt</td><td>a sensor's message to the provider's call, on an idle hub</td></tr>
 * <tr><td>fanout</td><td>one alert to everybody, again and again, cold to warm</td></tr>
 * <tr><td>plain</td><td>the same by {@link PlainRoute}, without and with a record, and the hub beside each</td></tr>
 * <tr><td>receipts</td><td>sent, delivered and read of each message come back at once</td></tr>
 * <tr><td>rate</td><td>what is used of 1,000 messages a second, and whether each second keeps it</td></tr>
 * <tr><td>lanes</td><td>something extreme from a sensor, while 100,000 are told something minor</td></tr>
 * <tr><td>triggers</td><td>readings a second by Kafka, JMS and MQTT, each in the ledger before it is acknowledged</td></tr>
 * <tr><td>audience</td><td>on request: how soon the first of a large audience is called, in a directory of a million</td></tr>
 * <tr><td>million</td><td>on request: a fan-out to all of them, beside one to a tenth; what the tables take</td></tr>
 * <tr><td>storm</td><td>on request: a million minor alerts by Kafka, and one Extreme by MQTT half-way</td></tr>
 * <tr><td>simulator</td><td>on request: {@link SimulatorSpeedBench}</td></tr>
 * </table>
 *
 * Hub, PostgreSQL and simulator run in processes of their own on this machine, the hub with its production settings:
 * live, everything durable, but without limits of messages a second. {@link BenchSettings} names what can be set.
 * The table is printed and written to target/bench/first-figures.md, with all of it as JSON beside it. A part that
 * fails is reported as such, the others are measured all the same.
 *
 * <p>Linux only (proc(5)). Run it on a machine that does nothing else: the load before each part is in the report.
 */
public final class FirstFigures {
    /** As shipped. */
    private static final int WARM_UP = 20_000;

    private final BenchSettings settings;
    private final List<Part> parts = new ArrayList<>();

    private FirstFigures(BenchSettings settings) {
        this.settings = settings;
    }

    /** The settings are system properties. */
    public static void main(String[] arguments) throws Exception {
        if (!new FirstFigures(BenchSettings.fromSystemProperties()).measure()) {
            System.exit(1);
        }
    }

    /** @return whether every part could be measured, and ledger and provider agree */
    static boolean run() throws Exception {
        return new FirstFigures(BenchSettings.fromSystemProperties()).measure();
    }

    @FunctionalInterface
    private interface Measurement {
        void run(Part part, Path folder) throws Exception;
    }

    private boolean measure() throws Exception {
        Instant started = Instant.now();
        FileUtils.deleteDirectory(settings.folder().toFile());
        if (settings.has("start")) {
            measure("start, classes", (part, folder) -> starts(part, folder, Program.classes()));
            if (Files.exists(Program.JAR)) {
                measure("start, jar", (part, folder) -> starts(part, folder, Program.jar()));
            }
        }
        if (settings.has("mqtt")) {
            measure("sensor to provider", this::sensors);
        }
        fanOuts();
        if (settings.has("receipts")) {
            measure(
                    settings.people() + " people, provider 0 ms, with receipts at once",
                    (part, folder) -> fanOut(part, folder, 0, true));
        }
        if (settings.has("rate")) {
            measure(
                    settings.ratePeople() + " people at " + RateTrial.PER_SECOND + "/s, provider "
                            + RateTrial.LATENCY_MILLIS + " ms",
                    settings.ratePeople(),
                    this::rate);
        }
        if (settings.has("lanes")) {
            measure(
                    "extreme while " + settings.lanePeople() + " are told something minor",
                    settings.lanePeople(),
                    this::lanes);
        }
        if (settings.has("triggers")) {
            measure("triggers a second", 2, this::triggers);
        }
        if (settings.has("storm")) {
            measure("a storm of " + settings.storm() + " minor alerts", 2, this::storm);
        }
        if (settings.has("audience") || settings.has("million")) {
            measure(settings.crowd() + " people in the directory", settings.crowd(), this::crowd);
        }
        Report report = new Report(settings, started, parts);
        report.write(settings.folder());
        System.out.println(report.markdown());
        return parts.stream()
                .allMatch(part -> part.failure() == null
                        && part.figures().values().stream()
                                .noneMatch(value -> value.toString().startsWith("NO")));
    }

    /** Those at 0 ms are what the plain route is compared with. */
    private void fanOuts() throws IOException {
        List<Speed> hub = new ArrayList<>();
        if (settings.has("fanout")) {
            for (int latency : settings.latencies()) {
                measure(settings.people() + " people, provider " + latency + " ms", (part, folder) -> {
                    List<Speed> speeds = fanOut(part, folder, latency, false);
                    hub.addAll(latency == 0 ? speeds : List.of());
                });
            }
        }
        if (settings.has("plain")) {
            plain("plain Camel route", false, hub);
            plain("plain Camel route with a record", true, hub);
        }
    }

    private void plain(String name, boolean records, List<Speed> hub) throws IOException {
        List<Speed> plain = new ArrayList<>();
        measure(
                settings.people() + " people, " + name + ", provider 0 ms",
                (part, folder) -> plain.addAll(new PlainTrial(settings, records).run(part, folder)));
        if (!hub.isEmpty() && !plain.isEmpty()) {
            measure("hub beside the " + name, (part, folder) -> Speed.compare(part, hub, plain));
        }
    }

    private void measure(String name, Measurement measurement) throws IOException {
        measure(name, settings.people(), measurement);
    }

    private void measure(String name, int people, Measurement measurement) throws IOException {
        Part part = new Part(name);
        parts.add(part);
        Path folder = settings.folder().resolve("part-" + parts.size());
        try {
            People.write(Files.createDirectories(folder).resolve("contacts.csv"), people);
            measurement.run(part, folder);
        } catch (Exception e) {
            part.failed(e);
        }
    }

    private void starts(Part part, Path folder, List<String> program) throws Exception {
        try (SimulatorProcess simulator = SimulatorProcess.start(folder.resolve("simulator.log"), 0, false, 0)) {
            for (String which : List.of("new data folder", "second start")) {
                try (HubProcess hub = HubProcess.start(program, settings.hubJvm(), folder, simulator)) {
                    part.put(which + ", s to ready", hub.secondsToReady);
                    part.put(which + ", CPU s of the hub", hub.cpuSeconds());
                    part.put(which + ", peak RSS MB", hub.peakResidentMegabytes());
                }
            }
        }
    }

    private void sensors(Part part, Path folder) throws Exception {
        try (SimulatorProcess simulator = simulator(folder, 0, false, 100_000);
                HubProcess hub = HubProcess.start(Program.hub(), settings.hubJvm(), folder, simulator)) {
            new SensorTrial(settings, hub, simulator).run(part);
            putMemory(part, hub);
        }
    }

    private static SimulatorProcess simulator(Path folder, int latency, boolean receipts, int journal)
            throws Exception {
        return SimulatorProcess.start(folder.resolve("simulator.log"), latency, receipts, journal)
                .warmed();
    }

    private List<Speed> fanOut(Part part, Path folder, int latency, boolean receipts) throws Exception {
        try (SimulatorProcess simulator = simulator(folder, latency, receipts, 0)) {
            List<Speed> speeds = new ArrayList<>();
            try (HubProcess hub = HubProcess.start(Program.hub(), settings.hubJvm(), folder, simulator)) {
                if (receipts) {
                    simulator.subscribe(hub.url("/hooks/whatsapp"));
                }
                FanOutTrial trial = new FanOutTrial(settings.people(), receipts, hub, simulator);
                for (int run = 1; run <= settings.runs(); run++) {
                    speeds.add(trial.run(part, FanOutTrial.prefix(run)));
                }
                putMemory(part, hub);
            }
            if (latency == 0 && !receipts) {
                anew(part, folder.resolve("anew"), simulator, "another hub, just started: ", 0);
                Speed warmedUp =
                        anew(part, folder.resolve("warmed"), simulator, "another hub, after its warm-up: ", WARM_UP);
                putAims(part, warmedUp, speeds.get(speeds.size() - 1));
            }
            return speeds;
        }
    }

    /** A hub just started, with providers that have been up for long: their JIT would share its first seconds. */
    private Speed anew(Part part, Path folder, SimulatorProcess simulator, String prefix, int warmUp) throws Exception {
        People.write(Files.createDirectories(folder).resolve("contacts.csv"), settings.people());
        try (HubProcess hub = HubProcess.start(
                Program.hub(), settings.hubJvm(), folder, simulator, 0, "--tocsin.warm-up.messages=" + warmUp)) {
            if (warmUp > 0) {
                part.put(prefix + "practised by itself for, s", hub.awaitWarmedUp());
            }
            return new FanOutTrial(settings.people(), false, hub, simulator).run(part, prefix);
        }
    }

    private void rate(Part part, Path folder) throws Exception {
        int people = settings.ratePeople();
        try (SimulatorProcess simulator = simulator(folder, RateTrial.LATENCY_MILLIS, false, people + 1_000);
                HubProcess hub = HubProcess.start(
                        Program.hub(),
                        settings.hubJvm(),
                        folder,
                        simulator,
                        RateTrial.PER_SECOND,
                        "--tocsin.warm-up.messages=" + WARM_UP)) {
            part.put("practised by itself for, s", hub.awaitWarmedUp());
            RateTrial trial = new RateTrial(people, hub, simulator);
            trial.run(part, "first alert: ");
            trial.run(part, "second alert: ");
        }
    }

    private void lanes(Part part, Path folder) throws Exception {
        try (SimulatorProcess simulator = simulator(folder, 0, false, settings.lanePeople() + 100_000);
                HubProcess hub = HubProcess.start(Program.hub(), settings.hubJvm(), folder, simulator)) {
            new LanesTrial(settings, hub, simulator).run(part);
            putMemory(part, hub);
        }
    }

    private void triggers(Part part, Path folder) throws Exception {
        try (KafkaServer kafka = new KafkaServer(4, TriggersTrial.TOPIC);
                MqttServer outside = new MqttServer(TriggersTrial.OUTSIDE_PASSWORD);
                SimulatorProcess simulator = SimulatorProcess.start(folder.resolve("simulator.log"), 0, false, 0)) {
            outside.start();
            try (HubProcess hub = HubProcess.start(
                    Program.hub(),
                    settings.hubJvm(),
                    folder,
                    simulator,
                    0,
                    kafka.arguments(
                            "--tocsin.kafka.topics=" + TriggersTrial.TOPIC,
                            "--tocsin.mqtt.broker-url=" + outside.url(),
                            "--tocsin.mqtt.topics=plant/#",
                            "--tocsin.mqtt.username=" + MqttServer.USER,
                            "--tocsin.mqtt.password=" + TriggersTrial.OUTSIDE_PASSWORD))) {
                new TriggersTrial(settings.triggers(), hub, kafka, outside).run(part);
                putMemory(part, hub);
            }
        }
    }

    private void storm(Part part, Path folder) throws Exception {
        List<String> more = new ArrayList<>(StormTrial.BRAKE);
        try (KafkaServer kafka = new KafkaServer(4, StormTrial.TOPIC);
                SimulatorProcess simulator =
                        SimulatorProcess.start(folder.resolve("simulator.log"), 0, false, 10_000)) {
            more.addAll(List.of(kafka.arguments("--tocsin.kafka.topics=" + StormTrial.TOPIC)));
            try (HubProcess hub = HubProcess.start(
                    Program.hub(), settings.hubJvm(), folder, simulator, 0, more.toArray(String[]::new))) {
                new StormTrial(settings.storm(), hub, kafka, simulator).run(part);
                putMemory(part, hub);
            }
        }
    }

    private void crowd(Part part, Path folder) throws Exception {
        People.writeCrowd(folder.resolve("contacts.csv"), settings.crowd());
        try (SimulatorProcess simulator = simulator(folder, 0, false, 0);
                HubProcess hub = HubProcess.start(Program.hub(), settings.hubJvm(), folder, simulator)) {
            part.put("new data folder, all of them read in, s to ready", hub.secondsToReady);
            CrowdTrial trial = new CrowdTrial(settings.crowd(), hub, simulator);
            if (settings.has("audience")) {
                trial.whom(part, folder.resolve("data/keys.json"));
            }
            if (settings.has("million")) {
                trial.everybody(part);
            }
            putMemory(part, hub);
        }
    }

    private static void putAims(Part part, Speed warmedUp, Speed warm) {
        part.putAtLeast("after its warm-up: messages/s", warmedUp.perSecond(), 3_000);
        part.putAtLeast("warm (last run): messages/s", warm.perSecond(), 8_000);
        part.putAtMost("warm (last run): CPU µs a message, hub and PostgreSQL", warm.micros(), 160);
    }

    private static void putMemory(Part part, HubProcess hub) throws IOException {
        GcLog garbage = hub.garbage();
        part.put("hub peak RSS, MB", hub.peakResidentMegabytes());
        part.put("hub peak heap, MB", garbage.peakHeap());
        part.put("hub heap after that collection, MB", garbage.leastAfter());
        part.put("hub stopped for garbage, s in all", garbage.pauses());
    }
}
