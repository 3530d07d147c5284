package org.tocsin.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jsmpp.PDUStringException;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.BindType;
import org.jsmpp.bean.InterfaceVersion;
import org.jsmpp.extra.SessionState;
import org.jsmpp.session.BindRequest;
import org.jsmpp.session.SMPPServerSession;
import org.jsmpp.session.SMPPServerSessionListener;
import org.jsmpp.session.connection.Connection;
import org.jsmpp.session.connection.ServerConnection;
import org.jsmpp.session.connection.ServerConnectionFactory;
import org.jspecify.annotations.Nullable;

/** An SMSC that speaks SMPP 3.4, and the phones behind it. */
public final class SmscSimulator implements AutoCloseable {
    /** jSMPP answers "throttled" by itself when more PDUs than this wait; its default of 100 is soon reached. */
    private static final int WAITING_PDUS = 20_000;

    private static final int PDU_THREADS = 4;
    private static final int ENQUIRE_LINK_MILLIS = 30_000;

    private final SimulatorSettings settings;
    private final FaultPlan<SmscFault> faults;
    private final Journal journal;
    private final SmsAssembly assembly;
    private final SmscDeliveries deliveries;
    private final SmscDesk desk;
    private final Set<SMPPServerSession> sessions = ConcurrentHashMap.newKeySet();
    private final ExecutorService aside = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulator-smsc");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable SMPPServerSessionListener listener;
    private int port;

    SmscSimulator(SimulatorSettings settings, Timeline clock) {
        this.settings = settings;
        this.faults = new FaultPlan<>(settings.seed());
        this.journal = new Journal(settings.journalLimit());
        this.assembly = new SmsAssembly(journal, settings, clock);
        this.deliveries = new SmscDeliveries(clock, settings.webhooks().retryGaps());
        this.desk = new SmscDesk(settings, faults, assembly, deliveries, clock, aside);
        this.port = settings.ports().smpp();
        listen();
    }

    public int port() {
        return port;
    }

    /** Long messages are one entry, made when their last part is there. */
    public Journal journal() {
        return journal;
    }

    public FaultPlan<SmscFault> faults() {
        return faults;
    }

    /** From now on for this person; none: healthy, whatever holds for all. */
    public void fault(String e164, SmscFault... met) {
        faults.forRecipient(e164, List.of(met));
    }

    public void faultForAll(SmscFault... met) {
        faults.forAll(List.of(met));
    }

    public void clearFaults() {
        faults.clear();
    }

    /** Messages of which a part is missing: no phone shows them. */
    public int incomplete() {
        return assembly.incomplete();
    }

    /** Receipts and answers that the other side has acknowledged. */
    public long deliveredBack() {
        return deliveries.delivered();
    }

    /** A person writes to the sender that wrote to them last. It waits while nobody is bound. */
    public void reply(String fromE164, String text) {
        String source = journal.last(fromE164)
                .map(sent -> sent.params().getOrDefault("source", ""))
                .filter(address -> !address.isEmpty())
                .orElseGet(desk::lastSource);
        deliveries.message(Addresses.digits(fromE164), source, text);
    }

    /** Bound now. */
    public int binds() {
        return (int)
                sessions.stream().filter(s -> s.getSessionState().isBound()).count();
    }

    /** The SMSC unbinds everybody; they may bind again at once. */
    public void dropBinds() {
        List.copyOf(sessions).forEach(session -> aside.execute(session::unbindAndClose));
    }

    /** Nobody listens on the port, and the bound sessions are cut. */
    public synchronized void refuseConnections(boolean refuse) {
        if (!refuse && listener == null) {
            listen();
        } else if (refuse && listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            listener = null;
            List.copyOf(sessions).forEach(SMPPServerSession::close);
        }
    }

    private synchronized void listen() {
        Loopback loopback = new Loopback();
        try {
            SMPPServerSessionListener listening = new SMPPServerSessionListener(port, loopback);
            port = loopback.port();
            listening.setPduProcessorDegree(PDU_THREADS);
            listening.setQueueCapacity(WAITING_PDUS);
            listening.setMessageReceiverListener(desk);
            listener = listening;
            aside.execute(() -> acceptUntilClosed(listening, loopback));
        } catch (IOException e) {
            throw new UncheckedIOException("the SMSC cannot listen on port " + port, e);
        }
    }

    private void acceptUntilClosed(SMPPServerSessionListener listening, Loopback loopback) {
        try {
            while (true) {
                SMPPServerSession session = listening.accept();
                desk.opened(session, loopback.lastAccepted());
                sessions.add(session);
                session.addSessionStateListener((now, before, source) -> {
                    if (now == SessionState.CLOSED) {
                        sessions.remove(session);
                        desk.closed(session);
                        deliveries.gone(session);
                    }
                });
                aside.execute(() -> bind(session));
            }
        } catch (IOException closed) {
            // by refuseConnections or close
        }
    }

    private void bind(SMPPServerSession session) {
        try {
            BindRequest request = session.waitForBind(10_000);
            if (!settings.sms().systemId().equals(request.getSystemId())) {
                request.reject(SMPPConstant.STAT_ESME_RINVSYSID);
            } else if (!settings.sms().password().equals(request.getPassword())) {
                request.reject(SMPPConstant.STAT_ESME_RINVPASWD);
            } else {
                session.setEnquireLinkTimer(ENQUIRE_LINK_MILLIS);
                request.accept("simulated", InterfaceVersion.IF_34);
                if (request.getBindType() != BindType.BIND_TX) {
                    deliveries.bound(session);
                }
            }
        } catch (TimeoutException | IOException | PDUStringException | IllegalStateException e) {
            session.close();
        }
    }

    @Override
    public void close() {
        refuseConnections(true);
        deliveries.close();
        aside.shutdownNow();
    }

    /** jSMPP's own factory listens on every interface. */
    private static final class Loopback implements ServerConnectionFactory {
        private @Nullable ServerSocket socket;
        private @Nullable SmscConnection last;

        int port() {
            return Objects.requireNonNull(socket).getLocalPort();
        }

        /** One thread accepts, so this is the connection of the session that it just got. */
        SmscConnection lastAccepted() {
            return Objects.requireNonNull(last);
        }

        @Override
        public ServerConnection listen(int port) throws IOException {
            return listen(port, 0);
        }

        @Override
        public ServerConnection listen(int port, int timeout) throws IOException {
            return listen(port, timeout, 50);
        }

        @Override
        public ServerConnection listen(int port, int timeout, int backlog) throws IOException {
            ServerSocket listening = new ServerSocket(port, backlog, InetAddress.getByName("127.0.0.1"));
            listening.setSoTimeout(timeout);
            socket = listening;
            return new ServerConnection() {
                @Override
                public Connection accept() throws IOException {
                    last = new SmscConnection(listening.accept());
                    return last;
                }

                @Override
                public void setSoTimeout(int millis) throws IOException {
                    listening.setSoTimeout(millis);
                }

                @Override
                public int getSoTimeout() throws IOException {
                    return listening.getSoTimeout();
                }

                @Override
                public void close() throws IOException {
                    listening.close();
                }
            };
        }
    }
}
