package org.tocsin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.cli.ServeCommand;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;

/**
 * The whole hub in this JVM, on real servers: its embedded PostgreSQL and broker, and simulated providers whose
 * journals are what tests ask. One instance is kept for all tests that need nothing special of it.
 */
public final class Hub implements AutoCloseable {
    public static final String TRIGGER_KEY = "trigger-key-of-the-tests";
    public static final String OPERATOR_KEY = "operator-key-of-the-tests";
    public static final String BOUND_KEY = "bound-key-of-the-tests";

    private static Hub shared;

    public final Simulator simulator;
    public final ConfigurableApplicationContext context;
    public final Path folder;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Hub(Simulator simulator, ConfigurableApplicationContext context, Path folder) {
        this.simulator = simulator;
        this.context = context;
        this.folder = folder;
    }

    /** Started with the first test that asks, and stopped with the JVM. Its contacts are those of config/. */
    public static synchronized Hub shared() {
        if (shared == null) {
            shared = start(
                    SimulatorSettings.defaults(),
                    "--tocsin.publish.jms.destination=queue:alert-events",
                    "--tocsin.intake.players=players");
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        shared.awaitBound();
        return shared;
    }

    /** @param more arguments; one of {@link #arguments} with the same key gives way */
    public static Hub start(SimulatorSettings settings, String... more) {
        return start(Simulator.start(settings), context -> {}, more);
    }

    /** @param before sees the context before anything of the hub is made */
    public static Hub start(
            Simulator simulator, ApplicationContextInitializer<ConfigurableApplicationContext> before, String... more) {
        try {
            Path folder = Files.createTempDirectory("tocsin-test");
            TestContacts.create(folder);
            Map<String, String> arguments = new LinkedHashMap<>();
            Stream.concat(arguments(simulator, folder).stream(), Stream.of(more))
                    .forEach(a -> arguments.put(a.substring(0, a.indexOf('=')), a));
            SpringApplication application = ServeCommand.application();
            application.addInitializers(before);
            ConfigurableApplicationContext context =
                    application.run(arguments.values().toArray(String[]::new));
            Hub hub = new Hub(simulator, context, folder);
            simulator.whatsApp().subscribe(hub.url("/hooks/whatsapp"));
            hub.awaitBound();
            return hub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            simulator.close();
            throw e;
        }
    }

    /** An SMS in the very moment of a bind counts as unreachable, and would soon go on to e-mail. */
    private void awaitBound() {
        Awaitility.await()
                // Servers of tests may have threads that do not bear to be refused.
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(60))
                .until(() -> simulator.smsc().binds() > 0);
    }

    /** What a hub needs to run against a simulator; the same for one in this JVM and one of its own. */
    public static List<String> arguments(Simulator simulator, Path folder) {
        SimulatorSettings.Account account = simulator.settings().account();
        return List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--tocsin.data-dir=" + folder,
                "--tocsin.watch.epoch-file=" + folder.resolve("epoch"),
                "--tocsin.broker.jms-port=0",
                "--tocsin.broker.mqtt-port=0",
                "--tocsin.broker.users[0]=sensor:sensor-password:sensor",
                "--tocsin.broker.users[1]=incident:incident-password:incident",
                "--tocsin.contacts=" + folder.resolve("contacts.csv"),
                "--tocsin.delivery-plan=src/test/resources/plan/quick.yaml",
                "--tocsin.public-url=http://hub.example.org",
                "--tocsin.warm-up.messages=0",
                // Tests say the same many times.
                "--tocsin.intake.brake.alerts=0",
                "--tocsin.intake.brake.one-cause=0",
                "--tocsin.intake.brake.identical-for=0s",
                "--tocsin.whatsapp.base-url=" + simulator.whatsApp().baseUrl(),
                "--tocsin.whatsapp.phone-number-id=" + String.join(",", account.numberIds()),
                "--tocsin.whatsapp.access-token=" + account.accessToken(),
                "--tocsin.whatsapp.app-secret=" + account.appSecret(),
                "--tocsin.whatsapp.verify-token=" + account.verifyToken(),
                "--tocsin.whatsapp.messages-per-second=0",
                "--tocsin.whatsapp.response-timeout-ms=2000",
                "--tocsin.sms.smpp.host=127.0.0.1",
                "--tocsin.sms.smpp.port=" + simulator.smsc().port(),
                "--tocsin.sms.smpp.system-id=" + simulator.settings().sms().systemId(),
                "--tocsin.sms.smpp.password=" + simulator.settings().sms().password(),
                "--tocsin.sms.smpp.source-address=Tocsin",
                "--tocsin.sms.messages-per-second=0",
                "--tocsin.sms.response-timeout-ms=2000",
                "--tocsin.sms.reconnect-delay-ms=300",
                "--tocsin.email.host=127.0.0.1",
                "--tocsin.email.port=" + simulator.mail().port(),
                "--tocsin.email.from=alerts@hub.example.org",
                "--tocsin.email.messages-per-second=0",
                "--tocsin.email.timeout-ms=2000",
                // Tests that break a provider for one person must not open the circuit for the others.
                "--tocsin.circuit.channel-down-in-a-row=1000",
                "--tocsin.circuit.minimum-calls=100000",
                "--tocsin.circuit.silence-minimum=100000",
                "--tocsin.api.keys[0]=trigger:" + sha256(TRIGGER_KEY) + ":trigger",
                "--tocsin.api.keys[1]=operator:" + sha256(OPERATOR_KEY) + ":operator",
                "--tocsin.api.keys[2]=bound:" + sha256(BOUND_KEY) + ":trigger:bound@example\\.org");
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port("local.server.port") + path;
    }

    public int port(String property) {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty(property));
    }

    public JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    public HttpResponse<String> post(String path, String key, String contentType, String body) {
        return send(HttpRequest.newBuilder(URI.create(url(path)))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> postAlert(String json) {
        return post("/api/alerts", TRIGGER_KEY, "application/json", json);
    }

    public HttpResponse<String> get(String path, String key) {
        return send(HttpRequest.newBuilder(URI.create(url(path))).header("Authorization", "Bearer " + key));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Publishes with QoS 1 as the sensors' user; returns after the PUBACK. */
    public void publish(String topic, String payload) {
        try {
            MqttClient client = new MqttClient(
                    "tcp://127.0.0.1:" + port("local.broker.mqtt-port"),
                    "test-" + UUID.randomUUID(),
                    new MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName("sensor");
            options.setPassword("sensor-password".getBytes(StandardCharsets.UTF_8));
            client.connect(options);
            client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false);
            client.disconnect();
            client.close();
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        simulator.close();
    }
}
