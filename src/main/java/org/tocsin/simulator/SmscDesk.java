package org.tocsin.simulator;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jsmpp.PDUStringException;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.BroadcastSm;
import org.jsmpp.bean.CancelBroadcastSm;
import org.jsmpp.bean.CancelSm;
import org.jsmpp.bean.DataSm;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.QueryBroadcastSm;
import org.jsmpp.bean.QuerySm;
import org.jsmpp.bean.ReplaceSm;
import org.jsmpp.bean.SubmitMulti;
import org.jsmpp.bean.SubmitSm;
import org.jsmpp.extra.ProcessRequestException;
import org.jsmpp.session.BroadcastSmResult;
import org.jsmpp.session.DataSmResult;
import org.jsmpp.session.QueryBroadcastSmResult;
import org.jsmpp.session.QuerySmResult;
import org.jsmpp.session.SMPPServerSession;
import org.jsmpp.session.ServerMessageReceiverListener;
import org.jsmpp.session.Session;
import org.jsmpp.session.SubmitMultiResult;
import org.jsmpp.session.SubmitSmResult;
import org.jsmpp.util.DeliveryReceiptState;
import org.jsmpp.util.MessageId;
import org.tocsin.simulator.SimulatorSettings.Sms.MessageIds;

/** Takes each {@code submit_sm}, or does what the recipient's fault says. */
final class SmscDesk implements ServerMessageReceiverListener {
    private static final String SHORT_NUMBER = "32112";
    private static final DateTimeFormatter RECEIPT_DATE = DateTimeFormatter.ofPattern("yyMMddHHmm");
    private static final SmscFault.Receipt DELIVERED =
            new SmscFault.Receipt(DeliveryReceiptState.DELIVRD, "000", 1, false);

    private final SimulatorSettings settings;
    private final FaultPlan<SmscFault> faults;
    private final SmsAssembly assembly;
    private final SmscDeliveries deliveries;
    private final Timeline clock;
    private final Executor aside;
    private final Map<SMPPServerSession, SmscConnection> connections = new ConcurrentHashMap<>();
    private volatile String lastSource = SHORT_NUMBER;

    /** Unique over restarts. */
    private final AtomicLong nextId = new AtomicLong(Instant.now().getEpochSecond() * 1000);

    SmscDesk(
            SimulatorSettings settings,
            FaultPlan<SmscFault> faults,
            SmsAssembly assembly,
            SmscDeliveries deliveries,
            Timeline clock,
            Executor aside) {
        this.settings = settings;
        this.faults = faults;
        this.assembly = assembly;
        this.deliveries = deliveries;
        this.clock = clock;
        this.aside = aside;
    }

    void opened(SMPPServerSession session, SmscConnection connection) {
        connections.put(session, connection);
    }

    void closed(SMPPServerSession session) {
        connections.remove(session);
    }

    /** The sender's address of the last message that was taken. */
    String lastSource() {
        return lastSource;
    }

    @Override
    public SubmitSmResult onAcceptSubmitSm(SubmitSm pdu, SMPPServerSession session) throws ProcessRequestException {
        SmsPart part = SmsPart.of(pdu);
        if (!part.to().startsWith("+")) {
            assembly.refused(part, "not a phone number");
            throw new ProcessRequestException("not a phone number", SMPPConstant.STAT_ESME_RINVDSTADR);
        }
        List<SmscFault> met = faults.draw(part.to());
        SmscFault fault = met.isEmpty() ? DELIVERED : met.get(0);
        if (fault instanceof SmscFault.Rejected rejected) {
            assembly.refused(part, fault.toString());
            throw new ProcessRequestException("simulated", rejected.commandStatus());
        }
        long id = nextId.incrementAndGet();
        boolean taken = taken(fault);
        if (taken) {
            boolean onPhone = !(fault instanceof SmscFault.Receipt r) || r.state() == DeliveryReceiptState.DELIVRD;
            assembly.accepted(part, responseId(id), onPhone, met.isEmpty() ? null : fault.toString());
            lastSource = part.source().isEmpty() ? SHORT_NUMBER : part.source();
            tell(pdu, part, id, fault);
        } else {
            assembly.refused(part, fault.toString());
        }
        breakLink(fault, pdu, session);
        return result(id);
    }

    private static boolean taken(SmscFault fault) {
        if (fault instanceof SmscFault.Silent silent) {
            return silent.accepted();
        }
        if (fault instanceof SmscFault.Reset reset) {
            return reset.accepted();
        }
        return !(fault instanceof SmscFault.Unbound unbound) || unbound.accepted();
    }

