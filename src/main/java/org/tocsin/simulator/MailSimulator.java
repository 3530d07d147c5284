package org.tocsin.simulator;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpHandler;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.smtp.commands.SmtpCommandRegistry;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mail server (SMTP without TLS; any user and password will do) that keeps what it got in the journal only. */
public final class MailSimulator implements AutoCloseable {
    private static final int CLIENT_TIMEOUT_MILLIS = 300_000;

    private final FaultPlan<MailFault> faults;
    private final Journal journal;
    private final MailDesk desk;
    private @Nullable GreenMail server;
    private int port;

    MailSimulator(SimulatorSettings settings, Timeline clock) {
        this.faults = new FaultPlan<>(settings.seed());
        this.journal = new Journal(settings.journalLimit());
        this.desk = new MailDesk(faults, journal, clock);
        this.port = settings.ports().smtp();
        listen();
    }

    public int port() {
        return port;
    }

    /** One entry per recipient. */
    public Journal journal() {
        return journal;
    }

    public FaultPlan<MailFault> faults() {
        return faults;
    }

    /** From now on for this address; none: healthy, whatever holds for all. */
    public void fault(String address, MailFault... met) {
        faults.forRecipient(address, List.of(met));
    }

    public void faultForAll(MailFault... met) {
        faults.forAll(List.of(met));
    }

    public void clearFaults() {
        faults.clear();
    }

    /** Nobody listens on the port, and the open connections are cut. */
    public synchronized void refuseConnections(boolean refuse) {
        if (!refuse && server == null) {
            listen();
        } else if (refuse && server != null) {
            server.stop();
            server = null;
            desk.cutConnections();
        }
    }

    private synchronized void listen() {
        ServerSetup setup = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        setup.setServerStartupTimeout(10_000);
        GreenMail listening = new JournalMail(setup, desk);
        listening.withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
        listening.start();
        listening.getSmtp().setClientSocketTimeout(CLIENT_TIMEOUT_MILLIS);
        port = listening.getSmtp().getPort();
        server = listening;
    }

    @Override
    public void close() {
        refuseConnections(true);
    }

    /** GreenMail with our desk behind its SMTP dialogue. */
    private static final class JournalMail extends GreenMail {
        private final MailDesk desk;

        JournalMail(ServerSetup setup, MailDesk desk) {
            super(setup);
            this.desk = desk;
        }

        @Override
        protected Map<String, AbstractServer> createServices(ServerSetup[] setups, Managers managers) {
            return Map.of(ServerSetup.PROTOCOL_SMTP, new SmtpServer(setups[0], managers) {
                @Override
                protected ProtocolHandler createProtocolHandler(Socket socket) {
                    MailDesk behind = desk;
                    return new SmtpHandler(new SmtpCommandRegistry(), behind, socket) {
                        @Override
                        public void run() {
                            behind.serve(socket, super::run);
                        }
                    };
                }
            });
        }
    }
}
