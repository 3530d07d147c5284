package org.tocsin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the simulated provider itself costs, since it shares the machine with the hub that is measured. It runs in a
 * process of its own on core 0, without latency; the client and whoever takes the webhooks are in this process.
 *
 * <pre>{@code
 * mvn -q -Pbench verify -Dparts=simulator [-DsimulatorMessages=100000] [-DsimulatorRate=8000]
 * }</pre>
 *
 * Linux with taskset(1) only.
 */
@EnabledIfSystemProperty(named = "parts", matches = "(.*,)?simulator(,.*)?")
class SimulatorSpeedBench {
    private static final int CONNECTIONS = 64;
    private static final int COLD = 10_000;
    private static final int MESSAGES = Integer.getInteger("simulatorMessages", 100_000);
    private static final int RATE = Integer.getInteger("simulatorRate", 8_000);
    private static final List<String> ONE_CORE = List.of("taskset", "-c", "0");

    private final Path folder = Path.of("target", "bench", "simulator").toAbsolutePath();

    @Test
    void messagesWithoutReceipts() throws Exception {
        try (SimulatorProcess simulator = start(false, 0)) {
            Postings postings = new Postings(simulator.whatsAppPort, CONNECTIONS);
            measure("cold, counters only", simulator, postings, COLD, 0);
            measure("warming", simulator, postings, MESSAGES, 0);
            assertFastEnough(measure("warm, counters only", simulator, postings, MESSAGES, 0));
            measure("warm, at a fixed rate", simulator, postings, MESSAGES, RATE);
            assertThat(simulator.accepted()).isEqualTo(COLD + 3L * MESSAGES);
        }
    }

    @Test
    void messagesWithAJournal() throws Exception {
        try (SimulatorProcess simulator = start(false, 100_000)) {
            Postings postings = new Postings(simulator.whatsAppPort, CONNECTIONS);
            measure("warming", simulator, postings, MESSAGES, 0);
            assertFastEnough(measure("warm, journal of 100,000", simulator, postings, MESSAGES, 0));
            assertThat(simulator.accepted()).isEqualTo(2L * MESSAGES);
        }
    }

    @Test
    void messagesWithThreeStatusesEach() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpServer business = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 100);
        business.setExecutor(threads);
        business.createContext("/", SimulatorSpeedBench::confirm);
        business.start();
        try (SimulatorProcess simulator = start(true, 0)) {
            simulator.subscribe("http://127.0.0.1:" + business.getAddress().getPort() + "/hook");
            Postings postings = new Postings(simulator.whatsAppPort, CONNECTIONS);
            measure("warming, with statuses", simulator, postings, MESSAGES, RATE);
            measure("warm, with statuses, at a fixed rate", simulator, postings, MESSAGES, RATE);
            Waiting.until(
                    "every status is confirmed",
                    Duration.ofSeconds(60),
                    Duration.ofMillis(100),
                    () -> simulator.counts().at("/webhooks/confirmedEvents").asLong() == 3L * 2 * MESSAGES);
        } finally {
            business.stop(0);
            threads.shutdownNow();
        }
    }

    private SimulatorProcess start(boolean receipts, int journal) throws Exception {
        Files.createDirectories(folder);
        return SimulatorProcess.start(ONE_CORE, folder.resolve("simulator.log"), 0, receipts, journal);
    }

    private static void assertFastEnough(double rate) {
        assertThat(rate).as("requests a second on one core").isGreaterThan(5_000);
    }

    /** @return requests a second */
    private static double measure(String what, SimulatorProcess simulator, Postings postings, int messages, int rate)
            throws IOException {
        double cpu = ProcFs.cpuSeconds(simulator.pid());
        long started = System.nanoTime();
        postings.send(messages, rate);
        double seconds = (System.nanoTime() - started) / 1e9;
        double used = ProcFs.cpuSeconds(simulator.pid()) - cpu;
        System.out.printf(
                Locale.ROOT,
                "simulator, %s: %,d requests, %,.0f/s, CPU %.1f µs a request, peak RSS %.0f MB%n",
                what,
                messages,
                messages / seconds,
                used * 1e6 / messages,
                ProcFs.peakResidentMegabytes(simulator.pid()));
        return messages / seconds;
    }

    private static void confirm(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] answer = String.valueOf(exchange.getRequestURI().getQuery())
                .replaceAll(".*hub\\.challenge=([^&]*).*", "$1")
                .getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
