package org.tocsin.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Scenario;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.TlsDoor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tocsin simulate}: the providers without the hub. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs a simulated WhatsApp Cloud API, SMSC and mail server on 127.0.0.1 until it is stopped.")
public final class SimulateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--whatsapp-port",
            defaultValue = "8090",
            description = "default ${DEFAULT-VALUE}; 0: any free port")
    private int whatsAppPort;

    @Option(names = "--control-port", defaultValue = "0", description = "serves /_sim too, even when WhatsApp refuses")
    private int controlPort;

    @Option(
            names = "--whatsapp-tls-port",
            description = "the Cloud API over https as well, for the faults tls-*; 0: any free port")
    private @Nullable Integer whatsAppTlsPort;

    @Option(names = "--tls-authority", description = "a file that the certificate to trust is written to, as PEM")
    private @Nullable Path tlsAuthority;

    @Option(names = "--smpp-port", defaultValue = "2775", description = "default ${DEFAULT-VALUE}")
    private int smppPort;

    @Option(names = "--smtp-port", defaultValue = "2525", description = "default ${DEFAULT-VALUE}")
    private int smtpPort;

    @Option(names = "--access-token", description = "that a request must bear")
    private @Nullable String accessToken;

    @Option(names = "--app-secret", description = "that webhooks are signed with")
    private @Nullable String appSecret;

    @Option(names = "--verify-token", description = "of the webhook handshake")
    private @Nullable String verifyToken;

    @Option(
            names = "--phone-number-id",
            split = ",",
            description = "in the path of a request; several, separated by commas, are numbers of one portfolio")
    private String @Nullable [] phoneNumberIds;

    @Option(names = "--smpp-system-id", description = "who may bind")
    private @Nullable String smppSystemId;

    @Option(names = "--smpp-password", description = "at most 8 characters")
    private @Nullable String smppPassword;

    @Option(names = "--webhook-url", description = "tried until its handshake succeeds")
    private @Nullable String webhookUrl;

    @Option(names = "--latency-ms", defaultValue = "0", description = "of each answer of the Cloud API")
    private long latencyMillis;

    @Option(
            names = "--auto-answer",
            defaultValue = "0",
            description = "share of people who tap the first button, 0 to 1")
    private double autoAnswer;

    @Option(
            names = "--journal-limit",
            defaultValue = "100000",
            description = "entries kept per channel; 0: counters only")
    private int journalLimit;

    @Option(names = "--seed", defaultValue = "1", description = "of all choices by chance")
    private long seed;

    @Option(names = "--quiet-receipts", description = "no status is ever told")
    private boolean quietReceipts;

    @Option(names = "--scenario", description = "a YAML file: settings, people, and what happens when")
    private @Nullable Path scenario;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec == null
                ? new PrintWriter(System.out, true)
                : spec.commandLine().getOut();
        try (Simulator simulator = scenario == null ? Simulator.start(settings()) : scripted(scenario)) {
            CountDownLatch stopped = new CountDownLatch(1);
            Thread atExit = new Thread(stopped::countDown, "simulate-stop");
            Runtime.getRuntime().addShutdownHook(atExit);
            describe(simulator, out);
            openTls(simulator, out);
            stopped.await();
        }
        return 0;
    }

    private void openTls(Simulator simulator, PrintWriter out) throws IOException {
        if (whatsAppTlsPort == null && tlsAuthority == null) {
            return;
        }
        TlsDoor door = simulator.tls(whatsAppTlsPort == null ? 0 : whatsAppTlsPort);
        if (tlsAuthority != null) {
            Files.write(tlsAuthority, door.authority());
        }
        out.println("  WhatsApp  " + door.baseUrl() + "  (over TLS; faults tls-expired, tls-wrong-host,"
                + " tls-handshake-cut, tls-plain-text)");
        out.flush();
    }

    /** What the file says goes before the options. */
    private Simulator scripted(Path file) {
        Scenario script;
        try {
            script = Scenario.load(file);
        } catch (IllegalArgumentException e) {
            throw spec == null
                    ? e
                    : new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return Scenario.start(script, settings());
    }

    /** Names no secret. */
    static void describe(Simulator simulator, PrintWriter out) {
        out.println("SIMULATED providers, nothing reaches a real phone:");
        out.println("  WhatsApp  " + simulator.whatsApp().baseUrl() + "  (phone number id "
                + String.join(", ", simulator.settings().account().numberIds()) + ")");
        out.println("            " + simulator.unresolvableUrl() + "  (a name that does not resolve: DNS failing)");
        out.println("  SMSC      127.0.0.1:" + simulator.smsc().port() + "  (system id "
                + simulator.settings().sms().systemId() + ")");
        out.println("  mail      127.0.0.1:" + simulator.mail().port());
        out.println("  control   " + simulator.controlUrl() + "/journal, /counts, /faults, /scenario, /clock, /inbound,"
                + " /subscribe");
        simulator.assumptions().forEach(sentence -> out.println("  assumed: " + sentence));
        out.flush();
    }

    SimulatorSettings settings() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        SimulatorSettings.Account account = defaults.account();
        SimulatorSettings.Sms sms = defaults.sms();
        return defaults.withWhatsAppPort(whatsAppPort)
                .withControlPort(controlPort)
                .withSmppPort(smppPort)
                .withSmtpPort(smtpPort)
                .withAccessToken(or(accessToken, account.accessToken()))
                .withAppSecret(or(appSecret, account.appSecret()))
                .withVerifyToken(or(verifyToken, account.verifyToken()))
                .withPhoneNumberId(first(phoneNumberIds, account.phoneNumberId()), others(phoneNumberIds))
                .withSmppAccount(or(smppSystemId, sms.systemId()), or(smppPassword, sms.password()))
                .withWebhookUrl(webhookUrl)
                .withLatency(Duration.ofMillis(latencyMillis))
                .withAutoAnswer(
                        autoAnswer,
                        defaults.autoAnswer().after(),
                        defaults.autoAnswer().buttonText())
                .withJournalLimit(journalLimit)
                .withSeed(seed)
                .withQuietReceipts(quietReceipts);
    }

    private static String first(String @Nullable [] given, String otherwise) {
        return given == null ? otherwise : given[0];
    }

    private static String[] others(String @Nullable [] given) {
        return given == null ? new String[0] : Arrays.copyOfRange(given, 1, given.length);
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }
}
