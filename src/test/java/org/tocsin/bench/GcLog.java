package org.tocsin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code -Xlog:gc} tells at no cost for the hub.
 *
 * @param peakHeap before the fullest collection, MB
 * @param leastAfter what was left by the collection that left least after a full heap, MB; near to what is really used
 * @param pauses s, all together
 */
record GcLog(long peakHeap, long leastAfter, double pauses) {
    private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\) ([0-9.]+)ms");

    /** MB */
    static double leftByLastFull(Path file) throws IOException {
        double left = Double.NaN;
        for (String line : Files.readAllLines(file)) {
            Matcher pause = PAUSE.matcher(line);
            if (line.contains("Pause Full") && pause.find()) {
                left = Double.parseDouble(pause.group(2));
            }
        }
        return left;
    }

    static GcLog read(Path file) throws IOException {
        long peak = 0;
        long after = 0;
        double pauses = 0;
        for (String line : Files.readAllLines(file)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                long before = Long.parseLong(pause.group(1));
                if (before >= peak) {
                    peak = before;
                    after = Long.parseLong(pause.group(2));
                }
                pauses += Double.parseDouble(pause.group(3)) / 1000;
            }
        }
        return new GcLog(peak, after, pauses);
    }
}
