package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code tocsin simulate} in a process of its own. */
final class SimulatorProcess implements AutoCloseable {
    private static final int WARMING_MESSAGES = 60_000;
    private static final int WARMING_CONNECTIONS = 64;
    /** With a latency, fewer messages over more connections: it should not take minutes. */
    private static final int SLOW_WARMING_MESSAGES = 10_000;

    private static final int SLOW_WARMING_CONNECTIONS = 400;

    final int whatsAppPort;
    final int smppPort;
    final int smtpPort;
    private final Spawned process;
    private final int latencyMillis;

    private SimulatorProcess(Spawned process, int latencyMillis, int whatsAppPort, int smppPort, int smtpPort) {
        this.process = process;
        this.latencyMillis = latencyMillis;
        this.whatsAppPort = whatsAppPort;
        this.smppPort = smppPort;
        this.smtpPort = smtpPort;
    }

    /**
     * @param receipts whether sent, delivered and read of each message are told, as soon as it is accepted
     * @param journal entries to keep; 0: counters only
     */
    static SimulatorProcess start(Path log, int latencyMillis, boolean receipts, int journal) throws Exception {
        return start(List.of(), log, latencyMillis, receipts, journal);
    }

    /** @param launcher what runs it, such as {@code taskset -c 0} */
    static SimulatorProcess start(List<String> launcher, Path log, int latencyMillis, boolean receipts, int journal)
            throws Exception {
        int whatsApp = Http.freePort();
        int smpp = Http.freePort();
        int smtp = Http.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "simulate",
                "--whatsapp-port=" + whatsApp,
                "--smpp-port=" + smpp,
                "--smtp-port=" + smtp,
                "--latency-ms=" + latencyMillis,
                "--journal-limit=" + journal));
        if (receipts) {
            arguments.add("--scenario=src/test/resources/bench/receipts-at-once.yaml");
        } else {
            arguments.add("--quiet-receipts");
        }
        Spawned process = Spawned.java(launcher, log, jvm(journal), Program.classes(), arguments);
        SimulatorProcess simulator = new SimulatorProcess(process, latencyMillis, whatsApp, smpp, smtp);
        try {
            Waiting.until(
                    "the simulator answers",
                    Duration.ofSeconds(120),
                    Duration.ofMillis(50),
                    () -> process.isAlive() && Http.isUp(simulator.control("/counts")));
            return simulator;
        } catch (Exception e) {
            simulator.close();
            throw e;
        }
    }

    /**
     * One thread does nearly everything: a collector with threads of its own only costs. A journal would be copied at each
     * collection: there none is needed between two calls of {@link #collect}.
     */
    private static List<String> jvm(int journal) {
        return journal == 0
                ? List.of("-Xmx256m", "-XX:+UseSerialGC")
                : List.of("-Xms2g", "-Xmx2g", "-Xmn1700m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
    }

    long pid() {
        return process.pid();
    }

    /** Of what came before: it would be done in the middle of what comes, which is noted too late then, all at once. */
    void collect() throws IOException, InterruptedException {
        process.collect();
    }

    private String control(String path) {
        return "http://127.0.0.1:" + whatsAppPort + "/_sim" + path;
    }

    JsonNode counts() throws IOException, InterruptedException {
        return Http.json(Http.to(control("/counts")));
    }

    long accepted() throws IOException, InterruptedException {
        return counts().path("whatsapp").path("accepted").asLong();
    }

    JsonNode journal() throws IOException, InterruptedException {
        return Http.json(Http.to(control("/journal?channel=whatsapp")));
    }

    /** @param phone E.164 */
    JsonNode journalOf(String phone) throws IOException, InterruptedException {
        return Http.json(Http.to(control("/journal?channel=whatsapp&to=" + phone.replace("+", "%2B"))));
    }

    /** A provider has been up for long before a hub starts: without this its own JIT shares the hub's first seconds. */
    SimulatorProcess warmed() throws IOException, InterruptedException {
        if (latencyMillis == 0) {
            new Postings(whatsAppPort, WARMING_CONNECTIONS).send(WARMING_MESSAGES, 0);
        } else {
            new Postings(whatsAppPort, SLOW_WARMING_CONNECTIONS).send(SLOW_WARMING_MESSAGES, 0);
        }
        clear();
        return this;
    }

    void clear() throws IOException, InterruptedException {
        Http.json(Http.to(control("/journal")).DELETE());
    }

    void subscribe(String url) throws Exception {
        String order = Http.JSON.createObjectNode().put("url", url).toString();
        Waiting.until(
                "the hub passes the webhook's handshake",
                Duration.ofSeconds(60),
                Duration.ofMillis(500),
                () -> Http.json(Http.to(control("/subscribe")).POST(HttpRequest.BodyPublishers.ofString(order)))
                        .path("verified")
                        .asBoolean());
    }

    @Override
    public void close() {
        process.close();
    }
}
