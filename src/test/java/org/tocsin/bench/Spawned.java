package org.tocsin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A Java process that ends with this one at the latest. */
final class Spawned implements AutoCloseable {
    private static final Set<Spawned> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Spawned::close)));
    }

    private final Process process;
    private final Path log;

    private Spawned(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Spawned java(Path log, List<String> jvm, List<String> program, List<String> arguments) throws IOException {
        return java(List.of(), log, jvm, program, arguments);
    }

    /** @param launcher what runs the program, such as {@code taskset -c 0} */
    static Spawned java(List<String> launcher, Path log, List<String> jvm, List<String> program, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(program);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Spawned spawned = new Spawned(process, log);
        RUNNING.add(spawned);
        return spawned;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("ended with status " + process.exitValue() + ", see " + log);
        }
        return true;
    }

    /** A collection of all its garbage, for which it stands still. */
    void collect() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), String.valueOf(pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (asked.waitFor() != 0) {
            throw new IOException("jcmd could not ask for a collection");
        }
    }

    @Override
    public void close() {
        RUNNING.remove(this);
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
