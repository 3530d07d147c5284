package org.tocsin.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is measured, from system properties of the same names.
 *
 * @param people in the group that a fan-out goes to; at most {@link People#MOST}
 * @param runs fan-outs on one hub, the first with a cold JVM
 * @param warmUp sensor messages before those that count
 * @param rate sensor messages a second
 * @param parts any of {@code start}, {@code mqtt}, {@code fanout}
 * @param latencies of the simulated provider, ms; a fan-out is measured for each, without receipts
 * @param receipts whether a fan-out with receipts for each message is measured too
 * @param hubJvm the JVM flags of the hub
 */
record BenchSettings(
        int people,
        int runs,
        int warmUp,
        int messages,
        int rate,
        List<String> parts,
        List<Integer> latencies,
        boolean receipts,
        List<String> hubJvm,
        Path folder) {

    static BenchSettings fromSystemProperties() {
        BenchSettings settings = new BenchSettings(
                Integer.getInteger("people", 10_000),
                Integer.getInteger("runs", 3),
                Integer.getInteger("warmUp", 100),
                Integer.getInteger("messages", 300),
                Integer.getInteger("rate", 10),
                words(System.getProperty("parts", "start,mqtt,fanout"), ","),
                words(System.getProperty("latencies", "0,200"), ",").stream()
                        .map(Integer::valueOf)
                        .toList(),
                Boolean.parseBoolean(System.getProperty("receipts", "true")),
                words(System.getProperty("hubJvm", "-Xmx384m"), " "),
                Path.of("target", "bench").toAbsolutePath());
        if (settings.people < 2 || settings.people > People.MOST) {
            throw new IllegalArgumentException("people: 2 to " + People.MOST + ", the numbers kept for fiction");
        }
        return settings;
    }

    private static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    String command() {
        return "mvn -q -Pbench verify -Dpeople=%d -Druns=%d -DwarmUp=%d -Dmessages=%d -Drate=%d -Dparts=%s -Dlatencies=%s -Dreceipts=%s \"-DhubJvm=%s\""
                .formatted(
                        people,
                        runs,
                        warmUp,
                        messages,
                        rate,
                        String.join(",", parts),
                        String.join(",", latencies.stream().map(String::valueOf).toList()),
                        receipts,
                        String.join(" ", hubJvm));
    }
}
