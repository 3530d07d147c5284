package org.tocsin.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** A DNS server (RFC 1035) to which every name is this machine, unless it fails. Answers are good for a second. */
public final class NameServer implements AutoCloseable {
    /** What whoever asks meets. */
    public enum Mode {
        GOOD,
        /** SERVFAIL. */
        FAILS,
        /** NXDOMAIN. */
        NO_SUCH_NAME,
        /** The question is read, no answer comes. */
        SILENT
    }

    private static final int A = 1;
    private static final int HEADER = 12;
    private static final int SERVFAIL = 2;
    private static final int NXDOMAIN = 3;

    private final DatagramSocket socket;
    private volatile Mode mode = Mode.GOOD;
    private volatile int asked;

    public NameServer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
        Thread thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public void mode(Mode wanted) {
        mode = wanted;
    }

    /** Questions so far. */
    public int asked() {
        return asked;
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                asked++;
                if (mode != Mode.SILENT) {
                    byte[] answer = answer(ByteBuffer.wrap(buffer, 0, question.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed
            }
        }
    }

    private byte[] answer(ByteBuffer question) {
        int end = HEADER;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        boolean found = mode == Mode.GOOD && question.getShort(end + 1) == A;
        int code = mode == Mode.FAILS ? SERVFAIL : mode == Mode.NO_SUCH_NAME ? NXDOMAIN : 0;
        ByteBuffer answer = ByteBuffer.allocate(512)
                .putShort(question.getShort(0))
                .putShort((short) (0x8180 | code)) // a response, recursion available
                .putShort((short) 1)
                .putShort((short) (found ? 1 : 0))
                .putInt(0)
                .put(question.array(), HEADER, end + 5 - HEADER);
        if (found) {
            answer.putShort((short) 0xC00C) // the name that was asked for
                    .putShort((short) A)
                    .putShort((short) 1)
                    .putInt(1)
                    .putShort((short) 4)
                    .put(new byte[] {127, 0, 0, 1});
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
