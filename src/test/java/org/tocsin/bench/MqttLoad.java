package org.tocsin.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Sensors behind a few gateways, which wait for a PUBACK only when many are missing. */
final class MqttLoad implements AutoCloseable {
    private static final int GATEWAYS = 4;
    private static final int UNACKNOWLEDGED = 400;

    private final List<MqttAsyncClient> clients = new ArrayList<>();
    private final Semaphore places = new Semaphore(UNACKNOWLEDGED);
    private final String topic;
    private volatile Throwable failure;

    /** @param topic before the device */
    MqttLoad(String url, String user, String password, String topic) throws MqttException {
        this.topic = topic;
        for (int i = 0; i < GATEWAYS; i++) {
            MqttAsyncClient client = new MqttAsyncClient(url, "load-" + i, new MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName(user);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
            options.setReceiveMaximum(1_000);
            client.connect(options).waitForCompletion(30_000);
            clients.add(client);
        }
    }

    void give(int readings) throws Exception {
        for (int i = 0; i < readings; i++) {
            take(1);
            clients.get(i % GATEWAYS)
                    .publish(
                            topic + TriggersTrial.device(i),
                            TriggersTrial.reading(i),
                            1,
                            false,
                            null,
                            new Acknowledged());
        }
        take(UNACKNOWLEDGED);
        places.release(UNACKNOWLEDGED);
    }

    private void take(int count) throws InterruptedException {
        if (!places.tryAcquire(count, 60, TimeUnit.SECONDS) || failure != null) {
            throw new IllegalStateException("the broker acknowledges nothing", failure);
        }
    }

    private final class Acknowledged implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            places.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable why) {
            failure = why;
            places.release();
        }
    }

    @Override
    public void close() throws MqttException {
        for (MqttAsyncClient client : clients) {
            client.disconnectForcibly(1_000, 1_000, true);
            client.close();
        }
    }
}
