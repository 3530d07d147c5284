package org.tocsin.console;

import jakarta.annotation.PreDestroy;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The demo: one message of a flood sensor by MQTT, and on the terminal what becomes of it. */
@Component
@ConditionalOnProperty("tocsin.demo")
class DemoRun {
    private static final String RULE = "=".repeat(100);
    private static final int LOOKS_UNTIL_SUMMARY = 50;
    private static final int LOOK_MILLIS = 200;
    private static final int LAST_LOOK_MILLIS = 2_000;

    private final JdbcTemplate jdbc;
    private final Environment environment;
    private final PrintStream out = System.out;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    DemoRun(JdbcTemplate jdbc, Environment environment) {
        this.jdbc = jdbc;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void play() {
        Thread player = new Thread(this::run, "demo");
        player.setDaemon(true);
        thread = player;
        player.start();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        Thread player = thread;
        stopping = true;
        if (player != null) {
            player.interrupt();
            player.join(LAST_LOOK_MILLIS);
        }
    }

    private void run() {
        try {
            LiveBoard board = new LiveBoard(jdbc, out);
            board.skipToNow();
            announce();
            // An earlier run may have left the flood open: first it ends, then it comes again.
            publish("{\"level\": 1.0, \"observed_at\": \"" + Instant.now().minusSeconds(2) + "\"}");
            publish("{\"level\": 4.2, \"observed_at\": \"" + Instant.now() + "\"}");
            watch(board);
        } catch (MqttException e) {
            out.println("The demo's sensor could not publish: reason code " + e.getReasonCode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException e) {
            if (!stopping) {
                out.println("The board cannot read the ledger any more: "
                        + e.getClass().getSimpleName());
            }
        }
    }

    private void watch(LiveBoard board) throws InterruptedException {
        Long alert = null;
        int looks = 0;
        while (!Thread.currentThread().isInterrupted()) {
            board.printNews();
            alert = alert == null ? board.newestAlert() : alert;
            if (alert != null && ++looks == LOOKS_UNTIL_SUMMARY) {
                board.printSummary(alert);
                suggest(alert);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void announce() {
        out.println(RULE);
        out.println("SIMULATED: WhatsApp, SMS and mail servers run in this process; nothing reaches a real phone.");
        out.println("A flood sensor publishes {\"level\": 4.2} to sensors/riverside/flood-1. This is what follows;");
        out.println("people are shown by their id in config/contacts.csv.");
        out.println(RULE);
    }

    private void suggest(long alert) {
        String mqtt = environment.getProperty("local.broker.mqtt-port", "1883");
        String http = environment.getProperty("local.server.port", "8080");
        out.println(RULE);
        out.println("SIMULATED. It goes on running (p05's phone is off: SMS after 60 s). Stop it with Ctrl-C. To try:");
        out.println();
        out.printf(
                "mosquitto_pub -h 127.0.0.1 -p %s -u sensor -P sensor -q 1 -t sensors/riverside/flood-2"
                        + " -m '{\"level\": 6.3}'%n",
                mqtt);
        out.println();
        out.printf("curl -s -H 'Authorization: Bearer demo' http://127.0.0.1:%s/api/alerts/%d%n", http, alert);
        out.println(RULE);
    }

    private void publish(String payload) throws MqttException {
        String url = "tcp://127.0.0.1:" + environment.getRequiredProperty("local.broker.mqtt-port");
        MqttClient client = new MqttClient(url, "demo-" + UUID.randomUUID(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName("sensor");
        options.setPassword("sensor".getBytes(StandardCharsets.UTF_8));
        client.connect(options);
        client.publish("sensors/riverside/flood-1", payload.getBytes(StandardCharsets.UTF_8), 1, false);
        client.disconnect();
        client.close();
    }
}
