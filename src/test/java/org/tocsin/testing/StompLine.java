package org.tocsin.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody who writes STOMP byte by byte, and is held to none of its rules. */
public final class StompLine implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;

    public StompLine(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StompLine connect(String user, String password) throws IOException {
        write("CONNECT\naccept-version:1.2\nhost:hub\nlogin:" + user + "\npasscode:" + password + "\n\n\0");
        String answer = answer();
        if (!answer.startsWith("CONNECTED")) {
            throw new IOException("not connected: " + answer);
        }
        return this;
    }

    /** As it is: whoever wants a frame ends it with a NUL. */
    public void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** The next frame; empty when the server has hung up. */
    public String answer() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (int b = in.read(); b > 0 || b == 0 && frame.size() == 0; b = in.read()) {
            if (frame.size() > 0 || b > '\r') {
                frame.write(b);
            }
        }
        return frame.toString(StandardCharsets.UTF_8);
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
