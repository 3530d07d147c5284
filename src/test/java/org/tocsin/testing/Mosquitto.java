package org.tocsin.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** The broker mosquitto as Debian packages it, on a port and with a store of its own; not there until it is started. */
public final class Mosquitto implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = HubProcess.freePort();
    private final Path folder;
    private Process process;

    public Mosquitto() {
        try {
            folder = Files.createTempDirectory("mosquitto");
            Files.writeString(
                    folder.resolve("mosquitto.conf"), """
                            listener %d 127.0.0.1
                            allow_anonymous true
                            persistence true
                            persistence_location %s/
                            """.formatted(port, folder) + (root() ? "user root\n" : ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    public int port() {
        return port;
    }

    /** With what it had. */
    public void start() {
        process = OutsideClient.MOSQUITTO.start(
                folder.resolve("output"), "-c", folder.resolve("mosquitto.conf").toString());
        await().atMost(PATIENCE).until(this::listens);
    }

    /** In good order: it writes down what it has. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("mosquitto does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** QoS 1, one after the other, and returns when the broker has them. */
    public void publish(String topic, boolean retained, String... texts) {
        with("sender-" + System.nanoTime(), client -> {
            for (String text : texts) {
                client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, retained);
            }
        });
    }

    /** Somebody else takes the name of this client, and its session with it. */
    public void forget(String clientId) {
        with(clientId, client -> {});
    }

    private void with(String clientId, MqttServer.Use use) {
        try {
            MqttClient client = new MqttClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
            try {
                MqttConnectionOptions options = new MqttConnectionOptions();
                options.setCleanStart(true);
                client.connect(options);
                use.of(client);
                client.disconnect();
            } finally {
                client.close(true);
            }
        } catch (MqttException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            stop();
        }
    }
}
