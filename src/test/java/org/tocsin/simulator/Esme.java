package org.tocsin.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jsmpp.bean.AlertNotification;
import org.jsmpp.bean.BindType;
import org.jsmpp.bean.DataSm;
import org.jsmpp.bean.DeliverSm;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.RawDataCoding;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.session.BindParameter;
import org.jsmpp.session.DataSmResult;
import org.jsmpp.session.MessageReceiverListener;
import org.jsmpp.session.SMPPSession;
import org.jsmpp.session.Session;

/** A plain SMPP client, bound as transceiver. */
final class Esme implements AutoCloseable {
    private final SMPPSession session = new SMPPSession();
    private final List<String> receipts = new CopyOnWriteArrayList<>();
    private final List<String> answers = new CopyOnWriteArrayList<>();

    Esme(int port, String systemId, String password) throws IOException {
        session.setTransactionTimer(1_500);
        session.setEnquireLinkTimer(60_000);
        session.setPduProcessorDegree(8);
        session.setQueueCapacity(10_000);
        session.setMessageReceiverListener(new Listener());
        session.connectAndBind(
                "127.0.0.1",
                port,
                new BindParameter(
                        BindType.BIND_TRX,
                        systemId,
                        password,
                        "",
                        TypeOfNumber.UNKNOWN,
                        NumberingPlanIndicator.UNKNOWN,
                        null));
    }

    List<String> receipts() {
        return receipts;
    }

    /** {@code from>to text} */
    List<String> answers() {
        return answers;
    }

    String submit(String to, int coding, byte[] octets, OptionalParameter... more) throws Exception {
        return submit(to, coding, 0, octets, more);
    }

    String submitPart(String to, int coding, boolean wide, int reference, int total, int number, byte[] octets)
            throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(
                wide
                        ? new byte[] {6, 8, 4, 1, (byte) reference, (byte) total, (byte) number}
                        : new byte[] {5, 0, 3, (byte) reference, (byte) total, (byte) number});
        all.writeBytes(octets);
        return submit(to, coding, 0x40, all.toByteArray());
    }

    private String submit(String to, int coding, int esmClass, byte[] octets, OptionalParameter... more)
            throws Exception {
        return session.submitShortMessage(
                        "",
                        TypeOfNumber.ALPHANUMERIC,
                        NumberingPlanIndicator.UNKNOWN,
                        "TOCSIN",
                        TypeOfNumber.INTERNATIONAL,
                        NumberingPlanIndicator.ISDN,
                        to,
                        new ESMClass(esmClass),
                        (byte) 0,
                        (byte) 0,
                        null,
                        "000001000000000R",
                        new RegisteredDelivery(1),
                        (byte) 0,
                        new RawDataCoding((byte) coding),
                        (byte) 0,
                        octets,
                        more)
                .getMessageId();
    }

    @Override
    public void close() {
        session.unbindAndClose();
    }

    private final class Listener implements MessageReceiverListener {
        @Override
        public void onAcceptDeliverSm(DeliverSm pdu) {
            if (pdu.isSmscDeliveryReceipt()) {
                receipts.add(new String(pdu.getShortMessage(), StandardCharsets.ISO_8859_1));
            } else {
                String text = pdu.getDataCoding() == 8
                        ? new String(pdu.getShortMessage(), StandardCharsets.UTF_16BE)
                        : Gsm7.decode(pdu.getShortMessage());
                answers.add(pdu.getSourceAddr() + ">" + pdu.getDestAddress() + " " + text);
            }
        }

        @Override
        public void onAcceptAlertNotification(AlertNotification alert) {}

        @Override
        public DataSmResult onAcceptDataSm(DataSm pdu, Session source) {
            throw new UnsupportedOperationException();
        }
    }
}
