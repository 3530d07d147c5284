package org.tocsin.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tocsin.Tocsin;

/**
 * A folder as an operator has it, with the shipped config/ and routes/ and every credential of a live hub; its hub runs
 * in a process of its own. Break something, then {@link #start()}.
 */
public final class Installation implements AutoCloseable {
    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private Process process;

    public Installation(Path folder) {
        this.folder = folder;
        copy(Path.of("config"));
        copy(Path.of("routes"));
        for (String port :
                List.of("server.port", "management.server.port", "tocsin.broker.jms-port", "tocsin.broker.mqtt-port")) {
            set(port, "0");
        }
        set("tocsin.whatsapp.phone-number-id", "106540352242922");
        set("tocsin.whatsapp.access-token", "token");
        set("tocsin.whatsapp.app-secret", "secret");
        set("tocsin.whatsapp.verify-token", "verify");
        set("tocsin.whatsapp.base-url", "http://127.0.0.1:9");
        set("tocsin.sms.smpp.host", "127.0.0.1");
        set("tocsin.sms.smpp.port", "9");
        set("tocsin.sms.smpp.system-id", "tocsin");
        set("tocsin.sms.smpp.password", "secret");
        set("tocsin.sms.smpp.source-address", "Tocsin");
        set("tocsin.email.host", "127.0.0.1");
        set("tocsin.email.from", "alerts@hub.example.org");
    }

    /** On the command line. */
    public Installation set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    public Installation without(String key) {
        settings.remove(key);
        return this;
    }

    public Installation write(String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every occurrence; there must be one. */
    public Installation replace(String file, String old, String fresh) {
        String content = read(file);
        if (!content.contains(old)) {
            throw new IllegalArgumentException(file + " does not hold what is to be replaced: " + old);
        }
        return write(file, content.replace(old, fresh));
    }

    public Installation delete(String file) {
        try {
            Files.delete(folder.resolve(file));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Installation start() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1", // a hub that soon ends has no use for more
                "-cp",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .filter(entry -> !entry.contains("test-classes"))
                        .collect(Collectors.joining(File.pathSeparator)),
                Tocsin.class.getName()));
        settings.forEach((key, value) -> command.add("--" + key + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(TOCSIN|SPRING|SERVER|MANAGEMENT)_.*"));
        try {
            process = builder.start();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Process process() {
        return process;
    }

    /** @return false when it did not end by itself in this time */
    public boolean ends(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whatever runs in this folder or below: the hub, and servers of its own. Linux only. */
    public List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::worksHere).toList();
    }

    private boolean worksHere(ProcessHandle other) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(other.pid()), "cwd"))
                    .startsWith(folder.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    private void copy(Path source) {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        processes().forEach(ProcessHandle::destroyForcibly);
        SuiteOutput.keep(folder.resolve("out"));
        SuiteOutput.keep(folder.resolve("err"));
    }
}
