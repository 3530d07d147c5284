package org.tocsin.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is measured, from system properties of the same names.
 *
 * @param people in the group that a fan-out goes to
 * @param runs fan-outs on one hub, the first with a cold JVM, the last with a warm one
 * @param warmUp sensor messages before those that count
 * @param rate sensor messages a second
 * @param parts any of {@link #DEFAULT_PARTS} and {@link #PARTS_ON_REQUEST}
 * @param latencies of the simulated provider, ms; a fan-out is measured for each, without receipts
 * @param ratePeople told at the pace of {@code tocsin.whatsapp.messages-per-second}
 * @param lanePeople told of something minor, while a sensor reports something extreme
 * @param triggers small JSON readings handed in by each source
 * @param storm minor alerts of a few causes, with an extreme one among them; part {@code storm}
 * @param crowd in the directory, of parts {@code audience} and {@code million}
 * @param plainConsumers of the plain Camel route
 * @param hubJvm the JVM flags of the hub, as README says for production; the plain Camel route has the same
 */
record BenchSettings(
        int people,
        int runs,
        int warmUp,
        int messages,
        int rate,
        List<String> parts,
        List<Integer> latencies,
        int ratePeople,
        int lanePeople,
        int triggers,
        int storm,
        int crowd,
        int plainConsumers,
        List<String> hubJvm,
        Path folder) {
    static final String DEFAULT_PARTS = "start,mqtt,fanout,plain,receipts,rate,lanes,triggers";
    /** {@link CrowdTrial} (about fifteen minutes), {@link StormTrial} (about five) and {@link SimulatorSpeedBench}. */
    static final String PARTS_ON_REQUEST = "audience,million,storm,simulator";

    static BenchSettings fromSystemProperties() {
        BenchSettings settings = new BenchSettings(
                Integer.getInteger("people", 10_000),
                Integer.getInteger("runs", 8),
                Integer.getInteger("warmUp", 100),
                Integer.getInteger("messages", 300),
                Integer.getInteger("rate", 10),
                words(System.getProperty("parts", DEFAULT_PARTS), ","),
                words(System.getProperty("latencies", "0,200"), ",").stream()
                        .map(Integer::valueOf)
                        .toList(),
                Integer.getInteger("ratePeople", 20_000),
                Integer.getInteger("lanePeople", 100_000),
                Integer.getInteger("triggers", 100_000),
                Integer.getInteger("storm", 1_000_000),
                Integer.getInteger("crowd", 1_000_000),
                Integer.getInteger("plainConsumers", 50),
                words(System.getProperty("hubJvm", "-Xmx256m @config/jvm.options"), " "),
                Path.of("target", "bench").toAbsolutePath());
        List<String> known = words(DEFAULT_PARTS + "," + PARTS_ON_REQUEST, ",");
        if (settings.people < 2 || !known.containsAll(settings.parts)) {
            throw new IllegalArgumentException("people: at least 2; parts: any of " + String.join(",", known));
        }
        return settings;
    }

    private static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    boolean has(String part) {
        return parts.contains(part);
    }

    String command() {
        return "mvn -q -Pbench verify -Dpeople=%d -Druns=%d -DwarmUp=%d -Dmessages=%d -Drate=%d -Dparts=%s -Dlatencies=%s -DratePeople=%d -DlanePeople=%d -Dtriggers=%d -Dstorm=%d -Dcrowd=%d -DplainConsumers=%d \"-DhubJvm=%s\""
                .formatted(
                        people,
                        runs,
                        warmUp,
                        messages,
                        rate,
                        String.join(",", parts),
                        String.join(",", latencies.stream().map(String::valueOf).toList()),
                        ratePeople,
                        lanePeople,
                        triggers,
                        storm,
                        crowd,
                        plainConsumers,
                        String.join(" ", hubJvm));
    }
}
