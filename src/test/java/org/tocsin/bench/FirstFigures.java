package org.tocsin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;

/**
 * The first figures of the hub: how long it takes to start, from a sensor to the provider, and to tell many people.
 *
 * <pre>{@code
 * mvn -q -Pbench verify                                       # 10,000 people, about five minutes
 * mvn -q -Pbench verify -Dpeople=60000 -Dparts=fanout -Dlatencies=0 -Dreceipts=false
 * }</pre>
 *
 * Hub, PostgreSQL and simulator run in processes of their own on this machine, the hub with its production settings:
 * live, everything durable, but without limits of messages a second. {@link BenchSettings} names what can be set.
 * The table is printed and written to target/bench/first-figures.md, with all of it as JSON beside it. A part that
 * fails is reported as such, the others are measured all the same.
 *
 * <p>Linux only (proc(5)). Run it on a machine that does nothing else: the load before each part is in the report.
 */
public final class FirstFigures {
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
        if (settings.parts().contains("start")) {
            measure("start, classes", (part, folder) -> starts(part, folder, Program.classes()));
            if (Files.exists(Program.JAR)) {
                measure("start, jar", (part, folder) -> starts(part, folder, Program.jar()));
            }
        }
        if (settings.parts().contains("mqtt")) {
            measure("sensor to provider", this::sensors);
        }
        if (settings.parts().contains("fanout")) {
            for (int latency : settings.latencies()) {
                measure(
                        settings.people() + " people, provider " + latency + " ms",
                        (part, folder) -> fanOut(part, folder, latency, false));
            }
            if (settings.receipts()) {
                measure(
                        settings.people() + " people, provider 0 ms, with receipts",
                        (part, folder) -> fanOut(part, folder, 0, true));
            }
        }
        Report report = new Report(settings, started, parts);
        report.write(settings.folder());
        System.out.println(report.markdown());
        return parts.stream()
                .allMatch(part -> part.failure() == null
                        && part.figures().values().stream()
                                .noneMatch(value -> value.toString().startsWith("NO")));
    }

    private void measure(String name, Measurement measurement) throws IOException {
        Part part = new Part(name);
        parts.add(part);
        Path folder = settings.folder().resolve("part-" + parts.size());
        try {
            People.write(Files.createDirectories(folder).resolve("contacts.csv"), settings.people());
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
        try (SimulatorProcess simulator = SimulatorProcess.start(folder.resolve("simulator.log"), 0, false, 100_000);
                HubProcess hub = HubProcess.start(Program.classes(), settings.hubJvm(), folder, simulator)) {
            new SensorTrial(settings, hub, simulator).run(part);
            putMemory(part, hub);
        }
    }

    private void fanOut(Part part, Path folder, int latency, boolean receipts) throws Exception {
        try (SimulatorProcess simulator =
                        SimulatorProcess.start(folder.resolve("simulator.log"), latency, receipts, 0);
                HubProcess hub = HubProcess.start(Program.classes(), settings.hubJvm(), folder, simulator)) {
            if (receipts) {
                simulator.subscribe(hub.url("/hooks/whatsapp"));
            }
            FanOutTrial trial = new FanOutTrial(settings.people(), receipts, hub, simulator);
            for (int run = 1; run <= settings.runs(); run++) {
                trial.run(part, "run " + run + (run == 1 ? " (cold)" : "") + ": ");
            }
            putMemory(part, hub);
        }
    }

    private static void putMemory(Part part, HubProcess hub) throws IOException {
        GcLog garbage = hub.garbage();
        part.put("hub peak RSS, MB", hub.peakResidentMegabytes());
        part.put("hub peak heap, MB", garbage.peakHeap());
        part.put("hub heap after that collection, MB", garbage.leastAfter());
        part.put("hub stopped for garbage, s in all", garbage.pauses());
    }
}