    /** Silence, a dead connection or an unbind instead of the answer that jSMPP is about to write. */
    private void breakLink(SmscFault fault, SubmitSm pdu, SMPPServerSession session) {
        SmscConnection connection = connections.get(session);
        if (connection == null) {
            return;
        }
        if (fault instanceof SmscFault.Silent) {
            connection.swallow(pdu.getSequenceNumber());
        } else if (fault instanceof SmscFault.Reset) {
            connection.swallow(pdu.getSequenceNumber());
            connection.reset();
        } else if (fault instanceof SmscFault.Unbound) {
            connection.swallow(pdu.getSequenceNumber());
            aside.execute(session::unbindAndClose);
        }
    }

    private void tell(SubmitSm pdu, SmsPart part, long id, SmscFault fault) {
        if (fault instanceof SmscFault.NoReceipt) {
            return;
        }
        SmscFault.Receipt receipt = fault instanceof SmscFault.Receipt said ? said : DELIVERED;
        if (!wanted(pdu.getRegisteredDelivery(), receipt.state())) {
            return;
        }
        String from = part.to().substring(1);
        String text = receiptText(part, id, receipt);
        if (receipt.beforeResponse()) {
            await(deliveries.receipt(from, part.source(), text));
            return;
        }
        for (int copy = 0; copy < receipt.copies(); copy++) {
            later(() -> deliveries.receipt(from, part.source(), text));
        }
    }

    /** registered_delivery: 1 both, 2 failures, 3 successes. */
    private static boolean wanted(byte registeredDelivery, DeliveryReceiptState state) {
        return switch (registeredDelivery & 0x03) {
            case 1 -> true;
            case 2 -> state != DeliveryReceiptState.DELIVRD;
            case 3 -> state == DeliveryReceiptState.DELIVRD;
            default -> false;
        };
    }

    private String receiptText(SmsPart part, long id, SmscFault.Receipt receipt) {
        String now = LocalDateTime.now().format(RECEIPT_DATE);
        String text =
                SmsPart.text(part.octets(), part.dataCoding(), settings.sms().defaultAlphabet());
        return "id:" + receiptId(id) + " sub:001 dlvrd:"
                + (receipt.state() == DeliveryReceiptState.DELIVRD ? "001" : "000") + " submit date:" + now
                + " done date:" + now + " stat:" + receipt.state() + " err:" + receipt.error() + " text:"
                + text.substring(0, Math.min(20, text.length())).replaceAll("[^\\x20-\\x7E]", ".");
    }

    private String responseId(long id) {
        return settings.sms().messageIds() == MessageIds.DECIMAL ? Long.toString(id) : String.format("%X", id);
    }

    private String receiptId(long id) {
        return settings.sms().messageIds() == MessageIds.HEX ? String.format("%X", id) : Long.toString(id);
    }

    private SubmitSmResult result(long id) throws ProcessRequestException {
        try {
            return new SubmitSmResult(new MessageId(responseId(id)), new OptionalParameter[0]);
        } catch (PDUStringException e) {
            throw new ProcessRequestException("id too long", SMPPConstant.STAT_ESME_RSYSERR, e);
        }
    }

    private void later(Runnable task) {
        clock.later(settings.sms().receiptAfter(), task);
    }

    /** A client that answers nothing while it waits for us must not stop the SMSC. */
    private static void await(CompletableFuture<Void> delivered) {
        try {
            delivered.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the answer goes out all the same
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ProcessRequestException notHere() {
        return new ProcessRequestException("not simulated", SMPPConstant.STAT_ESME_RINVCMDID);
    }

    @Override
    public SubmitMultiResult onAcceptSubmitMulti(SubmitMulti pdu, SMPPServerSession session)
            throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public QuerySmResult onAcceptQuerySm(QuerySm pdu, SMPPServerSession session) throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public void onAcceptReplaceSm(ReplaceSm pdu, SMPPServerSession session) throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public void onAcceptCancelSm(CancelSm pdu, SMPPServerSession session) throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public BroadcastSmResult onAcceptBroadcastSm(BroadcastSm pdu, SMPPServerSession session)
            throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public void onAcceptCancelBroadcastSm(CancelBroadcastSm pdu, SMPPServerSession session)
            throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public QueryBroadcastSmResult onAcceptQueryBroadcastSm(QueryBroadcastSm pdu, SMPPServerSession session)
            throws ProcessRequestException {
        throw notHere();
    }

    @Override
    public DataSmResult onAcceptDataSm(DataSm pdu, Session session) throws ProcessRequestException {
        throw notHere();
    }
}
