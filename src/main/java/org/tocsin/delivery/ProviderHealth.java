package org.tocsin.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.CircuitRows.Receipts;
import org.tocsin.delivery.CircuitRows.Row;
import org.tocsin.delivery.ProviderCircuit.State;

/**
 * Turns what each hub sees of its providers into one state that holds for all hubs, and does what follows from it. Any
 * hub does; none leads.
 */
@Component
@DependsOnDatabaseInitialization
public class ProviderHealth extends WorkingBean implements InitializingBean {
    private static final Logger log = LoggerFactory.getLogger(ProviderHealth.class);
    private static final Duration ROUND = Duration.ofMillis(200);
    /** Of looking for what was put aside by a hub that had not yet seen that a circuit was closed. */
    private static final Duration SELDOM = Duration.ofSeconds(2);

    /** Each time, everybody whom open alerts still wait for is looked through. */
    private static final Duration BETWEEN_SILENT = Duration.ofSeconds(10);
    /** So long after a channel was turned off, what was being called then may still be accepted. */
    private static final Duration STILL_ACCEPTED = Duration.ofMinutes(1);

    private final ProviderCircuits circuits;
    private final ProviderHealthSettings settings;
    private final List<ProviderProbe> probes;
    private final CircuitRows rows;
    private final ChannelSwitch switches;
    private final Diversion diversion;
    private final TransactionTemplate transaction;
    private final Wakeups wakeups;
    private final String process;
    private long nextSeldom = System.nanoTime();
    private final Map<ProviderCircuit, Long> nextSilent = new HashMap<>();
    private long nextReceipts = System.nanoTime();

    ProviderHealth(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            Ledger ledger,
            ProviderCircuits circuits,
            ChannelSwitch switches,
            ProviderHealthSettings settings,
            List<ProviderProbe> probes,
            HubIdentity identity,
            Wakeups wakeups) {
        super("provider-health");
        this.circuits = circuits;
        this.switches = switches;
        this.settings = settings;
        this.probes = probes;
        this.process = identity.process();
        this.rows = new CircuitRows(jdbc, process);
        this.diversion = new Diversion(jdbc, transaction, ledger);
        this.transaction = transaction;
        this.wakeups = wakeups;
    }

    /** Before any channel starts: a hub that was restarted does not try what is known to be broken. */
    @Override
    public void afterPropertiesSet() {
        learnRows();
    }

    @Override
    protected void round() throws InterruptedException {
        learnRows();
        boolean seldom = System.nanoTime() - nextSeldom >= 0;
        boolean receipts = System.nanoTime() - nextReceipts >= 0;
        if (receipts) {
            nextReceipts =
                    System.nanoTime() + settings.silenceAfter().dividedBy(20).toNanos();
        }
        boolean more = false;
        for (ProviderCircuit circuit : circuits.used()) {
            more |= circuit.isOff() ? whileOff(circuit) : whileOn(circuit, seldom, receipts);
        }
        if (seldom) {
            nextSeldom = System.nanoTime() + SELDOM.toNanos();
        }
        if (!more) {
            Thread.sleep(ROUND.toMillis());
        }
    }

    private boolean whileOn(ProviderCircuit circuit, boolean seldom, boolean receipts) {
        return switch (circuit.state()) {
            case CLOSED -> whileClosed(circuit, seldom, receipts);
            case OPEN -> whileOpen(circuit);
            case TRIAL -> whileTried(circuit);
        };
    }

    /** Nothing is tried: what the circuit is by itself waits until the channel is on again. */
    private boolean whileOff(ProviderCircuit circuit) {
        if (circuit.offFor().compareTo(STILL_ACCEPTED) < 0) {
            giveUpAccepted(circuit); // a phone without data gets no receipt, and would wait for its deadline
        }
        return divert(circuit, Duration.ZERO);
    }

    private void learnRows() {
        switches.learn();
        for (Row row : rows.all()) {
            circuits.known(row.channel(), row.sender()).adopt(row, process.equals(row.owner()));
        }
    }

    private boolean whileClosed(ProviderCircuit circuit, boolean seldom, boolean receipts) {
        if (receipts) {
            lookAtReceipts(circuit);
        }
        if (circuit.breakerIsOpen()) {
            if (rows.open(circuit)) {
                log.warn("{}: a circuit is open: {}", circuit.channel(), circuit.suspicion());
            }
            learnRows();
            nextSilent.remove(circuit); // at once, though a trial may begin soon
            return true;
        }
        if (seldom && diversion.callBack(circuit.channel()) > 0) {
            wakeups.signal(circuit.channel());
        }
        return false;
    }

