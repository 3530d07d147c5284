package org.tocsin.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Message;
import org.apache.camel.support.DefaultConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each message on until the route has made it durable or parked it, and acknowledges it after that, never before.
 * That of camel-paho-mqtt5 (4.17) connects before it listens, so that what comes at that moment is left unacknowledged;
 * forgets a message whose route failed; fails the start while the broker is away; and may acknowledge a message under a
 * number that by then belongs to another one. Here each connection has a client of its own, and a message is acknowledged
 * on the connection that brought it or not at all: then the broker, which keeps the session, sends it again.
 *
 * <p>In the order of the broker. What has arrived together is one exchange, whose body is a list of exchanges; when that
 * fails, each goes alone, and the next one after it was taken. What has arrived is handed on even when its connection has ended
 * meanwhile, before there is another one: a broker that forgets its sessions would not send it again.
 *
 * <p>Of a message come body, topic and the flag "retained": its other properties, those of its sender above all, become no
 * headers.
 */
final class MqttOutsideConsumer extends DefaultConsumer {
    private static final Logger log = LoggerFactory.getLogger(MqttOutsideConsumer.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_MILLIS = 100;
    private static final long PATIENCE_MILLIS = 15_000;
    /** More than the broker sends of QoS 1 without acknowledgement (receiveMaximum); QoS 0 waits in the network then. */
    private static final int MOST_AT_HAND = 100;

    /** No more than an incident knows again when all of them are sent once more. */
    private static final int MOST_TOGETHER = 20;

    private static final int TELL_AGAIN = 60;
    private static final int LEAST_FAILURE = 0x80;

    /** What the broker has for us is sent when a subscription is new, not each time we come back to it. */
    private static final int RETAINED_IF_NEW = 1;

    private final PahoMqtt5Configuration configuration;
    private final MqttConnectionOptions options;
    private final List<String> topics;
    private final TlsFiles tls;

    private volatile @Nullable Thread keeper;
    private int failures;

    MqttOutsideConsumer(
            PahoMqtt5Endpoint endpoint,
            Processor processor,
            MqttConnectionOptions options,
            List<String> topics,
            TlsFiles tls) {
        super(endpoint, processor);
        this.configuration = endpoint.getConfiguration();
        this.options = options;
        this.topics = topics;
        this.tls = tls;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Thread thread = new Thread(this::keepConnected, getRouteId() + "-connection");
        thread.setDaemon(true);
        keeper = thread;
        thread.start();
    }

    @Override
    protected void doStop() throws Exception {
        Thread thread = keeper;
        keeper = null;
        if (thread != null) {
            LockSupport.unpark(thread);
            thread.join(PATIENCE_MILLIS);
        }
        super.doStop();
    }

    private void keepConnected() {
        Thread me = Thread.currentThread();
        while (keeper == me) {
            try {
                Connection connection = new Connection(me);
                try {
                    connection.open();
                    while (keeper == me && connection.client.isConnected()) {
                        connection.handOnSome();
                    }
                    tell(keeper == me ? "the connection ended" : null);
                } finally {
                    connection.end();
                }
            } catch (MqttException e) {
                tell("reason " + e.getReasonCode());
            } catch (RuntimeException e) {
                tell(e.getClass().getSimpleName());
            } catch (InterruptedException e) {
                tell("interrupted");
            }
            if (keeper == me) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    private void tell(@Nullable String failure) {
        if (failure != null && failures++ % TELL_AGAIN == 0) {
            log.warn("{}: no connection to its broker ({}); tried again without end", getRouteId(), failure);
        }
    }

    /** @return why the route failed; null when the message is durable or parked */
    private @Nullable Throwable handOn(Arrival arrival) {
        Exchange exchange = exchange(arrival);
        try {
            getProcessor().process(exchange);
            return exchange.getException();
        } catch (Throwable e) {
            // Whatever it is: this thread must go on, and the message is not taken.
            return e;
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private @Nullable Throwable handOn(List<Arrival> arrivals) {
        return RecordList.process(this, arrivals.stream().map(this::exchange).toList());
    }

    private Exchange exchange(Arrival arrival) {
        Exchange exchange = createExchange(false);
        PahoMqtt5Message in = new PahoMqtt5Message(exchange.getContext(), arrival.message());
        in.setBody(arrival.message().getPayload());
        in.setHeader(PahoMqtt5Constants.MQTT_TOPIC, arrival.topic());
        exchange.setIn(in);
        return exchange;
    }

    private record Arrival(String topic, MqttMessage message) {}

    /** One connection, from its first packet to its last. */
    private final class Connection implements MqttCallback {
        private final DupFlags dupFlags = new DupFlags();
        private final MqttClient client;
        private final Thread owner;
        private final BlockingQueue<Arrival> atHand = new ArrayBlockingQueue<>(MOST_AT_HAND);
        private volatile boolean over;

        Connection(Thread owner) throws MqttException {
            this.owner = owner;
            client = dupFlags.client(configuration.getBrokerUrl(), configuration.getClientId());
            client.setTimeToWait(TimeUnit.SECONDS.toMillis(configuration.getConnectionTimeout()));
            client.setManualAcks(true);
            client.setCallback(this);
        }

        void open() throws MqttException {
            if (!tls.none()) {
                options.setSocketFactory(tls.context().getSocketFactory());
            }
            boolean resumed = client.connectWithResult(options).getSessionPresent();
            MqttSubscription[] wanted = topics.stream()
                    .map(topic -> {
                        MqttSubscription subscription = new MqttSubscription(topic, configuration.getQos());
                        subscription.setRetainHandling(RETAINED_IF_NEW);
                        return subscription;
                    })
                    .toArray(MqttSubscription[]::new);
            for (int granted : client.subscribe(wanted).getReasonCodes()) {
                if (granted >= LEAST_FAILURE) {
                    throw new MqttException(granted);
                }
                if (granted < configuration.getQos()) {
                    log.warn("{}: its broker grants QoS {} only; messages can be lost", getRouteId(), granted);
                }
            }
            failures = 0;
            log.info("{}: connected, with {} session", getRouteId(), resumed ? "its old" : "a new");
        }

        /** Waits a moment for the first of them. */
        void handOnSome() throws InterruptedException {
            Arrival first = atHand.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            List<Arrival> arrivals = new ArrayList<>(List.of(first));
            atHand.drainTo(arrivals, MOST_TOGETHER - 1);
            if (arrivals.size() > 1 && handOn(arrivals) == null) {
                arrivals.forEach(arrival -> acknowledge(arrival.message()));
            } else {
                arrivals.forEach(arrival -> handOnSurely(arrival, arrivals.size() > 1));
            }
        }

        /** Returns when nothing of it is left at hand. */
        void end() throws InterruptedException {
            over = true;
            try {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, 200, true);
                }
                client.close(true);
            } catch (MqttException | RuntimeException e) {
                log.debug("the connection was gone already", e);
            }
            while (keeper == owner && !atHand.isEmpty()) {
                handOnSome();
            }
        }

        /** @param again whether it may have been taken already */
        private void handOnSurely(Arrival arrival, boolean again) {
            if (again) {
                arrival.message().setDuplicate(true);
            }
            for (int tries = 0; keeper == owner; tries++) {
                Throwable failure = handOn(arrival);
                if (failure == null) {
                    acknowledge(arrival.message());
                    return;
                }
                if (tries % TELL_AGAIN == 0) {
                    log.warn(
                            "{}: a message cannot be taken now ({}), and is tried again without end",
                            getRouteId(),
                            failure.getClass().getSimpleName());
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }

        /** On the thread of the client, which must be free to hear the broker. */
        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            message.setDuplicate(dupFlags.has(message.getId()));
            Arrival arrival = new Arrival(topic, message);
            while (keeper == owner && !over) {
                if (atHand.offer(arrival, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }

        private void acknowledge(MqttMessage message) {
            if (over) {
                return;
            }
            try {
                client.messageArrivedComplete(message.getId(), message.getQos());
            } catch (MqttException | RuntimeException e) {
                // A client that is closed answers with a NullPointerException; those behind it are handed on all the
                // same.
                log.debug("not acknowledged: it comes again, and is known", e);
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
