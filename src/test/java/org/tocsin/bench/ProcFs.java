package org.tocsin.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** What Linux knows of a process (proc(5)). */
final class ProcFs {
    /** Of all Linux systems since 2.6, as user space sees it. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");

    private ProcFs() {}

    /** User and system time of one process, s; without its children. */
    static double cpuSeconds(long pid) throws IOException {
        long[] ticks = stat(pid);
        return (ticks[1] + ticks[2]) / TICKS_PER_SECOND;
    }

    /** Of a process, its living children, and those that have ended: PostgreSQL has one child per connection. */
    static double cpuSecondsWithChildren(long parent) throws IOException {
        long[] own = stat(parent);
        long sum = own[1] + own[2] + own[3] + own[4];
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : all) {
                try {
                    long[] ticks = stat(Long.parseLong(each.getFileName().toString()));
                    sum += ticks[0] == parent ? ticks[1] + ticks[2] : 0;
                } catch (IOException e) {
                    // it has just ended, and is counted with its parent
                }
            }
        }
        return sum / TICKS_PER_SECOND;
    }

    /** Parent, then utime, stime, cutime and cstime in ticks: fields 4 and 14 to 17. */
    private static long[] stat(long pid) throws IOException {
        String line = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new long[] {
            Long.parseLong(fields[1]),
            Long.parseLong(fields[11]),
            Long.parseLong(fields[12]),
            Long.parseLong(fields[13]),
            Long.parseLong(fields[14])
        };
    }

    /** The most memory that a process ever had resident, MB. */
    static double peakResidentMegabytes(long pid) throws IOException {
        return kilobytes(PROC.resolve(Long.toString(pid)).resolve("status"), "VmHWM:") / 1024;
    }

    static double memoryMegabytes() throws IOException {
        return kilobytes(PROC.resolve("meminfo"), "MemTotal:") / 1024;
    }

    /** Over 1, 5 and 15 minutes. */
    static double[] load() throws IOException {
        String[] words = Files.readString(PROC.resolve("loadavg")).split(" ");
        return Arrays.stream(words).limit(3).mapToDouble(Double::parseDouble).toArray();
    }

    static String cpuModel() throws IOException {
        return value(PROC.resolve("cpuinfo"), "model name");
    }

    private static double kilobytes(Path file, String name) throws IOException {
        return Double.parseDouble(value(file, name).replace("kB", "").strip());
    }

    private static String value(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElseThrow(() -> new NoSuchFileException(file + " " + name));
    }
}