    private void lookAtReceipts(ProviderCircuit circuit) {
        if (!settings.silenceChannels().contains(circuit.channel())) {
            return;
        }
        List<Long> aged = circuit.accepted().aged(System.nanoTime(), settings.silenceAfter(), settings.silenceWindow());
        if (aged.isEmpty() || rows.receiptsWait(settings.silenceAfter().dividedBy(2))) {
            return;
        }
        Receipts receipts = rows.receipts(aged);
        if (receipts.delivered() > 0 && !circuit.receiptsSeen()) {
            rows.receiptsSeen(circuit);
        }
        circuit.learnSilence(receipts.looked(), receipts.silent());
    }

    private boolean whileOpen(ProviderCircuit circuit) {
        boolean more = divert(circuit, Duration.ZERO);
        giveUpSilent(circuit);
        if (!more && circuit.age().compareTo(settings.probeEvery()) >= 0 && mayBeTried(circuit)) {
            beginTrial(circuit);
        }
        return more;
    }

    /** Only where no sender of the channel is sound: another one takes over before the next channel does. */
    private boolean divert(ProviderCircuit circuit, Duration waited) {
        return circuits.isBroken(circuit.channel()) && diversion.divert(circuit.channel(), waited);
    }

    private void giveUpSilent(ProviderCircuit circuit) {
        if (circuit.reason().equals(ProviderCircuit.SILENCE)) {
            giveUpAccepted(circuit);
        }
    }

    /** Again from time to time: what was being called when it was opened is accepted a little later. */
    private void giveUpAccepted(ProviderCircuit circuit) {
        Long next = nextSilent.get(circuit);
        if (next == null || System.nanoTime() - next >= 0) {
            nextSilent.put(circuit, System.nanoTime() + BETWEEN_SILENT.toNanos());
            diversion.giveUpSilent(circuit);
        }
    }

    /** The provider's own word is asked first; but a probe that never comes must not keep a channel closed for ever. */
    private boolean mayBeTried(ProviderCircuit circuit) {
        return probes.stream()
                        .filter(p -> p.channel().equals(circuit.channel()))
                        .allMatch(p -> p.availableSince(circuit.sender(), circuit.since()))
                || circuit.age().compareTo(settings.trialAnywayAfter()) >= 0;
    }

    private void beginTrial(ProviderCircuit circuit) {
        if (rows.tryOut(circuit, settings.trialTimeout())) {
            learnRows();
            diversion.offerForTrial(circuit.channel(), settings.trialMessages());
            wakeups.signal(circuit.channel());
        }
    }

    private boolean whileTried(ProviderCircuit circuit) {
        if (circuit.trialIsOurs()) {
            lookAtTrial(circuit);
            if (circuit.trialSucceeded()) {
                close(circuit);
                return false;
            }
            if (circuit.breakerIsOpen()) {
                rows.openAgain(circuit);
                learnRows();
                return true;
            }
        }
        giveUpSilent(circuit);
        if (circuit.age().compareTo(settings.trialTimeout()) >= 0) {
            beginTrial(circuit);
        }
        return divert(circuit, settings.trialPatience());
    }

    /** Accepted is what they were before, too: only a receipt says that messages arrive again. */
    private void lookAtTrial(ProviderCircuit circuit) {
        List<Long> tried = circuit.tried().all();
        if (tried.isEmpty()) {
            return;
        }
        Receipts now = rows.receipts(tried);
        circuit.tried().forget(now.settled());
        List<Long> late = circuit.tried().aged(System.nanoTime(), settings.silenceAfter(), settings.silenceWindow());
        circuit.tried().forget(late);
        circuit.learnTrial(now.delivered(), late.size());
        circuit.unused((int) (now.settled().size() - now.delivered())); // refused by receipt: shows neither
    }

    private void close(ProviderCircuit circuit) {
        Boolean closed = transaction.execute(status -> {
            boolean first = rows.close(circuit);
            // Whoever waits on another broken channel may now have a way on this one.
            circuits.used().stream()
                    .filter(c -> c == circuit || c.state() == State.OPEN)
                    .forEach(c -> diversion.callBack(c.channel()));
            return first;
        });
        if (Boolean.TRUE.equals(closed)) {
            log.warn("{}: the circuit is closed again, it was open for {}", circuit.channel(), circuit.reason());
        }
        learnRows();
        wakeups.signal(circuit.channel());
    }
}
