package org.tocsin.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WhatsApp Cloud API, an SMSC and a mail server on 127.0.0.1, for the demo and for tests. It answers to
 * {@code /_sim/…} on the WhatsApp port and, also while WhatsApp refuses connections, on the control port.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatorSettings settings;
    private final Vertx vertx;
    private final Timeline clock = new Timeline();
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final WhatsAppSimulator whatsApp;
    private final SmscSimulator smsc;
    private final MailSimulator mail;
    private final HttpServer control;
    private @Nullable TlsDoor tls;

    private Simulator(SimulatorSettings settings) {
        this.settings = settings;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setPreferNativeTransport(true)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        try {
            ControlPlane plane = new ControlPlane(this, vertx);
            this.whatsApp = opened(new WhatsAppSimulator(settings, vertx, clock, plane::handle));
            this.smsc = opened(new SmscSimulator(settings, clock));
            this.mail = opened(new MailSimulator(settings, clock));
            this.control = vertx.createHttpServer(new HttpServerOptions()
                            .setHost("127.0.0.1")
                            .setPort(settings.ports().control()))
                    .requestHandler(plane::handle);
            WhatsAppSimulator.await(control.listen());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.add(part);
        return part;
    }

    /** @throws RuntimeException when a port is taken; nothing stays open then */
    public static Simulator start(SimulatorSettings settings) {
        return new Simulator(settings);
    }

    public WhatsAppSimulator whatsApp() {
        return whatsApp;
    }

    /**
     * The Cloud API over https as well, and what can be wrong about TLS. Opened by the first call, which takes seconds.
     *
     * @param port of the first call; 0: any free one
     */
    public synchronized TlsDoor tls(int port) {
        TlsDoor door = tls;
        if (door == null) {
            door = opened(new TlsDoor(vertx, whatsApp::dispatch, port));
            tls = door;
        }
        return door;
    }

    /** The Cloud API under a name that no resolver knows (RFC 6761): what a failure of DNS is to a client. */
    public String unresolvableUrl() {
        return "http://graph.whatsapp.invalid:" + whatsApp.port();
    }

    public SmscSimulator smsc() {
        return smsc;
    }

    public MailSimulator mail() {
        return mail;
    }

    public SimulatorSettings settings() {
        return settings;
    }

    public String controlUrl() {
        return "http://127.0.0.1:" + control.actualPort() + "/_sim";
    }

    /** Simulated time goes on by so much: what falls due in between happens now. Answers being waited for do not. */
    public void advance(Duration by) {
        clock.advance(by);
    }

    Timeline clock() {
        return clock;
    }

    public void clearFaults() {
        TlsDoor door;
        synchronized (this) {
            door = tls;
        }
        if (door != null) {
            door.mode(TlsDoor.Mode.GOOD);
        }
        whatsApp.clearFaults();
        smsc.clearFaults();
        mail.clearFaults();
    }

    public void clearJournals() {
        whatsApp.journal().clear();
        smsc.journal().clear();
        mail.journal().clear();
    }

    /** What the providers do not say in public, and what is done here instead. */
    public List<String> assumptions() {
        List<String> said = new ArrayList<>(settings.rules().assumptions());
        said.addAll(List.of(
                "a number without + gets the business's country code "
                        + settings.account().businessCountryCode() + " in front",
                "a template message is answered with message_status accepted",
                "a number that is not on WhatsApp is answered 200 and fails later by webhook with 131026",
                settings.refuseClosedWindowAtOnce()
                        ? "free text outside the 24 h window is refused at once with 131047"
                        : "free text outside the 24 h window is answered 200 and fails by webhook with 131047",
                "wrong parameters of a template: 132000 for their number, 132012 for their format, 132018 for a name, a"
                        + " line break, a tab or five spaces",
                settings.templates().acceptAny()
                        ? "any template exists and is approved, unless it is listed"
                        : "only the listed templates exist",
                "health_status: 131057 is LIMITED; its error numbers other than 141000 are made up",
                "an unknown wamid has an empty message_history; its webhook states are PENDING in an outage, else"
                        + " DELIVERED",
                "X-Business-Use-Case-Usage says 1 % and 0 minutes, after a rate error 100 % and 1 minute",
                "webhooks are those of v" + settings.webhooks().version() + ", "
                        + (settings.webhooks().conversation() ? "with" : "without")
                        + " conversation; ids of users begin with US.",
                "webhooks are tried again after " + settings.webhooks().retryGaps() + ", the last gap for "
                        + settings.webhooks().giveUp(),
                "what happens before a webhook has passed the handshake is never told",
                "data_coding 0 is " + settings.sms().defaultAlphabet() + " on this SMSC, its message ids are "
                        + settings.sms().messageIds() + ", receipts carry text only, no optional parameters",
                "the SMSC keeps receipts and answers until somebody binds",
                "the mail server takes any user and password and speaks no TLS"));
        return said;
    }

    @Override
    public void close() {
        clock.close();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                // the others must be closed all the same
            }
        }
        WhatsAppSimulator.await(vertx.close());
    }
}
