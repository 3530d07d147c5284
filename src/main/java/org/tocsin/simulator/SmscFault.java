package org.tocsin.simulator;

import org.jsmpp.util.DeliveryReceiptState;

/** What can go wrong with a {@code submit_sm}. Each part of a long message meets it by itself. */
public sealed interface SmscFault {
    /** ESME_RSYSERR: the SMSC's own trouble. */
    int SYSTEM_ERROR = 0x08;
    /** ESME_RINVDSTADR: no such number. */
    int INVALID_DESTINATION = 0x0B;
    /** ESME_RSUBMITFAIL. */
    int SUBMIT_FAILED = 0x45;
    /** ESME_RTHROTTLED. */
    int THROTTLED = 0x58;

    /** No submit_sm_resp ever comes. */
    record Silent(boolean accepted) implements SmscFault {}

    /** A TCP reset after the PDU was read. */
    record Reset(boolean accepted) implements SmscFault {}

    /** A submit_sm_resp with this command_status. */
    record Rejected(int commandStatus) implements SmscFault {}

    /** The SMSC unbinds instead of answering. */
    record Unbound(boolean accepted) implements SmscFault {}

    record NoReceipt() implements SmscFault {}

    /** The receipt says this; {@code beforeResponse}: it overtakes the submit_sm_resp. */
    record Receipt(DeliveryReceiptState state, String error, int copies, boolean beforeResponse) implements SmscFault {}

    static SmscFault silent() {
        return new Silent(false);
    }

    static SmscFault rejected(int commandStatus) {
        return new Rejected(commandStatus);
    }

    static SmscFault throttled() {
        return new Rejected(THROTTLED);
    }

    static SmscFault noReceipt() {
        return new NoReceipt();
    }

    /** {@code UNDELIV}, {@code EXPIRED}, {@code REJECTD} … */
    static SmscFault receipt(DeliveryReceiptState state) {
        return new Receipt(state, state == DeliveryReceiptState.DELIVRD ? "000" : "001", 1, false);
    }

    static SmscFault receiptBeforeResponse() {
        return new Receipt(DeliveryReceiptState.DELIVRD, "000", 1, true);
    }

    static SmscFault duplicatedReceipt() {
        return new Receipt(DeliveryReceiptState.DELIVRD, "000", 2, false);
    }
}
