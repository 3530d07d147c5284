package org.tocsin.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A line to a server that can go dead: connections stay open, and nothing comes through any more; or that loses some of
 * what the client says.
 */
public final class Relay implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> dead = ConcurrentHashMap.newKeySet();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile boolean frozen;
    private volatile Predicate<byte[]> lost = said -> false;

    /** @param target a port of this machine */
    public Relay(int target) {
        this.target = target;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Connections of before stay dead for ever; new ones live when it is false. */
    public void freeze(boolean freeze) {
        frozen = freeze;
        if (freeze) {
            dead.addAll(open);
        }
    }

    /** Ends its connections; new ones live. */
    public void cut() {
        open.forEach(Relay::end);
        open.clear();
    }

    /** What a client writes at once, and this says yes to, does not arrive. */
    public void swallow(Predicate<byte[]> which) {
        lost = which;
    }

    /** So often something did not. */
    public int swallowed() {
        return swallowed.get();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                open.add(client);
                if (frozen) {
                    dead.add(client);
                } else {
                    connect(client);
                }
            } catch (IOException closed) {
                // the door
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            run(() -> pass(client, server, said -> lost.test(said)));
            run(() -> pass(server, client, said -> false));
        } catch (IOException away) {
            end(client);
        }
    }

    private void pass(Socket from, Socket to, Predicate<byte[]> swallow) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (swallow.test(Arrays.copyOf(buffer, n))) {
                    swallowed.incrementAndGet();
                } else if (!dead.contains(from) && !dead.contains(to)) {
                    out.write(buffer, 0, n);
                }
            }
            if (!dead.contains(from) && !dead.contains(to)) {
                to.close();
            }
        } catch (IOException gone) {
            // as it should
        }
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
