package org.tocsin.testing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.tocsin.simulator.SimulatorSettings;

/**
 * All that the tests say, and what runs in processes of their own, kept in {@code target/test-output/} (the system
 * property {@code suite.output} names the file; without it nothing is kept), so that the last step of the build
 * can search it for the people, texts and secrets of the tests. Found by JUnit itself.
 */
public final class SuiteOutput implements BeforeAllCallback {
    public static final Path FOLDER = Path.of("target", "test-output");

    private static FileOutputStream kept;

    @Override
    public void beforeAll(ExtensionContext context) {
        record(System.getProperty("suite.output"));
    }

    private static synchronized void record(String name) {
        if (name == null || kept != null) {
            return;
        }
        try {
            Files.createDirectories(FOLDER);
            kept = new FileOutputStream(FOLDER.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.setOut(both(System.out));
        System.setErr(both(System.err));
    }

    /** What a process of its own has said into this file. */
    public static synchronized void keep(Path output) {
        try {
            if (kept != null && Files.exists(output)) {
                Files.copy(output, kept);
                kept.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrintStream both(PrintStream original) {
        OutputStream tee = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                original.write(b);
                write(new byte[] {(byte) b}, kept);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                original.write(bytes, from, length);
                write(java.util.Arrays.copyOfRange(bytes, from, from + length), kept);
            }

            private void write(byte[] bytes, OutputStream into) throws IOException {
                synchronized (SuiteOutput.class) {
                    into.write(bytes);
                }
            }

            @Override
            public void flush() {
                original.flush();
            }
        };
        return new PrintStream(tee, true, StandardCharsets.UTF_8);
    }

    /** By what they stand for: everything of a person or a secret that some test of this suite uses. */
    public static Map<String, String> canaries() throws IOException {
        Map<String, String> canaries = new TreeMap<>(Map.of(
                "a number of the tests", "3363998",
                "a number of the sample directory", "331990010",
                "a wamid", "wamid.",
                "a canary's name", "Zephyrine",
                "a canary's text", "CANARYTEXT",
                "a canary's reply", "CANARYREPLY",
                "a mail address of the tests", "@people.example.org"));
        SimulatorSettings.Account account = SimulatorSettings.defaults().account();
        canaries.putAll(Map.of(
                "the access token",
                account.accessToken(),
                "the app secret",
                account.appSecret(),
                "the verify token",
                account.verifyToken(),
                "a canary\'s access token",
                "canary-access-token",
                "the trigger key",
                Hub.TRIGGER_KEY,
                "the operator key",
                Hub.OPERATOR_KEY,
                "the bound key",
                Hub.BOUND_KEY,
                "a mailbox's password",
                "mailbox-password-of-the-tests",
                "a sensor's password",
                "sensor-password",
                "an incident tool's password",
                "incident-password"));
        canaries.put("a number of the tests in Britain", "+44770090");
        canaries.put("a number of the tests in America", "+1202555");
        canaries.put("a webhook's secret", "hook-secret-of-");
        canaries.put("a webhook's token", "hook-token-of-the-tests");
        canaries.put("Dovecot's password", Dovecot.PASSWORD);
        canaries.put("Kafka's password", SecureKafka.PASSWORD);
        canaries.put("an MQTT broker's password", "mqtt-password-of-the-tests");
        canaries.put("Alertmanager's token", "alertmanager-token-of-the-tests");
        for (String row : Files.readAllLines(Path.of("config/contacts.csv")).subList(1, 13)) {
            String[] cells = row.split(",", -1);
            canaries.put("the name of " + cells[0], cells[1]);
            if (cells[4].contains("@")) {
                canaries.put("the address of " + cells[0], cells[4]);
            }
        }
        return canaries;
    }

    /**
     * People and texts of the large alerts, of which there are too many to name each. Eleven digits, and no more: a shorter
     * beginning of a number is found in any figure.
     */
    public static Map<String, Pattern> shapes() {
        Map<String, Pattern> shapes = new TreeMap<>();
        shapes.put("a number of a town", Pattern.compile("(?<![0-9])33(639[0-9]{6}|700000[0-9]{3})(?![0-9])"));
        shapes.put(
                "a name of a town",
                Pattern.compile("\\b(Crowd c[0-9]{4}|Town [hsmnx]?[0-9]{3,6}|Watcher [0-9]{3})\\b"));
        shapes.put(
                "a text of an alert",
                Pattern.compile(
                        "mark[0-9]{4}mark|Everybody [a-z]+everybody|Everybody listens|The river rises|Seek shelter"
                                + "|Flood, mark-|Flood in the lower town|Go to the school on the hill|Go to higher ground"));
        return shapes;
    }

    /** @return the file and what was found in it, without quoting that */
    public static List<String> violations(Path folder, Map<String, String> canaries) throws IOException {
        List<String> found = new ArrayList<>();
        Pattern any = Pattern.compile(
                String.join("|", canaries.values().stream().map(Pattern::quote).toList()), Pattern.CASE_INSENSITIVE);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                // One pass over much text; the few lines that hold something are looked at closely.
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                List<String> suspects =
                        text.lines().filter(line -> any.matcher(line).find()).toList();
                CanarySearch.violations(suspects, canaries)
                        .forEach(what -> found.add(file.getFileName() + ": " + what));
                CanarySearch.shapes(text.lines(), shapes())
                        .forEach(what -> found.add(file.getFileName() + ": " + what));
            }
        }
        return found;
    }
}
