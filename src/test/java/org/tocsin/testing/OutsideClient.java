package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A program that is not ours and drives the hub, as Debian packages it. {@code .ci/run} installs them all and sets
 * {@code CI=true}: there a missing one is a failure. Elsewhere a test that needs one is skipped where it is missing.
 * Which versions were run is in CONTRIBUTING.md.
 */
public enum OutsideClient {
    MOSQUITTO_PUB("mosquitto-clients", "mosquitto_pub"),
    MOSQUITTO_SUB("mosquitto-clients", "mosquitto_sub"),
    /** An MQTT broker: {@link Mosquitto}. */
    MOSQUITTO("mosquitto", "/usr/sbin/mosquitto"),
    KCAT("kcat", "kcat"),
    /** Python of Debian with stomp.py; give it a script of {@code src/test/resources/clients/}. */
    STOMP("python3-stomp", "/usr/bin/python3", "-c", "import stomp"),
    /** Python of Debian with Qpid Proton, which speaks AMQP 1.0. */
    PROTON("python3-qpid-proton", "/usr/bin/python3", "-c", "import proton"),
    ALERTMANAGER("prometheus-alertmanager", "prometheus-alertmanager"),
    SWAKS("swaks", "swaks"),
    CURL("curl", "curl"),
    /** For the scripts that routes/README.md shows. */
    BASH("bash", "bash"),
    OPENSSL("openssl", "openssl"),
    JQ("jq", "jq"),
    /** The JavaScript of Zabbix: it has Duktape built in. */
    DUKTAPE("duktape", "duk"),
    /** An IMAP server; the package {@code dovecot-lmtpd} lets mails in. */
    DOVECOT("dovecot-lmtpd", "/usr/sbin/dovecot", "--version");

    private static final long PATIENCE_SECONDS = 60;

    private final String debianPackage;
    private final String program;
    private final List<String> probe;
    private boolean found;

    OutsideClient(String debianPackage, String program, String... probe) {
        this.debianPackage = debianPackage;
        this.program = program;
        this.probe = List.of(probe);
    }

    public String debianPackage() {
        return debianPackage;
    }

    /** First in a test, or in its {@code @BeforeAll}: skips it where this program is missing, and fails it in CI. */
    public synchronized OutsideClient required() {
        if (!found) {
            found = installed();
        }
        if (!found && "true".equals(System.getenv("CI"))) {
            fail("the Debian package " + debianPackage + " is not installed, which .ci/run should have done");
        }
        Assumptions.assumeTrue(found, () -> "the Debian package " + debianPackage + " is not installed");
        return this;
    }

    private boolean installed() {
        boolean there = program.startsWith("/")
                ? Files.isExecutable(Path.of(program))
                : Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        return there && (probe.isEmpty() || exit(start(Redirect.discarded(), probe)) == 0);
    }

    /**
     * Runs it to its end, which must be a success within a minute.
     *
     * @param input for its standard input
     * @return what it said, errors included
     */
    public String run(String input, String... arguments) {
        Run run = attempt(input, arguments);
        assertThat(run.exit()).as(() -> name() + ": " + run.output()).isZero();
        return run.output();
    }

    /** Runs it to its end, good or bad, within a minute. */
    public Run attempt(String input, String... arguments) {
        required();
        try {
            Path in = Files.createTempFile(name(), ".in");
            Path out = Files.createTempFile(name(), ".out");
            try {
                Files.writeString(in, input);
                int exit = exit(start(new Redirect(in, out), List.of(arguments)));
                return new Run(exit, new String(Files.readAllBytes(out), StandardCharsets.UTF_8));
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server, or something else that goes on; whoever starts it ends it, {@code destroyForcibly()} in a finally.
     *
     * @param output where what it says goes
     */
    public Process start(Path output, String... arguments) {
        required();
        return start(new Redirect(null, output), List.of(arguments));
    }

    private Process start(Redirect redirect, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(
                redirect.in() == null ? new File("/dev/null") : redirect.in().toFile());
        builder.redirectOutput(redirect.out().toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int exit(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return fail(name() + " did not end within " + PATIENCE_SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** How it ended, and what it said. */
    public record Run(int exit, String output) {}

    private record Redirect(Path in, Path out) {
        static Redirect discarded() {
            return new Redirect(null, Path.of("/dev/null"));
        }
    }
}
