package org.tocsin.delivery.sms;

import java.util.List;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Receipt;

/** What one {@code deliver_sm} says: a receipt, a message, or nothing that can be read. */
public record SmppEvents(List<Receipt> receipts, List<InboundMessage> messages, int unreadable) {

    /** Counts only: the rest is personal. */
    @Override
    public String toString() {
        return "SmppEvents[receipts=" + receipts.size() + ", messages=" + messages.size() + ", unreadable=" + unreadable
                + "]";
    }
}
