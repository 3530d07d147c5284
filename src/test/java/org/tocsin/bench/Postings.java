package org.tocsin.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Posts template messages of the size that alerts have, and costs little itself: one thread, one request at a time on
 * each connection. It knows as much of HTTP as the simulator's answers need.
 */
final class Postings {
    private static final String PERSON = "########";
    private static final String BODY = """
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+336########","type":"template",\
            "template":{"name":"flood_alert","language":{"code":"en_GB"},"components":[{"type":"body","parameters":[\
            {"type":"text","parameter_name":"headline","text":"River Rhone: water level above 4 m"},\
            {"type":"text","parameter_name":"area","text":"Old town, Harbour and Saint-Jean"},\
            {"type":"text","parameter_name":"instruction","text":"Leave the cellars, go upstairs, keep the phone on."},\
            {"type":"text","parameter_name":"until","text":"18:00"}]},\
            {"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"ACK:########"}]}\
            ]},"biz_opaque_callback_data":"inc-7/########/try-1"}""";

    private final int port;
    private final int connections;
    private final String request;
    private int next;

    Postings(int port, int connections) {
        this.port = port;
        this.connections = connections;
        this.request = "POST /v25.0/106540352242922/messages HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nAuthorization: Bearer simulated-access-token\r\nContent-Type: application/json\r\nContent-Length: "
                + BODY.length() + "\r\n\r\n" + BODY;
    }

    /**
     * Returns when all are answered.
     *
     * @param perSecond at most; 0: as fast as they are answered
     * @throws IOException when an answer is not 200
     */
    void send(int messages, int perSecond) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                new Line(selector);
            }
            long started = System.nanoTime();
            int sent = 0;
            int answered = 0;
            while (answered < messages) {
                long due = perSecond == 0 ? messages : 1 + (System.nanoTime() - started) * perSecond / 1_000_000_000L;
                for (SelectionKey key : selector.keys()) {
                    Line line = (Line) key.attachment();
                    if (!line.busy && sent < Math.min(due, messages)) {
                        line.post();
                        sent++;
                    }
                }
                selector.select(perSecond == 0 ? 0 : 1);
                for (SelectionKey key : selector.selectedKeys()) {
                    answered += ((Line) key.attachment()).answered() ? 1 : 0;
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
    }

    private final class Line {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(16_384);
        private boolean busy;

        Line(Selector selector) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void post() throws IOException {
            busy = true;
            in.clear();
            String person = Integer.toString(10_000_000 + next++ % 90_000_000);
            ByteBuffer out = ByteBuffer.wrap(request.replace(PERSON, person).getBytes(StandardCharsets.US_ASCII));
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        boolean answered() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("the simulator closed a connection");
            }
            String answer = new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII);
            int body = answer.indexOf("\r\n\r\n") + 4;
            if (body < 4) {
                return false;
            }
            if (!answer.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(answer);
            }
            int length = answer.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
            int announced = Integer.parseInt(answer.substring(length, answer.indexOf("\r\n", length)));
            busy = answer.length() < body + announced;
            return !busy;
        }
    }
}
