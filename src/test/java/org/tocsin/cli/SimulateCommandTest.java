package org.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import picocli.CommandLine;

class SimulateCommandTest {

    @Test
    void optionsBecomeSettings() {
        SimulateCommand command = new SimulateCommand();
        new CommandLine(command)
                .parseArgs(
                        "--whatsapp-port",
                        "8190",
                        "--smpp-port",
                        "2875",
                        "--smtp-port",
                        "2625",
                        "--app-secret",
                        "s1",
                        "--verify-token",
                        "v1",
                        "--access-token",
                        "a1",
                        "--webhook-url",
                        "http://127.0.0.1:1/h",
                        "--latency-ms",
                        "200",
                        "--quiet-receipts");

        SimulatorSettings settings = command.settings();

        assertThat(settings.ports()).isEqualTo(new SimulatorSettings.Ports(8190, 0, 2875, 2625));
        assertThat(settings.account().appSecret()).isEqualTo("s1");
        assertThat(settings.account().verifyToken()).isEqualTo("v1");
        assertThat(settings.account().accessToken()).isEqualTo("a1");
        assertThat(settings.webhooks().url()).isEqualTo("http://127.0.0.1:1/h");
        assertThat(settings.latency()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.receipts().quiet()).isTrue();
    }

    @Test
    void withoutOptionsThePortsAreThoseOfTheDocumentation() {
        SimulateCommand command = new SimulateCommand();
        new CommandLine(command).parseArgs();

        assertThat(command.settings().ports()).isEqualTo(new SimulatorSettings.Ports(8090, 0, 2775, 2525));
    }

    @Test
    void theStartSaysThatItIsSimulatedAndWhatIsAssumed() {
        StringWriter out = new StringWriter();
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults().withAppSecret("canary-secret"))) {
            SimulateCommand.describe(simulator, new PrintWriter(out));
        }

        assertThat(out.toString()).startsWith("SIMULATED").contains("assumed: ").doesNotContain("canary-secret");
        assertThat(SimulatorSettings.defaults().withAppSecret("canary-secret").toString())
                .doesNotContain("canary-secret");
    }
}
