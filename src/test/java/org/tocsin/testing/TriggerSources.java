package org.tocsin.testing;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;

/**
 * Sensors, incident tools and scripts that hand their triggers to a hub, and go on trying until each is acknowledged:
 * by PUBACK, by the return of a JMS send, by a 2xx.
 */
public final class TriggerSources implements AutoCloseable {
    private static final int LANES = 3;
    private static final Duration AGAIN = Duration.ofMillis(300);

    private final Entrance entrance;
    private final Map<Source, List<Lane>> lanes = new ConcurrentHashMap<>();
    private ScheduledThreadPoolExecutor pace = new ScheduledThreadPoolExecutor(1);
    private final Set<Member> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final Set<Member> given = ConcurrentHashMap.newKeySet();
    private final Map<Source, String> lastFailure = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Where triggers are handed in. */
    public record Entrance(int jmsPort, int mqttPort, UnaryOperator<String> url) {}

    public TriggerSources(HubProcess hub) {
        this(new Entrance(hub.jmsPort, hub.mqttPort, hub::url));
    }

    public TriggerSources(Entrance entrance) {
        this.entrance = entrance;
        for (Source source : Source.values()) {
            List<Lane> own = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                own.add(new Lane(door(source)));
            }
            lanes.put(source, own);
        }
    }

    /**
     * Gives the triggers of a crowd from the first one on, at a steady pace, until everything was given or {@link
     * #pause} says so.
     */
    public void steadily(Crowd crowd, Duration gap) {
        pace = new ScheduledThreadPoolExecutor(1);
        pace.scheduleAtFixedRate(
                () -> {
                    if (given() < crowd.size()) {
                        give(crowd.get(given()));
                    }
                },
                0,
                gap.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Gives no more. What was given goes on being tried. */
    public void pause() throws InterruptedException {
        pace.shutdownNow();
        pace.awaitTermination(10, TimeUnit.SECONDS);
    }

    /** Returns at once. */
    public void give(Member member) {
        given.add(member);
        List<Lane> own = lanes.get(member.source());
        own.get(member.number() / Source.values().length % LANES).hand(member);
    }

    public int given() {
        return given.size();
    }

    /** Those whose trigger was given and not acknowledged, with the last failure of their source. */
    public List<String> waiting() {
        return given.stream()
                .filter(member -> !acknowledged.contains(member))
                .map(member -> member + ", last failure " + lastFailure.get(member.source()))
                .toList();
    }

    public Set<Member> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** How often something was not acknowledged, by source and reason: {@code API 503}, {@code JMS failed}. */
    public int failures(String what) {
        AtomicInteger count = failures.get(what);
        return count == null ? 0 : count.get();
    }

    public Map<String, AtomicInteger> failures() {
        return failures;
    }

    /** One connection to the hub. */
    private interface Door extends AutoCloseable {
        /** @return null when it was acknowledged, else why not */
        String hand(Member member) throws Exception;

        @Override
        void close();
    }

    private Door door(Source source) {
        return switch (source) {
            case MQTT -> new MqttDoor();
            case JMS -> new JmsDoor();
            case API, HOOK -> new HttpDoor();
        };
    }

    private final class Lane {
        private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
        private final Door door;

        Lane(Door door) {
            this.door = door;
        }

        void hand(Member member) {
            thread.execute(() -> attempt(member));
        }

        private void attempt(Member member) {
            String why;
            try {
                why = door.hand(member);
            } catch (Exception e) {
                door.close();
                why = "failed";
                lastFailure.put(member.source(), String.valueOf(e));
            }
            if (why == null) {
                acknowledged.add(member);
            } else {
                failures.computeIfAbsent(member.source() + " " + why, k -> new AtomicInteger())
                        .incrementAndGet();
                if (!thread.isShutdown()) {
                    thread.schedule(() -> attempt(member), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }

        void stop() {
            thread.shutdownNow();
            door.close();
        }
    }

    private final class MqttDoor implements Door {
        private MqttClient client;

        @Override
        public String hand(Member member) throws MqttException {
            if (client == null) {
                client = connect();
            }
            byte[] payload = member.payload().getBytes(StandardCharsets.UTF_8);
            client.publish(Crowd.topic(member), payload, 1, false); // returns after the PUBACK
            return null;
        }

        private MqttClient connect() throws MqttException {
            MqttClient fresh = new MqttClient(
                    "tcp://127.0.0.1:" + entrance.mqttPort(), "gauge-" + UUID.randomUUID(), new MemoryPersistence());
            fresh.setTimeToWait(5_000);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setConnectionTimeout(5);
            options.setUserName("sensor");
            options.setPassword("sensor-password".getBytes(StandardCharsets.UTF_8));
            try {
                fresh.connect(options);
                return fresh;
            } catch (MqttException e) {
                fresh.close(true);
                throw e;
            }
        }

        @Override
        public void close() {
            MqttClient old = client;
            client = null;
            if (old != null) {
                try {
                    old.disconnectForcibly(0, 100, false);
                } catch (MqttException gone) {
                    // which is what we want
                }
                try {
                    old.close(true);
                } catch (MqttException gone) {
                    // so is this
                }
            }
        }
    }

    private final class JmsDoor implements Door {
        private ActiveMQConnectionFactory factory;
        private Connection connection;
        private Session session;
        private MessageProducer producer;

        @Override
        public String hand(Member member) throws JMSException {
            if (producer == null) {
                factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + entrance.jmsPort()
                        + "?reconnectAttempts=0&initialConnectAttempts=1&callTimeout=5000&blockOnDurableSend=true");
                connection = factory.createConnection("incident", "incident-password");
                session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                producer = session.createProducer(session.createQueue("incidents"));
            }
            producer.send(session.createTextMessage(member.payload()));
            return null;
        }

        @Override
        public void close() {
            producer = null;
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (JMSException gone) {
                // the server is
            }
            connection = null;
            if (factory != null) {
                factory.close();
                factory = null;
            }
        }
    }

    private final class HttpDoor implements Door {
        @Override
        public String hand(Member member) throws IOException, InterruptedException {
            String path = member.source() == Source.API ? "/api/alerts" : "/hooks/" + member.id();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(entrance.url().apply(path)))
                    .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(member.payload()))
                    .build();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            return status / 100 == 2 ? null : String.valueOf(status);
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        pace.shutdownNow();
        lanes.values().forEach(own -> own.forEach(Lane::stop));
    }
}
