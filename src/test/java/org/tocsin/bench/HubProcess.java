package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Hub;

/** The hub, live, in a process of its own with its PostgreSQL and its broker, as somebody would run it. */
final class HubProcess implements AutoCloseable {
    static final String SENSOR = "sensor";
    static final String SENSOR_PASSWORD = "sensor-password";
    static final String INCIDENT = "incident";
    static final String INCIDENT_PASSWORD = "incident-password";
    /** With a million contacts to read in. */
    private static final Duration START = Duration.ofMinutes(20);

    final int mqttPort;
    final int jmsPort;
    final double secondsToReady;
    private final int port;
    private final int managementPort;
    private final Path folder;
    private final Path gcLog;
    private final Spawned process;

    private HubProcess(Ports ports, Path folder, Path gcLog, Spawned process, double secondsToReady) {
        this.port = ports.http();
        this.managementPort = ports.management();
        this.mqttPort = ports.mqtt();
        this.jmsPort = ports.jms();
        this.folder = folder;
        this.gcLog = gcLog;
        this.process = process;
        this.secondsToReady = secondsToReady;
    }

    private record Ports(int http, int management, int mqtt, int jms) {
        static Ports free() throws IOException {
            return new Ports(Http.freePort(), Http.freePort(), Http.freePort(), Http.freePort());
        }
    }

    /** Returns when readiness is UP. */
    static HubProcess start(List<String> program, List<String> jvm, Path folder, SimulatorProcess simulator)
            throws Exception {
        return start(program, jvm, folder, simulator, 0);
    }

    /**
     * @param messagesPerSecond by WhatsApp; 0: no limit
     * @param more arguments
     */
    static HubProcess start(
            List<String> program,
            List<String> jvm,
            Path folder,
            SimulatorProcess simulator,
            int messagesPerSecond,
            String... more)
            throws Exception {
        Ports ports = Ports.free();
        Path gcLog = folder.resolve("gc.log");
        List<String> flags = new ArrayList<>(jvm);
        flags.add("-Xlog:gc:file=" + gcLog + "::filecount=0");
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + ports.http(),
                "--management.server.port=" + ports.management(),
                "--tocsin.data-dir=" + folder.resolve("data"),
                "--tocsin.broker.jms-port=" + ports.jms(),
                "--tocsin.broker.mqtt-port=" + ports.mqtt(),
                "--tocsin.warm-up.messages=0",
                // The rate is what is measured.
                "--tocsin.intake.brake.alerts=0",
                "--tocsin.intake.brake.one-cause=0",
                "--tocsin.intake.brake.identical-for=0s"));
        arguments.addAll(settings(folder, simulator));
        for (String other : more) {
            // Given twice, a key would have both values.
            arguments.removeIf(own -> own.startsWith(other.substring(0, other.indexOf('=') + 1)));
            arguments.add(other);
        }
        arguments.add("--tocsin.whatsapp.messages-per-second=" + messagesPerSecond);
        long before = System.nanoTime();
        Spawned process = Spawned.java(folder.resolve("hub.log"), flags, program, arguments);
        try {
            long ready = Waiting.until(
                    "the hub is ready",
                    START,
                    Duration.ofMillis(20),
                    () -> process.isAlive()
                            && Http.isUp("http://127.0.0.1:" + ports.management() + "/actuator/health/readiness"));
            return new HubProcess(ports, folder, gcLog, process, Waiting.seconds(before, ready));
        } catch (Exception e) {
            process.close();
            stopDatabase(folder);
            throw e;
        }
    }

    private static List<String> settings(Path folder, SimulatorProcess simulator) {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        return List.of(
                "--tocsin.broker.users[0]=" + SENSOR + ":" + SENSOR_PASSWORD + ":sensor",
                "--tocsin.broker.users[1]=" + INCIDENT + ":" + INCIDENT_PASSWORD + ":incident",
                "--tocsin.contacts=" + folder.resolve("contacts.csv"),
                "--tocsin.delivery-plan=src/test/resources/bench/delivery-plan.yaml",
                "--tocsin.intake.sensors=src/test/resources/bench/sensors.yaml",
                "--tocsin.whatsapp.base-url=http://127.0.0.1:" + simulator.whatsAppPort,
                "--tocsin.whatsapp.phone-number-id=" + defaults.account().phoneNumberId(),
                "--tocsin.whatsapp.access-token=" + defaults.account().accessToken(),
                "--tocsin.whatsapp.app-secret=" + defaults.account().appSecret(),
                "--tocsin.whatsapp.verify-token=" + defaults.account().verifyToken(),
                "--tocsin.sms.smpp.host=127.0.0.1",
                "--tocsin.sms.smpp.port=" + simulator.smppPort,
                "--tocsin.sms.smpp.system-id=" + defaults.sms().systemId(),
                "--tocsin.sms.smpp.password=" + defaults.sms().password(),
                "--tocsin.sms.smpp.source-address=Tocsin",
                "--tocsin.email.host=127.0.0.1",
                "--tocsin.email.port=" + simulator.smtpPort,
                "--tocsin.email.from=alerts@hub.example.org",
                "--tocsin.api.keys[0]=bench:" + Hub.sha256(Hub.OPERATOR_KEY) + ":operator");
    }

    long pid() {
        return process.pid();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    JsonNode postAlert(String json) throws IOException, InterruptedException {
        return Http.json(Http.to(url("/api/alerts"))
                .header("Authorization", "Bearer " + Hub.OPERATOR_KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** @return for how many seconds it practised, once it had nothing to do */
    double awaitWarmedUp() throws Exception {
        Pattern over = Pattern.compile("warm-up: (\\d+) messages to nobody in (\\d+) s\\n");
        AtomicReference<String> seconds = new AtomicReference<>();
        Waiting.until("the hub has practised", Duration.ofMinutes(3), Duration.ofMillis(200), () -> {
            Matcher said = over.matcher(Files.readString(folder.resolve("hub.log")));
            seconds.set(said.find() ? said.group(2) : null);
            return seconds.get() != null;
        });
        return Double.parseDouble(seconds.get());
    }

    /** The ledger itself; the hub's own database user. */
    Connection database() throws IOException, SQLException {
        Path data = folder.resolve("data");
        String databasePort = Files.readAllLines(data.resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        String password = Files.readString(data.resolve("postgres.password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort + "/tocsin?ApplicationName=bench", "tocsin", password);
    }

    double cpuSeconds() throws IOException {
        return ProcFs.cpuSeconds(pid());
    }

    double databaseCpuSeconds() throws IOException {
        return ProcFs.cpuSecondsWithChildren(postmaster(folder.resolve("data")));
    }

    double peakResidentMegabytes() throws IOException {
        return ProcFs.peakResidentMegabytes(pid());
    }

    /** What is left after a collection of everything, which this asks for; the hub stands still for it. */
    double liveMegabytes() throws IOException, InterruptedException {
        process.collect();
        return GcLog.leftByLastFull(gcLog);
    }

    GcLog garbage() throws IOException {
        return GcLog.read(gcLog);
    }

    @Override
    public void close() {
        process.close();
        stopDatabase(folder.resolve("data"));
    }

    /** Of the embedded PostgreSQL in this data folder. */
    static long postmaster(Path data) throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid"))
                .get(0)
                .strip());
    }

    /** It outlives a hub that had to be killed. */
    static void stopDatabase(Path data) {
        try {
            long pid = postmaster(data);
            ProcessHandle.of(pid)
                    .filter(left -> left.info().command().orElse("").endsWith("postgres"))
                    .ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException | RuntimeException e) {
            // no such file: it has stopped in good order
        }
    }
}
