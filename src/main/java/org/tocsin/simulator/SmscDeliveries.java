package org.tocsin.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jsmpp.InvalidResponseException;
import org.jsmpp.PDUException;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.RawDataCoding;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.NegativeResponseException;
import org.jsmpp.extra.ResponseTimeoutException;
import org.jsmpp.session.SMPPServerSession;

/**
 * The way back: receipts and people's answers as {@code deliver_sm}. jSMPP waits for each answer, so a pool of threads
 * is the window of outstanding ones. What cannot be delivered waits for the next bind or is tried again.
 */
final class SmscDeliveries implements AutoCloseable {
    private static final int WINDOW = 32;
    private static final int MOST_TRIES = 20;

    private final Timeline clock;
    private final List<Duration> retryGaps;
    private final List<SMPPServerSession> sessions = new ArrayList<>();
    private final Deque<Delivery> unbound = new ArrayDeque<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong delivered = new AtomicLong();
    private final ThreadPoolExecutor window;

    /** @param receipt else a person's answer; @param done completes when the other side has acknowledged */
    private record Delivery(
            String from,
            String to,
            boolean receipt,
            byte coding,
            byte[] octets,
            int tries,
            CompletableFuture<Void> done) {
        Delivery again() {
            return new Delivery(from, to, receipt, coding, octets, tries + 1, done);
        }
    }

    SmscDeliveries(Timeline clock, List<Duration> retryGaps) {
        this.clock = clock;
        this.retryGaps = retryGaps;
        this.window =
                new ThreadPoolExecutor(WINDOW, WINDOW, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "simulator-deliver-sm");
                    thread.setDaemon(true);
                    return thread;
                });
        window.allowCoreThreadTimeOut(true);
    }

    /** A session that may receive was bound. */
    void bound(SMPPServerSession session) {
        List<Delivery> waiting;
        synchronized (this) {
            sessions.add(session);
            waiting = List.copyOf(unbound);
            unbound.clear();
        }
        waiting.forEach(this::submit);
    }

    synchronized void gone(SMPPServerSession session) {
        sessions.remove(session);
    }

    CompletableFuture<Void> receipt(String from, String to, String text) {
        return submit(from, to, true, (byte) 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    CompletableFuture<Void> message(String from, String to, String text) {
        return Gsm7.encode(text)
                .map(octets -> submit(from, to, false, (byte) 0, octets))
                .orElseGet(() -> submit(from, to, false, (byte) 8, text.getBytes(StandardCharsets.UTF_16BE)));
    }

    /** deliver_sm that the other side has acknowledged. */
    long delivered() {
        return delivered.get();
    }

    private CompletableFuture<Void> submit(String from, String to, boolean receipt, byte coding, byte[] octets) {
        Delivery delivery = new Delivery(from, to, receipt, coding, octets, 0, new CompletableFuture<>());
        submit(delivery);
        return delivery.done();
    }

    private void submit(Delivery delivery) {
        try {
            window.execute(() -> deliver(delivery));
        } catch (RejectedExecutionException closing) {
            delivery.done().cancel(false);
        }
    }

    private void deliver(Delivery delivery) {
        SMPPServerSession session;
        synchronized (this) {
            if (sessions.isEmpty()) {
                unbound.add(delivery);
                return;
            }
            session = sessions.get(Math.floorMod(turn.getAndIncrement(), sessions.size()));
        }
        try {
            write(session, delivery);
            delivered.incrementAndGet();
            delivery.done().complete(null);
        } catch (PDUException
                | ResponseTimeoutException
                | InvalidResponseException
                | NegativeResponseException
                | IOException e) {
            again(delivery);
        }
    }

    private static void write(SMPPServerSession session, Delivery delivery)
            throws PDUException, ResponseTimeoutException, InvalidResponseException, NegativeResponseException,
                    IOException {
        boolean isLong = delivery.octets().length > 254;
        OptionalParameter[] payload = isLong
                ? new OptionalParameter[] {new OptionalParameter.Message_payload(delivery.octets())}
                : new OptionalParameter[0];
        session.deliverShortMessage(
                "",
                TypeOfNumber.INTERNATIONAL,
                NumberingPlanIndicator.ISDN,
                delivery.from(),
                TypeOfNumber.UNKNOWN,
                NumberingPlanIndicator.UNKNOWN,
                delivery.to(),
                new ESMClass(delivery.receipt() ? 0x04 : 0x00),
                (byte) 0,
                (byte) 0,
                new RegisteredDelivery(0),
                new RawDataCoding(delivery.coding()),
                isLong ? new byte[0] : delivery.octets(),
                payload);
    }

    private void again(Delivery delivery) {
        if (delivery.tries() + 1 >= MOST_TRIES) {
            delivery.done().cancel(false);
            return;
        }
        Duration gap = retryGaps.isEmpty()
                ? Duration.ofSeconds(1)
                : retryGaps.get(Math.min(delivery.tries(), retryGaps.size() - 1));
        clock.later(gap, () -> submit(delivery.again()));
    }

    @Override
    public void close() {
        window.shutdownNow();
    }
}
