package org.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.tocsin.Tocsin;
import org.tocsin.testing.SuiteOutput;

/** The real process, from its command line to its exit code. */
class ServeCommandTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        FileSystemUtils.copyRecursively(Path.of("config"), folder.resolve("config"));
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        Files.writeString(
                Files.createDirectories(folder.resolve("routes")).resolve("tick.camel.yaml"),
                "- route:\n    id: tick\n    from:\n      uri: timer:tick\n      steps:\n        - log:\n"
                        + "            message: ticking\n");
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        List.of("out", "err", "err.first").forEach(file -> SuiteOutput.keep(folder.resolve(file)));
    }

    @Test
    void aStartThatFailsSaysOneSentenceAndLeavesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Process process = serve("--tocsin.broker.mqtt-port=" + taken.getLocalPort());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(Files.readAllLines(folder.resolve("err")))
                    .singleElement()
                    .asString()
                    .startsWith("tocsin.broker.mqtt-port: port " + taken.getLocalPort());
            assertThat(Files.readString(folder.resolve("out"))).doesNotContain("\tat ");
            assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void itServesRefusesASecondOfItsKindAndStopsCleanlyWhenTold() throws Exception {
        int port = freePort();
        Process first = serve("--server.port=" + port, "--tocsin.demo=true");
        awaitServing(first, port);
        assertThat(Files.readAllLines(folder.resolve("out")))
                .filteredOn(line -> line.startsWith("20"))
                .allMatch(line -> line.contains(" [SIMULATED] "));

        Files.move(folder.resolve("err"), folder.resolve("err.first"));
        Process second = serve("--tocsin.demo=true");
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("err")))
                .contains("tocsin.data-dir")
                .contains("process " + first.pid());

        first.destroy();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
        assertThat(Files.readString(folder.resolve("err.first"))).isEmpty();
    }

    @Test
    void afterKillMinusNineItStartsAgain() throws Exception {
        int port = freePort();
        Process first = serve("--server.port=" + port, "--tocsin.demo=true");
        awaitServing(first, port);
        first.destroyForcibly().waitFor();
        assertThat(folder.resolve("data/postgres/postmaster.pid")).exists();

        Process second = serve("--server.port=" + port, "--tocsin.demo=true");
        awaitServing(second, port);
        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
    }

    /** Receipts come to the port that was found, and so the board tells of them. */
    @Test
    void theDemoOnAnyFreePortGetsItsReceipts() throws Exception {
        Process demo = serve("--tocsin.demo=true");
        await().atMost(Duration.ofSeconds(120)).until(() -> {
            assertThat(demo.isAlive()).as(() -> read(folder.resolve("err"))).isTrue();
            return read(folder.resolve("out")).lines().anyMatch(line -> line.matches(".* p01 .* answered .*"));
        });
    }

    private Process serve(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Tocsin.class.getName(),
                "--server.port=0",
                "--management.server.port=0",
                "--tocsin.broker.jms-port=0",
                "--tocsin.broker.mqtt-port=0"));
        for (String argument : more) {
            String key = argument.substring(0, argument.indexOf('=') + 1);
            command.removeIf(earlier -> earlier.startsWith(key));
            command.add(argument);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TOCSIN_"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private void awaitServing(Process process, int port) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            assertThat(process.isAlive())
                    .as(() -> "process ended: " + read(folder.resolve("err")))
                    .isTrue();
            return answers(port) && read(folder.resolve("out")).contains("ticking");
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
