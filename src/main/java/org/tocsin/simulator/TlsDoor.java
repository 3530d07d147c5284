package org.tocsin.simulator;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The Cloud API over https, on a port of its own, with what can be wrong about TLS. Nothing of a request is read while
 * something is: a client that sees to its certificates has sent nothing.
 */
public final class TlsDoor implements AutoCloseable {

    /** What whoever connects meets. As a fault: in kebab case after {@code tls-}, as in {@code tls-wrong-host}. */
    public enum Mode {
        GOOD,
        /** A certificate that has expired. */
        EXPIRED,
        /** A certificate of another host. */
        WRONG_HOST,
        /** The connection is closed at the first bytes of the handshake. */
        HANDSHAKE_CUT,
        /** No TLS: plain HTTP on the port. */
        PLAIN_TEXT;

        String fault() {
            return "tls-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static @Nullable Mode ofFault(String name) {
            return Arrays.stream(values())
                    .filter(mode -> mode != GOOD && mode.fault().equals(name))
                    .findFirst()
                    .orElse(null);
        }
    }

    private final Vertx vertx;
    private final Handler<HttpServerRequest> api;
    private final Certificates certificates = Certificates.make();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong spoiled = new AtomicLong();
    private int port;
    private volatile Mode mode = Mode.GOOD;
    private @Nullable HttpServer https;
    private @Nullable NetServer cutting;

    TlsDoor(Vertx vertx, Handler<HttpServerRequest> api, int port) {
        this.vertx = vertx;
        this.api = api;
        this.port = port;
        open();
    }

    public String baseUrl() {
        return "https://127.0.0.1:" + port;
    }

    /** The certificate that a client has to trust, as PEM. */
    public byte[] authority() {
        return certificates.authority();
    }

    /** Connections that met something wrong before any request could be read. */
    public long spoiled() {
        return spoiled.get();
    }

    /** From now on; open connections are cut. */
    public synchronized void mode(Mode wanted) {
        if (wanted != mode) {
            shut();
            mode = wanted;
            open();
        }
    }

    private void open() {
        if (mode == Mode.HANDSHAKE_CUT) {
            NetServer cut = vertx.createNetServer(
                            new NetServerOptions().setHost("127.0.0.1").setPort(port))
                    .connectHandler(socket -> socket.handler(hello -> {
                        spoiled.incrementAndGet();
                        socket.close();
                    }));
            WhatsAppSimulator.await(cut.listen());
            cutting = cut;
            port = cut.actualPort();
            return;
        }
        HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(port);
        if (mode != Mode.PLAIN_TEXT) {
            String certificate = mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
            options.setSsl(true).setKeyCertOptions(certificates.of(certificate));
        }
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    connections.add(connection);
                    connection.closeHandler(closed -> connections.remove(connection));
                })
                // In plain text the hello is no request.
                .invalidRequestHandler(request -> {
                    spoiled.incrementAndGet();
                    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
                })
                .exceptionHandler(refused -> spoiled.incrementAndGet())
                .requestHandler(api);
        WhatsAppSimulator.await(server.listen());
        https = server;
        port = server.actualPort();
    }

    private void shut() {
        HttpServer server = https;
        https = null;
        if (server != null) {
            WhatsAppSimulator.await(server.close());
            connections.forEach(HttpConnection::close);
        }
        NetServer cut = cutting;
        cutting = null;
        if (cut != null) {
            WhatsAppSimulator.await(cut.close());
        }
    }

    @Override
    public synchronized void close() {
        shut();
    }
}
