package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.tocsin.simulator.Simulator;

/**
 * A hub in a process of its own, which can be killed; the simulated providers stay with the test, so that what they
 * got survives. Its ports are the same after each restart: clients and webhooks find it again.
 */
public final class HubProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(120);
    private static final String HEAP = "-Xmx512m";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public final Path folder;
    public final int port = freePort();
    public final int jmsPort = freePort();
    public final int mqttPort = freePort();
    private final int managementPort = freePort();
    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Thread lastResort = new Thread(this::kill);
    private Process process;

    /**
     * @param folder becomes its data folder, with {@code contacts.csv} and {@code hub.log}
     * @param more arguments; one of {@link Hub#arguments} with the same key gives way
     */
    public HubProcess(Simulator simulator, Path folder, String... more) {
        this.folder = folder;
        Map<String, String> arguments = new LinkedHashMap<>();
        List<String> all = new ArrayList<>(Hub.arguments(simulator, folder));
        all.addAll(List.of(
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--tocsin.broker.jms-port=" + jmsPort,
                "--tocsin.broker.mqtt-port=" + mqttPort,
                // Long, so that on a busy machine nothing becomes unknown that was not killed.
                "--tocsin.whatsapp.response-timeout-ms=20000",
                "--tocsin.sms.response-timeout-ms=20000",
                "--tocsin.email.timeout-ms=20000"));
        all.addAll(List.of(more));
        all.forEach(argument -> arguments.put(argument.substring(0, argument.indexOf('=')), argument));
        command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                "org.tocsin.Tocsin"));
        command.addAll(arguments.values());
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** @param megabytes of its heap, from the next launch on */
    public HubProcess withHeap(int megabytes) {
        command.set(command.indexOf(HEAP), "-Xmx" + megabytes + "m");
        return this;
    }

    /** What it finds in its environment from the next launch on. */
    public HubProcess with(Map<String, String> more) {
        environment.putAll(more);
        return this;
    }

    /** Returns at once: see {@link #awaitReady}. */
    public HubProcess launch() {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HubProcess awaitReady() {
        URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
        await().dontCatchUncaughtExceptions()
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(process.isAlive())
                            .as("the hub lives; it said: %s", lastWords())
                            .isTrue();
                    return status(readiness) == 200;
                });
        return this;
    }

    /** {@code kill -9}. Returns when it is dead. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** SIGSTOP: it lives, holds what it holds, and does nothing until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(exit).as("kill -%s", name).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void restart() {
        kill();
        launch().awaitReady();
    }

    /** Lets it live so long; fails when it ends by itself. */
    public void letLive(Duration time) throws InterruptedException {
        boolean ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(ended)
                .as("the hub ended by itself; it said: %s", lastWords())
                .isFalse();
    }

    /** SIGTERM, as an operator stops it. */
    public void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the hub stops").isTrue();
    }

    /** The most that it ever had in memory, megabytes; without its PostgreSQL. Linux only. */
    public long peakMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    /** All that it ever said. */
    public String output() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastWords() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(path)))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(30))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Into the embedded database of the process that runs now. */
    public JdbcTemplate jdbc() {
        try {
            String port = Files.readAllLines(folder.resolve("postgres/postmaster.pid"))
                    .get(3)
                    .strip();
            String password =
                    Files.readString(folder.resolve("postgres.password")).strip();
            return new JdbcTemplate(
                    new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:" + port + "/tocsin", "tocsin", password));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Postmasters and their children that work in the data folder, whoever started them. */
    public List<ProcessHandle> databaseProcesses() {
        return databaseProcesses(folder.resolve("postgres"));
    }

    /** Every process of a PostgreSQL makes its data folder the working directory. Linux only. */
    static List<ProcessHandle> databaseProcesses(Path dataFolder) {
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(other -> worksIn(other, dataFolder))
                .toList();
    }

    private static boolean worksIn(ProcessHandle process, Path dataFolder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .equals(dataFolder.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        kill();
        databaseProcesses().forEach(ProcessHandle::destroyForcibly);
        keepLog();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** That of the test, without the tests themselves: some hold Spring configurations, which the hub would find. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** {@code target/hub-<port>.log}, for whoever looks into a failure after the folder is gone. */
    private void keepLog() {
        SuiteOutput.keep(log());
        try {
            Files.copy(log(), Path.of("target", "hub-" + port + ".log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException nothingToKeep) {
            // it never started, or there is no target
        }
    }

    private Path log() {
        return folder.resolve("hub.log");
    }

    private static int status(URI uri) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    /**
     * Below the range that the system hands out to outgoing connections: a client that tries again and again while
     * the hub is down would sooner or later be given the very port it calls, and talk to itself.
     */
    public static int freePort() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
        throw new IllegalStateException("no free port between 20000 and 32000");
    }
}
