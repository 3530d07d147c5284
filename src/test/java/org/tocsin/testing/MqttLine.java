package org.tocsin.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A device that writes MQTT 3.1.1 packet by packet, and so says itself what it sends again. */
public final class MqttLine implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int DUP = 0x08;
    private static final int PUBACK = 0x40;

    private final Socket socket;

    public MqttLine(int port, String clientId, String user, String password) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream connect = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(connect);
            out.writeUTF("MQTT");
            out.write(4);
            out.write(0xc2); // user, password, no session of before
            out.writeShort(60);
            out.writeUTF(clientId);
            out.writeUTF(user);
            out.writeUTF(password);
            write(CONNECT, connect.toByteArray());
            answer(CONNACK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** QoS 1; returns when the broker has it. At most some hundred bytes. */
    public void publish(String topic, int id, boolean again, String text) throws IOException {
        ByteArrayOutputStream publish = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(publish);
        out.writeUTF(topic);
        out.writeShort(id);
        out.write(text.getBytes(StandardCharsets.UTF_8));
        write(again ? PUBLISH_QOS_1 | DUP : PUBLISH_QOS_1, publish.toByteArray());
        answer(PUBACK);
    }

    private void write(int type, byte[] rest) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        if (rest.length > 127) {
            packet.write(rest.length & 0x7f | 0x80);
            packet.write(rest.length >> 7);
        } else {
            packet.write(rest.length);
        }
        packet.write(rest);
        socket.getOutputStream().write(packet.toByteArray());
    }

    private void answer(int type) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] packet = new byte[4];
        in.readFully(packet);
        if ((packet[0] & 0xf0) != type || type == CONNACK && packet[3] != 0) {
            throw new IOException("not the answer that was expected");
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
