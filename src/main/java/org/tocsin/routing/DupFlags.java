package org.tocsin.routing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Which messages a broker sends again (the flag DUP of PUBLISH, MQTT 5 3.3.1.1), of one connection. Paho (1.2.5) does not
 * say: its {@code MqttMessage} has the flag always unset. It is read here from the bytes that Paho reads.
 */
final class DupFlags {
    private static final int PUBLISH = 0x30;
    private static final int TYPE = 0xf0;
    private static final int DUP = 0x08;
    private static final int QOS = 0x06;

    /** Packet identifiers. What is not acknowledged keeps its own, so that no other message has it meanwhile. */
    private final Set<Integer> again = ConcurrentHashMap.newKeySet();

    /** @param packetId of a message that has arrived and is not acknowledged */
    boolean has(int packetId) {
        return again.contains(packetId);
    }

    /**
     * A client whose connection is listened to.
     *
     * @throws MqttException the address is none
     */
    MqttClient client(String broker, String clientId) throws MqttException {
        return new Client(this, broker, clientId);
    }

    InputStream listen(InputStream from) {
        return new Listener(from);
    }

    private void sent(int packetId, boolean dup) {
        if (dup) {
            again.add(packetId);
        } else {
            again.remove(packetId);
        }
    }

    private static final class Client extends MqttClient {
        Client(DupFlags flags, String broker, String clientId) throws MqttException {
            super(broker, clientId, new MemoryPersistence());
            aClient = new MqttAsyncClient(broker, clientId, new MemoryPersistence()) {
                @Override
                protected NetworkModule[] createNetworkModules(String address, MqttConnectionOptions options)
                        throws MqttException {
                    return Arrays.stream(super.createNetworkModules(address, options))
                            .map(module -> new Line(flags, module))
                            .toArray(NetworkModule[]::new);
                }
            };
        }
    }

    /** All as the other has it. */
    private record Line(DupFlags flags, NetworkModule module) implements NetworkModule {
        @Override
        public void start() throws IOException, MqttException {
            module.start();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return flags.listen(module.getInputStream());
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return module.getOutputStream();
        }

        @Override
        public void stop() throws IOException {
            module.stop();
        }

        @Override
        public String getServerURI() {
            return module.getServerURI();
        }
    }

    private enum Awaited {
        TYPE,
        LENGTH,
        REST
    }

    /** Follows the packets in what is read: a byte of type and flags, the length that remains, then topic and identifier. */
    private final class Listener extends FilterInputStream {
        private Awaited awaited = Awaited.TYPE;
        private int first;
        private int remaining;
        private int lengthBits;
        /** Behind the fixed header. */
        private int position;

        private int topicLength;
        private int packetId;

        Listener(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                hear(read);
            }
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            for (int i = 0; i < count; i++) {
                hear(bytes[offset + i] & 0xff);
            }
            return count;
        }

        private void hear(int next) {
            switch (awaited) {
                case TYPE -> {
                    first = next;
                    remaining = 0;
                    lengthBits = 0;
                    position = 0;
                    awaited = Awaited.LENGTH;
                }
                case LENGTH -> {
                    remaining |= (next & 0x7f) << lengthBits;
                    lengthBits += 7;
                    if ((next & 0x80) == 0) {
                        awaited = remaining > 0 ? Awaited.REST : Awaited.TYPE;
                    }
                }
                case REST -> {
                    rest(next);
                    position++;
                    if (position == remaining) {
                        awaited = Awaited.TYPE;
                    }
                }
            }
        }

        private void rest(int next) {
            if (position == 0) {
                topicLength = next << 8;
            } else if (position == 1) {
                topicLength |= next;
            } else if (position == topicLength + 2) {
                packetId = next << 8;
            } else if (position == topicLength + 3 && (first & TYPE) == PUBLISH && (first & QOS) != 0) {
                sent(packetId | next, (first & DUP) != 0);
            }
        }
    }
}
